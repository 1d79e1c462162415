"""Signs the records of the stories as their people would have: most sheets, older sessions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions.demo.clinic import CLINIC_ID, STAFF
from tracker.actions.demo.moments import Present, Row, known_id
from tracker.actions.signatures import SignOff, signature_values, store_sealed
from tracker.domain.courses import TherapyState
from tracker.domain.people import Person, Role
from tracker.domain.protocol import default_protocol
from tracker.domain.run_sheet_stages import Move, Stage
from tracker.domain.sign_off_lines import lines
from tracker.domain.signing import Meaning, RecordKind, SigningKey
from tracker.models import signed_content
from tracker.models.signatures import SignatureRow

_SIGNED_AFTER = timedelta(minutes=20)
_UNSIGNED_SHEETS = 2
"""The latest of the sheets that are over a day old wait for their signature."""
_THERAPY_SIGNED_AFTER = timedelta(days=12)


@dataclass(frozen=True, kw_only=True)
class _ToSign:
    kind: RecordKind
    id: UUID
    at: datetime
    by: str


def sign_records(
    db: Session, told: dict[str, list[Row]], present: Present, key: SigningKey
) -> None:
    """Sign what the stories say was signed, in the open transaction."""
    people = {name: _person(name) for name, _, _ in STAFF}
    for record in (*_sheets(told, present), *_therapy(told, present)):
        content = signed_content.collect(db, CLINIC_ID, record.kind, record.id)
        who = people[record.by]
        found = lines(content, default_protocol(), signer_id=who.user_id)
        wanted = SignOff(
            kind=record.kind,
            record_id=record.id,
            meaning=Meaning.PERFORMED,
            seen_hash=content.content_hash,
            password="",
            gaps_reason="Known, talked over at the daily meeting.",
        )
        gaps = tuple(line.gap for line in found if line.gap)
        values = signature_values(who, wanted, content, gaps, record.at)
        values["id"] = known_id(f"signature of {record.id}")
        store_sealed(db, SignatureRow, values, key)


def _person(name: str) -> Person:
    words, role = next((words, role) for key, words, role in STAFF if key == name)
    return Person(
        user_id=known_id(name),
        clinic_id=CLINIC_ID,
        name=words,
        roles=frozenset({Role(role)}),
    )


def _sheets(told: dict[str, list[Row]], present: Present) -> Iterator[_ToSign]:
    left = sorted(
        (row["occurred_at"], str(row["run_sheet_id"]), row["run_sheet_id"])
        for row in told["run_sheet_moves"]
        if row["move"] is Move.LEAVE and row["to_stage"] is Stage.LEFT
    )
    over_a_day = [each for each in left if each[0] < present.moment - timedelta(days=1)]
    for left_at, _, sheet_id in over_a_day[:-_UNSIGNED_SHEETS]:
        yield _ToSign(
            kind=RecordKind.RUN_SHEET, id=sheet_id, at=left_at + _SIGNED_AFTER, by="clinician"
        )


def _therapy(told: dict[str, list[Row]], present: Present) -> Iterator[_ToSign]:
    for row in told["therapy_sessions"]:
        is_old = row["recorded_at"] < present.moment - _THERAPY_SIGNED_AFTER
        if row["state"] is TherapyState.HELD and is_old:
            yield _ToSign(
                kind=RecordKind.THERAPY_SESSION,
                id=row["id"],
                at=row["recorded_at"] + _SIGNED_AFTER,
                by="therapist",
            )
