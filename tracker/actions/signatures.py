"""Signing a record, and adding to a signed one.

The first signature says "performed" and closes the record: the database refuses every later change
of it. Others may sign that they reviewed it. The signer is always the person who is signed in, and
enters the password each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, identity, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Difference, Refused, StaleForm
from tracker.domain.people import Person
from tracker.domain.permissions import check_may
from tracker.domain.sign_off import (
    RECORD_WORDS,
    act_of_signing,
    check_ready,
    check_signer,
    is_late_entry,
    role_words,
)
from tracker.domain.sign_off_lines import lines
from tracker.domain.signing import Meaning, RecordContent, RecordKind, SigningKey
from tracker.models import ownership, planning, signed_content
from tracker.models.database import transaction
from tracker.models.performers import signers_of
from tracker.models.signatures import (
    SIGNED_COLUMN,
    AmendmentRow,
    SignatureRow,
    sealed_values,
)

SCOPES: dict[RecordKind, str] = {
    RecordKind.RUN_SHEET: "infusion",
    RecordKind.THERAPY_SESSION: "therapy_session",
    RecordKind.COURSE_REVIEW: "course_review",
}
"""What the audit trail and the addresses call each kind of record."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignOff:
    """A signature as somebody gave it. `seen_hash` is the content hash that the page showed."""

    kind: RecordKind
    record_id: UUID
    meaning: Meaning
    seen_hash: str
    password: str = field(repr=False)
    gaps_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Addition:
    """What is added to a signed record, and why."""

    kind: RecordKind
    record_id: UUID
    addendum: str
    reason: str
    password: str = field(repr=False)


def sign(
    db: Session,
    who: Person,
    wanted: SignOff,
    *,
    key: SigningKey,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Sign a record; returns the id of the signature.

    Raises `Refused` for a wrong password, a record that is not over or was signed so before, drug
    amounts that do not add up, gaps without a reason, and for "performed" by somebody who has
    nothing on the run sheet; `StaleForm` when the record is not what
    the page showed; `NotFound` for another clinic's.
    """
    check_may(who, act_of_signing(wanted.kind, wanted.meaning))
    ownership.patient_of(db, who, SCOPES[wanted.kind], wanted.record_id)
    identity.confirm_own(db, who, wanted.password, now=now)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["signature_id"])
        content = signed_content.collect(db, who.clinic_id, wanted.kind, wanted.record_id)
        _check_turn(db, who, wanted, content)
        gaps = _check_gaps(db, who, wanted, content)
        values = signature_values(who, wanted, content, gaps, now)
        store_sealed(db, SignatureRow, values, key)
        _record(db, who, AuditEvent.RECORD_SIGNED, content, values, now=now)
        if submission:
            result = {"signature_id": str(values["id"])}
            submissions.remember(db, who, submission, result, now=now)
        signature_id: UUID = values["id"]
        return signature_id


def amend(
    db: Session,
    who: Person,
    wanted: Addition,
    *,
    key: SigningKey,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Add to a signed record, with the reason; returns the id of the addendum.

    What was signed stays as it is. Raises `Refused` for a wrong password, for a record that
    nobody signed, and without words or reason; `NotFound` for another clinic's.
    """
    check_may(who, act_of_signing(wanted.kind, Meaning.PERFORMED))
    ownership.patient_of(db, who, SCOPES[wanted.kind], wanted.record_id)
    _check_words(wanted)
    identity.confirm_own(db, who, wanted.password, now=now)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["amendment_id"])
        content = signed_content.collect(db, who.clinic_id, wanted.kind, wanted.record_id)
        signed_hash = _signed_hash(db, who, wanted.kind, wanted.record_id)
        values = _amendment(who, wanted, signed_hash, now)
        store_sealed(db, AmendmentRow, values, key)
        _record(db, who, AuditEvent.RECORD_AMENDED, content, values, now=now)
        if submission:
            result = {"amendment_id": str(values["id"])}
            submissions.remember(db, who, submission, result, now=now)
        amendment_id: UUID = values["id"]
        return amendment_id


def _check_words(wanted: Addition) -> None:
    if not wanted.addendum:
        raise Refused("Write what is to be added.", field="addendum")
    if not wanted.reason:
        raise Refused("Say why it is added now.", field="reason")


def _signed_hash(db: Session, who: Person, kind: RecordKind, record_id: UUID) -> str:
    earlier = _signatures(db, who, kind, record_id)
    performed = [each for each in earlier if each.meaning == Meaning.PERFORMED]
    if not performed:
        raise Refused("Nobody has signed this yet: change the record itself.")
    content_hash: str = performed[0].content_hash
    return content_hash


