"""A plan as a clinic agrees it: infusions with times of day, and weekly therapy between them.

The dates themselves come from `tracker.domain.schedule`. Everything here is in the clinic's
calendar and on its wall clock: a change of summer time moves no appointment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from tracker.domain.protocol import Protocol
from tracker.domain.schedule import (
    CannotPlan,
    ClinicDays,
    Plan,
    PlanRules,
    explain,
    plan,
    therapy_dates,
)

START_WITHIN_DAYS = 366


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseWish:
    """What a clinician asks for when planning a course. `therapy_weekday` None: no preference."""

    patient_id: UUID
    protocol_id: UUID
    infusion_count: int
    min_gap_days: int
    max_gap_days: int
    preferred_gap_days: int
    start_on: date
    time_of_day: time
    room: str = ""
    has_therapy: bool = True
    therapy_weekday: int | None = None
    indication: str = ""

    @property
    def rules(self) -> PlanRules:
        """Raises `CannotPlan` on impossible numbers."""
        return PlanRules(
            infusion_count=self.infusion_count,
            min_gap_days=self.min_gap_days,
            max_gap_days=self.max_gap_days,
            preferred_gap_days=self.preferred_gap_days,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a plan has to fit into: the clinic's days and the patient's, seen from today."""

    clinic: ClinicDays
    unavailable_on: frozenset[date]
    today: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """All dates of a course that is not stored yet."""

    plan: Plan
    therapy_on: tuple[date, ...]
    departure: str = ""
    """How the gaps that were asked for leave the protocol's; empty when they lie inside."""

    @property
    def needs_reason(self) -> bool:
        """Whether somebody must say why the plan is accepted: a gap is broken, or the protocol."""
        return bool(self.plan.broken_ahead or self.departure)

    @property
    def explanation(self) -> tuple[str, ...]:
        return (*filter(None, [self.departure]), *explain(self.plan))

    @property
    def fingerprint(self) -> str:
        """All dates as text: two plans with the same dates have the same."""
        return fingerprint(self.plan.dates, self.therapy_on)


def fingerprint(infusions_on: Iterable[date], therapy_on: Iterable[date]) -> str:
    """Dates as text, to tell whether a plan is still the one that was shown."""
    parts = (" ".join(day.isoformat() for day in days) for days in (infusions_on, therapy_on))
    return "/".join(parts)


def propose(wish: CourseWish, protocol: Protocol, around: Surroundings) -> Proposal:
    """The best plan for a new course. Raises `CannotPlan`, whose words say what to change."""
    check_wish(wish, protocol, around.today)
    made = plan(
        rules=wish.rules,
        start_on=wish.start_on,
        clinic=around.clinic,
        unavailable_on=around.unavailable_on,
    )
    return Proposal(
        plan=made,
        therapy_on=therapy_dates(
            infusions_on=made.dates,
            clinic=around.clinic,
            unavailable_on=around.unavailable_on,
            weekday=wish.therapy_weekday,
        )
        if wish.has_therapy
        else (),
        departure=_departure(wish, protocol),
    )


def _departure(wish: CourseWish, protocol: Protocol) -> str:
    fewest, most = protocol.min_gap_days, protocol.max_gap_days
    if fewest <= wish.min_gap_days and wish.max_gap_days <= most:
        return ""
    return (
        f"The protocol has {fewest} to {most} days between infusions; this plan allows "
        f"{wish.min_gap_days} to {wish.max_gap_days}."
    )


class UnfitWish(CannotPlan):
    """An answer that the protocol or the calendar does not allow; `field` names it."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


def check_wish(wish: CourseWish, protocol: Protocol, today: date) -> None:
    """Raise `UnfitWish` for a count or a start that cannot be planned."""
    check_count(wish.infusion_count, protocol)
    if wish.start_on < today:
        raise UnfitWish("The start is in the past. Choose today or later.", field="start_on")
    if wish.start_on > today + timedelta(days=START_WITHIN_DAYS):
        raise UnfitWish("Choose a start within a year.", field="start_on")
    if not wish.min_gap_days <= wish.preferred_gap_days <= wish.max_gap_days:
        raise UnfitWish(
            "The preferred gap must lie between the smallest and the largest gap.",
            field="preferred_gap_days",
        )


def check_count(infusion_count: int, protocol: Protocol, *, given_count: int = 0) -> None:
    """Raise `UnfitWish` for a number of infusions outside the protocol's range."""
    fewest, most = protocol.fewest_infusions, protocol.most_infusions
    if not fewest <= infusion_count <= most:
        raise UnfitWish(f"This protocol has {fewest} to {most} infusions.", field="infusion_count")
    if infusion_count < given_count:
        raise UnfitWish(
            f"{given_count} infusions are already given: the number cannot be smaller.",
            field="infusion_count",
        )
