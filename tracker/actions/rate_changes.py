"""Logging a change of the pump's rate while an infusion runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.actions import sheet_entries
from tracker.actions.sheet_entries import Entry, EntryKind
from tracker.actions.submissions import Submission
from tracker.domain.people import Person
from tracker.domain.rates import check_rate, check_rate_time
from tracker.models.infusions import GivenInfusionRow
from tracker.models.open_sheets import OpenSheet
from tracker.models.run_sheets import RateChangeRow

RATE_CHANGE = EntryKind(
    name="rate_change", row=RateChangeRow, noun="rate change", time_field="changed_time"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """What the pump was set to, when and why."""

    rate_ml_per_h: Decimal
    changed_at: datetime
    reason: str = ""


def record_rate(
    db: Session,
    who: Person,
    infusion_id: UUID,
    rate: Rate,
    *,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Add a rate to a run sheet; returns its id. `Refused` outside the infusion."""
    return sheet_entries.add(
        db,
        who,
        RATE_CHANGE,
        infusion_id,
        _entry(db, rate),
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def correct_rate(
    db: Session,
    who: Person,
    rate_change_id: UUID,
    rate: Rate,
    *,
    reason: str,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Put another rate in the place of one; returns the id of the run sheet."""
    return sheet_entries.correct(
        db,
        who,
        RATE_CHANGE,
        rate_change_id,
        _entry(db, rate),
        reason=reason,
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def strike_rate(
    db: Session,
    who: Person,
    rate_change_id: UUID,
    *,
    reason: str,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Strike a rate out; returns the id of the run sheet."""
    return sheet_entries.strike(
        db, who, RATE_CHANGE, rate_change_id, reason=reason, submission=submission, now=now
    )


def _entry(db: Session, rate: Rate) -> Entry:
    def check(sheet: OpenSheet) -> None:
        check_rate_time(
            rate.changed_at,
            stage=sheet.stage,
            started_at=sheet.started_at,
            ended_at=sheet.ended_at,
        )
        check_rate(rate.rate_ml_per_h, total_ml=_total_ml(db, sheet.id))

    values = {"rate_ml_per_h": rate.rate_ml_per_h, "reason": rate.reason}
    return Entry(values=values, occurred_at=rate.changed_at, check=check)


def _total_ml(db: Session, run_sheet_id: UUID) -> Decimal | None:
    return db.scalars(
        select(GivenInfusionRow.total_ml).where(GivenInfusionRow.id == run_sheet_id)
    ).one_or_none()
