"""Scoring the recovery of a patient after an infusion."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions import sheet_entries
from tracker.actions.sheet_entries import Entry, EntryKind
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.domain.recovery import check_items
from tracker.domain.sheet_log import RecoveryScale
from tracker.models.open_sheets import OpenSheet
from tracker.models.run_sheets import RecoveryScoreRow

RECOVERY_SCORE = EntryKind(
    name="recovery_score",
    row=RecoveryScoreRow,
    noun="recovery score",
    time_field="scored_time",
    recorded=AuditEvent.RECOVERY_SCORED,
    kept=("scale",),
)


def record_score(
    db: Session,
    who: Person,
    infusion_id: UUID,
    scale: RecoveryScale,
    items: Sequence[int],
    *,
    scored_at: datetime,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Add a score to a run sheet whose infusion has ended; returns its id."""
    return sheet_entries.add(
        db,
        who,
        RECOVERY_SCORE,
        infusion_id,
        _entry(scale, items, scored_at),
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def correct_score(
    db: Session,
    who: Person,
    recovery_score_id: UUID,
    scale: RecoveryScale,
    items: Sequence[int],
    *,
    scored_at: datetime,
    reason: str,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Put another score in the place of one; returns the id of the run sheet."""
    return sheet_entries.correct(
        db,
        who,
        RECOVERY_SCORE,
        recovery_score_id,
        _entry(scale, items, scored_at),
        reason=reason,
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def _entry(scale: RecoveryScale, items: Sequence[int], scored_at: datetime) -> Entry:
    def check(sheet: OpenSheet) -> None:
        check_items(items)
        if sheet.ended_at is None:
            raise Refused("The recovery is scored after the end of the infusion.")
        if scored_at < sheet.ended_at.replace(second=0, microsecond=0):
            raise Refused("That is before the end of the infusion.", field="scored_time")

    values = {f"item_{number}": points for number, points in enumerate(items, start=1)}
    return Entry(values={"scale": scale, **values}, occurred_at=scored_at, check=check)
