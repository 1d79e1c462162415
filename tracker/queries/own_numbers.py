"""The newest numbers of one questionnaire, for the patient who answered it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain import instruments
from tracker.domain.instruments import Direction, UnknownInstrument
from tracker.domain.people import Person
from tracker.models.check_ins import CheckInRow, ScoreRow
from tracker.models.database import read_rows

NEWEST = 7
"""As many as are read at a glance. A choice of the project."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnScore:
    """``value`` is None where too little was answered to give one."""

    occurred_at: datetime
    value: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnNumbers:
    """The scores on the questionnaire's first total, oldest first, at most `NEWEST`."""

    direction: Direction
    minimum: int
    maximum: int
    scores: tuple[OwnScore, ...]


_SCORES = (
    select(ScoreRow.occurred_at, ScoreRow.value)
    .join(CheckInRow, CheckInRow.id == ScoreRow.check_in_id)
    .where(
        CheckInRow.patient_id == bindparam("patient_id"),
        CheckInRow.clinic_id == bindparam("clinic_id"),
        CheckInRow.instrument_key == bindparam("instrument_key"),
        ScoreRow.scale == bindparam("scale"),
    )
    .order_by(ScoreRow.occurred_at.desc(), CheckInRow.id)
    .limit(NEWEST)
)


def find_own_numbers(db: Session, who: Person, instrument_key: str) -> OwnNumbers | None:
    """One statement. None for an instrument that has no total, or that no longer ships."""
    try:
        totals = instruments.get(instrument_key).totals
    except UnknownInstrument:
        return None
    if not totals:
        return None
    wanted = {
        "patient_id": who.patient_id,
        "clinic_id": who.clinic_id,
        "instrument_key": instrument_key,
        "scale": totals[0].id,
    }
    rows = read_rows(db, _SCORES, wanted).all()
    return OwnNumbers(
        direction=totals[0].direction,
        minimum=totals[0].minimum,
        maximum=totals[0].maximum,
        scores=tuple(
            OwnScore(occurred_at=row.occurred_at, value=row.value) for row in reversed(rows)
        ),
    )
