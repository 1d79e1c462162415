"""Signatures and addenda of a record, and whether it still is what was signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound, Refused
from tracker.domain.people import Person
from tracker.domain.sign_off import check_ready, check_signer, is_late_entry
from tracker.domain.sign_off_lines import Line, lines
from tracker.domain.signing import (
    Changed,
    Meaning,
    RecordContent,
    RecordKind,
    SigningKey,
    changes,
    text_hash,
)
from tracker.models import planning, signed_content
from tracker.models.patients import PatientRow
from tracker.models.performers import signers_of
from tracker.models.signatures import AmendmentRow, SignatureRow, sealed_values
from tracker.models.signed_content import ContentUnreadable

_SIGNATURES: Any = SignatureRow.__table__
_AMENDMENTS: Any = AmendmentRow.__table__
_OF = {
    RecordKind.RUN_SHEET: ("run_sheet_id",),
    RecordKind.THERAPY_SESSION: ("therapy_session_id",),
    RecordKind.COURSE_REVIEW: ("course_review_id",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """Who signed what, when, meaning what. `gaps` were open when it was signed."""

    id: UUID
    meaning: Meaning
    is_late_entry: bool
    gaps: tuple[str, ...]
    gaps_reason: str
    signer_id: UUID
    signer_name: str
    signer_role: str
    signed_at: datetime
    content_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Addendum:
    """What was added to a signed record, and why."""

    id: UUID
    addendum: str
    reason: str
    author_name: str
    author_role: str
    amended_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedRecord:
    """The signatures of a record in their order. `differing` names what was changed by hand."""

    kind: RecordKind
    record_id: UUID
    signatures: tuple[Signature, ...]
    addenda: tuple[Addendum, ...]
    differing: tuple[str, ...]

    @property
    def is_signed(self) -> bool:
        return any(each.meaning is Meaning.PERFORMED for each in self.signatures)

    def is_signed_by(self, who: Person) -> bool:
        return any(each.signer_id == who.user_id for each in self.signatures)


@dataclass(frozen=True, kw_only=True, slots=True)
class ToSign:
    """What the page for signing shows. `problem` forbids it for now."""

    given_name: str
    family_name: str
    born_on: date
    record_number: str
    allergies: str
    content: RecordContent
    lines: tuple[Line, ...]
    is_late: bool
    problem: str


def get_signed_record(
    db: Session, who: Person, kind: RecordKind, record_id: UUID, *, key: SigningKey
) -> SignedRecord:
    """Signatures and addenda of a record, checked against what is stored now.

    Two statements for a record that nobody signed, and those of `collect` besides for a signed one.
    """
    signed = _rows(db, who, _SIGNATURES, kind, record_id)
    added = _rows(db, who, _AMENDMENTS, kind, record_id)
    return SignedRecord(
        kind=kind,
        record_id=record_id,
        signatures=tuple(_signature(row) for row in signed),
        addenda=tuple(_addendum(row) for row in added),
        differing=_differing(db, who, kind, record_id, (signed, added), key),
    )


def get_to_sign(
    db: Session, who: Person, kind: RecordKind, record_id: UUID, *, now: datetime
) -> ToSign:
    """What somebody looks at before signing. Raises `NotFound`."""
    content = signed_content.collect(db, who.clinic_id, kind, record_id)
    protocol = planning.find_protocol(db, who.clinic_id, content.about["protocol_id"])
    patient = db.execute(
        select(
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.born_on,
            PatientRow.record_number,
            PatientRow.allergies,
        ).where(PatientRow.id == content.about["patient_id"], PatientRow.clinic_id == who.clinic_id)
    ).one()
    return ToSign(
        **patient._mapping,
        content=content,
        lines=lines(content, protocol, signer_id=who.user_id),
        is_late=is_late_entry(content, now),
        problem=_problem(content, who, find_signers(db, who, kind, record_id)),
    )


def find_signers(db: Session, who: Person, kind: RecordKind, record_id: UUID) -> dict[UUID, str]:
    """Who can sign that a run sheet was performed: names by ids. Empty where anybody may."""
    if kind is not RecordKind.RUN_SHEET:
        return {}
    return signers_of(db, who.clinic_id, {record_id}).get(record_id, {})


def _problem(content: RecordContent, who: Person, signers: dict[UUID, str]) -> str:
    try:
        check_ready(content)
        check_signer(signers, who)
    except Refused as problem:
        return str(problem)
    return ""


def _rows(
    db: Session, who: Person, table: Any, kind: RecordKind, record_id: UUID
) -> list[dict[str, Any]]:
    own = table.c[_OF[kind][0]]
    at = table.c.signed_at if table is _SIGNATURES else table.c.amended_at
    found = select(table).where(own == record_id, table.c.clinic_id == who.clinic_id)
    return [dict(row) for row in db.execute(found.order_by(at, table.c.id)).mappings()]


def _signature(row: dict[str, Any]) -> Signature:
    return Signature(
        id=row["id"],
        meaning=_meaning(row["meaning"]),
        is_late_entry=row["is_late_entry"],
        gaps=tuple(row["gaps"].splitlines()),
        gaps_reason=row["gaps_reason"],
        signer_id=row["signer_id"],
        signer_name=row["signer_name"],
        signer_role=row["signer_role"],
        signed_at=row["signed_at"],
        content_hash=row["content_hash"],
    )


def _meaning(stored: str) -> Meaning:
    """A word that was broken by hand closes nothing; the seal says that it was."""
    return Meaning(stored) if stored in set(Meaning) else Meaning.REVIEWED


def _addendum(row: dict[str, Any]) -> Addendum:
    names = ("id", "addendum", "reason", "author_name", "author_role", "amended_at")
    return Addendum(**{name: row[name] for name in names})


def _differing(
    db: Session,
    who: Person,
    kind: RecordKind,
    record_id: UUID,
    rows: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    key: SigningKey,
) -> tuple[str, ...]:
    """What is not as it was signed or added, each said once."""
    signed, added = rows
    if not signed and not added:
        return ()
    found = [words for row in signed for words in _seal_problems("signatures", row, key)]
    found += [words for row in added for words in _seal_problems("amendments", row, key)]
    try:
        content = signed_content.collect(db, who.clinic_id, kind, record_id)
    except NotFound:
        found.append(f"{kind}: the record is gone")
    except ContentUnreadable as problem:
        found.append(f"{problem.table}: a value cannot be read any more")
    else:
        found += [each.words for row in signed for each in _changes(row, content)]
    return tuple(dict.fromkeys(found))


def _changes(row: dict[str, Any], content: RecordContent) -> tuple[Changed, ...]:
    return changes(row["content"], content)


def _seal_problems(table: str, row: dict[str, Any], key: SigningKey) -> list[str]:
    found = []
    if table == "signatures" and text_hash(row["content"]) != row["content_hash"]:
        found.append(f"signatures content ({row['id']})")
    if row["key_id"] != key.key_id:
        found.append(f"{table} {row['id']}: sealed with a key that is not here")
    elif not key.fits(row["seal"], sealed_values(table, row)):
        found.append(f"{table} {row['id']}: the seal does not fit, its row was changed")
    return found