def _signatures(db: Session, who: Person, kind: RecordKind, record_id: UUID) -> list[Row[Any]]:
    return list(
        db.execute(
            select(
                SignatureRow.meaning,
                SignatureRow.signer_id,
                SignatureRow.signer_name,
                SignatureRow.content_hash,
            )
            .where(
                getattr(SignatureRow, SIGNED_COLUMN[kind]) == record_id,
                SignatureRow.clinic_id == who.clinic_id,
            )
            .order_by(SignatureRow.signed_at, SignatureRow.id)
        )
    )


def _check_turn(db: Session, who: Person, wanted: SignOff, content: RecordContent) -> None:
    """Whether this signature may be given now, on exactly what the page showed."""
    what = RECORD_WORDS[wanted.kind]
    earlier = _signatures(db, who, wanted.kind, wanted.record_id)
    performed = next((each for each in earlier if each.meaning == Meaning.PERFORMED), None)
    if wanted.meaning is Meaning.PERFORMED:
        if performed is not None:
            raise Refused(f"{performed.signer_name} has signed this {what} already.")
        check_ready(content)
        if wanted.kind is RecordKind.RUN_SHEET:
            signers = signers_of(db, who.clinic_id, {wanted.record_id})
            check_signer(signers.get(wanted.record_id, {}), who)
    elif performed is None:
        raise Refused(f"Whoever performed it signs this {what} first.")
    elif any(each.signer_id == who.user_id for each in earlier):
        raise Refused(f"You have signed this {what} already. A colleague can review it.")
    elif performed.content_hash != content.content_hash:
        raise Refused(f"This {what} differs from what was signed. It cannot be reviewed.")
    if wanted.seen_hash != content.content_hash:
        raise StaleForm([_MOVED_ON], stored_version=0)


_MOVED_ON = Difference(
    label="The record",
    yours="as it was when the page was opened",
    stored="changed since then: read it again before you sign",
)


def _check_gaps(
    db: Session, who: Person, wanted: SignOff, content: RecordContent
) -> tuple[str, ...]:
    if wanted.meaning is Meaning.REVIEWED:
        return ()  # they were stated when it was closed
    protocol_id = content.about["protocol_id"]
    protocol = planning.find_protocol(db, who.clinic_id, protocol_id)
    found = lines(content, protocol, signer_id=who.user_id)
    gaps = tuple(line.gap for line in found if line.gap)
    if gaps and not wanted.gaps_reason:
        raise Refused("Say why it is signed with these gaps.", field="gaps_reason")
    return gaps


def _about(who: Person, kind: RecordKind, record_id: UUID) -> dict[str, Any]:
    pointers = dict.fromkeys(SIGNED_COLUMN.values())
    return {"id": uuid4(), "clinic_id": who.clinic_id, **pointers, SIGNED_COLUMN[kind]: record_id}


def signature_values(
    who: Person, wanted: SignOff, content: RecordContent, gaps: tuple[str, ...], now: datetime
) -> dict[str, Any]:
    """The columns of a signature, without its seal."""
    is_first = wanted.meaning is Meaning.PERFORMED
    return {
        **_about(who, wanted.kind, wanted.record_id),
        "meaning": str(wanted.meaning),
        "is_late_entry": is_first and is_late_entry(content, now),
        "gaps": "\n".join(gaps)[:4000],
        "gaps_reason": wanted.gaps_reason if gaps else "",
        "signer_id": who.user_id,
        "signer_name": who.name,
        "signer_role": role_words(who),
        "signed_at": now,
        "content": content.canonical,
        "content_hash": content.content_hash,
    }


def _amendment(who: Person, wanted: Addition, content_hash: str, now: datetime) -> dict[str, Any]:
    return {
        **_about(who, wanted.kind, wanted.record_id),
        "reason": wanted.reason,
        "addendum": wanted.addendum,
        "author_id": who.user_id,
        "author_name": who.name,
        "author_role": role_words(who),
        "amended_at": now,
        "content_hash": content_hash,
    }


def store_sealed(db: Session, row: Any, values: dict[str, Any], key: SigningKey) -> None:
    """Seal a signature or an addendum and store it, in the open transaction."""
    values["key_id"] = key.key_id
    values["seal"] = key.seal(sealed_values(row.__tablename__, values))
    db.execute(insert(row), [values])


def _record(
    db: Session,
    who: Person,
    event: AuditEvent,
    content: RecordContent,
    values: dict[str, Any],
    *,
    now: datetime,
) -> None:
    detail = {"id": str(values["id"]), "content_hash": values["content_hash"]}
    if meaning := values.get("meaning"):
        detail["meaning"] = meaning
    audit.record(
        db,
        who,
        event,
        now=now,
        kind=SCOPES[content.kind],
        object_id=content.record_id,
        patient_id=content.about["patient_id"],
        detail=detail,
    )
