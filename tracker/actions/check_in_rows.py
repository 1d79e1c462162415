"""Writes one check-in: its answers, its scores, the alerts that they raise, the trail of it all.

Everything that is written here belongs to the caller's transaction. What can be worked out before
it is (`make_ready`): all who want to write wait for the one who does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from tracker.actions import alert_rows, audit
from tracker.actions.alert_rows import Worry
from tracker.domain import instruments, scoring
from tracker.domain.audit import AuditEvent
from tracker.domain.check_ins import CheckInPlan, Mode
from tracker.domain.errors import SubmittedDifferently
from tracker.domain.instruments import Answers, Instrument
from tracker.domain.people import Person
from tracker.domain.safety import Concern, concerns
from tracker.domain.scoring import Score
from tracker.models.check_ins import (
    CheckInDraftRow,
    CheckInRow,
    InstrumentRow,
    ScoreRow,
)
from tracker.models.database import read_rows, write_rows
from tracker.models.prepared import Prepared

# Tables, not classes: sending is the busiest of all writes, and rows need no objects made of them.
_INSTRUMENTS = cast(Table, InstrumentRow.__table__)
_CHECK_INS = cast(Table, CheckInRow.__table__)
_SCORES = cast(Table, ScoreRow.__table__)

_FIND = Prepared(
    select(
        _CHECK_INS.c.id,
        _CHECK_INS.c.due_key,
        _CHECK_INS.c.submission_id,
        _CHECK_INS.c.payload_hash,
        _CHECK_INS.c.recorded_at,
    ).where(
        _CHECK_INS.c.patient_id == bindparam("patient_id"),
        or_(
            _CHECK_INS.c.due_key == bindparam("due_key"),
            _CHECK_INS.c.submission_id == bindparam("submission_id"),
        ),
    )
)
_KNOWN = Prepared(
    select(_INSTRUMENTS.c.key).where(
        _INSTRUMENTS.c.key == bindparam("key"), _INSTRUMENTS.c.version == bindparam("version")
    )
)
_ADD_CHECK_IN = Prepared(insert(_CHECK_INS))
_ADD_SCORES = Prepared(insert(_SCORES))


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Everything that one check-in is made of. ``occurred_at`` is when it was answered."""

    plan: CheckInPlan
    instrument: Instrument
    answers: Answers
    due_key: str
    due_on: date
    infusion_id: UUID | None
    mode: Mode
    submission_id: UUID
    occurred_at: datetime
    wording_id: UUID | None = None
    """The clinic's wording that was read."""

    @cached_property
    def found(self) -> tuple[Concern, ...]:
        """What worries in the answers."""
        return concerns(self.instrument, self.answers)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A check-in that is there already."""

    check_in_id: UUID
    due_key: str
    submission_id: UUID
    payload_hash: bytes
    received_at: datetime


def hash_of(answers: Answers) -> bytes:
    """The same bytes for the same answers to the same version."""
    content = [answers.instrument_key, answers.instrument_version, answers.to_json()]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()


def find_stored(
    db: Session, patient_id: UUID, *, due_key: str, submission_id: UUID
) -> Stored | None:
    """The answers that this due check-in has already.

    Raises `SubmittedDifferently` when the form's id was used for another one.
    """
    wanted = {"patient_id": patient_id, "due_key": due_key, "submission_id": submission_id}
    rows = read_rows(db, _FIND, wanted).all()
    if any(row.due_key != due_key for row in rows):
        raise SubmittedDifferently
    return next(
        (
            Stored(
                check_in_id=row.id,
                due_key=row.due_key,
                submission_id=row.submission_id,
                payload_hash=row.payload_hash,
                received_at=row.recorded_at,
            )
            for row in rows
        ),
        None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadyToStore:
    """A check-in with its rows made: what is left is writing them."""

    check_in_id: UUID
    sending: Sending
    is_first_of_instrument: bool
    """Whether nobody has sent this version of the instrument so far."""
    answers_row: dict[str, Any]
    score_rows: list[dict[str, Any]]


def make_ready(db: Session, who: Person, sending: Sending, *, now: datetime) -> ReadyToStore:
    """Work out everything that writing the check-in takes. Writes nothing."""
    check_in_id = uuid4()
    return ReadyToStore(
        check_in_id=check_in_id,
        sending=sending,
        is_first_of_instrument=not _is_known(db, sending.instrument),
        answers_row=_answers_row(who, sending, check_in_id, now),
        score_rows=_score_rows(who, sending, check_in_id),
    )


def store(db: Session, who: Person, ready: ReadyToStore, *, now: datetime) -> None:
    """Write the check-in with all that follows from it."""
    sending, check_in_id = ready.sending, ready.check_in_id
    if ready.is_first_of_instrument:
        _add_instrument(db, sending.instrument, now)
    write_rows(db, _ADD_CHECK_IN, [ready.answers_row])
    write_rows(db, _ADD_SCORES, ready.score_rows)
    if sending.instrument.has_steps:
        _drop_draft(db, sending)
    alert_rows.tie_kept(
        db, who, sending.plan.patient_id, due_key=sending.due_key, check_in_id=check_in_id
    )
    audit.record(
        db,
        who,
        AuditEvent.CHECK_IN_SENT,
        now=now,
        kind="check_in",
        object_id=check_in_id,
        patient_id=sending.plan.patient_id,
        detail={"instrument": sending.instrument.key, "mode": str(sending.mode)},
    )
    worry = Worry(
        plan=sending.plan,
        answers=sending.answers,
        found=sending.found,
        due_key=sending.due_key,
        check_in_id=check_in_id,
    )
    alert_rows.raise_new(db, who, worry, now=now)


def _drop_draft(db: Session, sending: Sending) -> None:
    db.execute(
        delete(CheckInDraftRow).where(
            CheckInDraftRow.patient_id == sending.plan.patient_id,
            CheckInDraftRow.due_key == sending.due_key,
        )
    )


def store_instrument(db: Session, instrument: Instrument, now: datetime) -> None:
    """Keep the definition as it is now, unless this version is there already."""
    if not _is_known(db, instrument):
        _add_instrument(db, instrument, now)


def _add_instrument(db: Session, instrument: Instrument, now: datetime) -> None:
    row = {
        "key": instrument.key,
        "version": instrument.version,
        "title": instrument.title,
        "definition": instruments.to_json(instrument),
        "recorded_at": now,
    }
    db.execute(insert(_INSTRUMENTS), [row])


def _is_known(db: Session, instrument: Instrument) -> bool:
    wanted = {"key": instrument.key, "version": instrument.version}
    return read_rows(db, _KNOWN, wanted).first() is not None


def _answers_row(who: Person, sending: Sending, check_in_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": check_in_id,
        "clinic_id": who.clinic_id,
        "patient_id": sending.plan.patient_id,
        "course_id": sending.plan.course_id,
        "given_infusion_id": sending.infusion_id,
        "instrument_key": sending.instrument.key,
        "instrument_version": sending.instrument.version,
        "due_key": sending.due_key,
        "due_on": sending.due_on,
        "mode": str(sending.mode),
        # What staff took over from paper may have been read in any language.
        "language": sending.answers.language if sending.mode is Mode.SELF else None,
        "wording_id": sending.wording_id,
        "answers": sending.answers.to_json(),
        "submission_id": sending.submission_id,
        "payload_hash": hash_of(sending.answers),
        "occurred_at": sending.occurred_at,
        "recorded_at": now,
        "recorded_by": who.user_id,
    }


def _score_rows(who: Person, sending: Sending, check_in_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "check_in_id": check_in_id,
            "clinic_id": who.clinic_id,
            "course_id": sending.plan.course_id,
            "occurred_at": sending.occurred_at,
            **score_values(score),
        }
        for score in scoring.score(sending.instrument, sending.answers)
    ]


def score_values(score: Score) -> dict[str, Any]:
    """The columns of a score that come from the score itself."""
    return {
        "scale": score.scale,
        "value": score.value,
        "minimum": score.minimum,
        "maximum": score.maximum,
        "answered": score.answered,
        "item_count": score.of,
        "is_prorated": score.prorated,
    }
