"""A signed report, stored as the action stores it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tests.make.accounts import PASSWORD, give_password
from tests.make.world import ClinicPeople
from tracker.actions.report_signing import ReportToSign, sign_report
from tracker.actions.signatures import store_sealed
from tracker.domain.languages import Language
from tracker.domain.report_kinds import Period, ReportKind
from tracker.domain.signing import SigningKey
from tracker.models.signed_reports import SignedReportRow


def make_signed_report(
    db: Session, people: ClinicPeople, course_id: UUID, *, now: datetime
) -> UUID:
    """A report of the course, signed by its clinician; the file is any bytes."""
    give_password(db, people.clinician)
    report = ReportToSign(
        course_id=course_id,
        kind=ReportKind.REFERRER,
        language=Language.ENGLISH,
        period=Period(),
        content="{}",
        pdf=b"%PDF-1.7",
    )
    key = SigningKey(secret="a key for tests")
    return sign_report(
        db, people.clinician, report, password=PASSWORD, key=key, submission=None, now=now
    )


def add_signed_report(
    db: Session, people: ClinicPeople, ids: Mapping[str, UUID], now: datetime
) -> None:
    """The same as a row under a known id, in the open transaction, sealed by the tests' key."""
    content, pdf = "{}", b"%PDF-1.7"
    values = {
        "id": ids["signed_report"],
        "clinic_id": people.clinic.id,
        "patient_id": ids["patient"],
        "course_id": ids["course"],
        "kind": "referrer",
        "language": "en",
        "first_on": None,
        "last_on": None,
        "signer_id": people.clinician.user_id,
        "signer_name": people.clinician.name,
        "signer_role": "Clinician",
        "signed_at": now,
        "content": content,
        "content_hash": hashlib.sha256(content.encode()).hexdigest(),
        "pdf": pdf,
        "pdf_hash": hashlib.sha256(pdf).hexdigest(),
    }
    store_sealed(db, SignedReportRow, values, SigningKey(secret="s" * 48))
