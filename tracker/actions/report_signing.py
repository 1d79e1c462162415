"""Signing a report: the file is stored with the data that it was set from, sealed, for good."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tracker.actions import audit, identity, submissions
from tracker.actions.signatures import store_sealed
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.report_kinds import Period, ReportKind
from tracker.domain.sign_off import role_words
from tracker.domain.signing import SigningKey
from tracker.models import ownership
from tracker.models.database import transaction
from tracker.models.signed_reports import SignedReportRow


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportToSign:
    """A report as it was set. `content` is what the typesetter was given to make `pdf`."""

    course_id: UUID
    kind: ReportKind
    language: Language
    period: Period
    content: str = field(repr=False)
    pdf: bytes = field(repr=False)


def check_signer(
    db: Session, who: Person, course_id: UUID, password: str, *, now: datetime
) -> None:
    """Whether this person may sign now: the password again.

    Before the file is made, so that a wrong password costs no typesetting. Raises `Refused`.
    """
    check_may(who, Act.MAKE_REPORT)
    ownership.patient_of(db, who, "course", course_id)
    identity.confirm_own(db, who, password, now=now)


def sign_report(
    db: Session,
    who: Person,
    report: ReportToSign,
    *,
    password: str,
    key: SigningKey,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store a signed report; returns its id. Sent twice, it is stored once.

    Raises `Refused` for a wrong password and `NotFound` for another clinic's course.
    """
    check_signer(db, who, report.course_id, password, now=now)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["signed_report_id"])
        patient_id = ownership.patient_of(db, who, "course", report.course_id)
        values = _values(who, report, patient_id, now)
        store_sealed(db, SignedReportRow, values, key)
        signed_id: UUID = values["id"]
        audit.record(
            db,
            who,
            AuditEvent.REPORT_SIGNED,
            now=now,
            kind="signed_report",
            object_id=signed_id,
            patient_id=patient_id,
            detail={"report": str(report.kind), "pdf_hash": values["pdf_hash"]},
        )
        if submission:
            result = {"signed_report_id": str(signed_id)}
            submissions.remember(db, who, submission, result, now=now)
    return signed_id


def _values(
    who: Person, report: ReportToSign, patient_id: UUID | None, now: datetime
) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "clinic_id": who.clinic_id,
        "patient_id": patient_id,
        "course_id": report.course_id,
        "kind": str(report.kind),
        "language": str(report.language),
        "first_on": report.period.first_on,
        "last_on": report.period.last_on,
        "signer_id": who.user_id,
        "signer_name": who.name,
        "signer_role": role_words(who),
        "signed_at": now,
        "content": report.content,
        "content_hash": hashlib.sha256(report.content.encode()).hexdigest(),
        "pdf": report.pdf,
        "pdf_hash": hashlib.sha256(report.pdf).hexdigest(),
    }
