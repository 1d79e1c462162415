"""Days to offer when one infusion has to move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.course_plan import Surroundings
from tracker.domain.plan_change import StandingPlan
from tracker.domain.schedule import CannotPlan, PlanRules, days_that_work

HOW_MANY = 3
_LOOK_AHEAD_DAYS = 21


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A day for the infusion. `gap_days` counts from the infusion before; None for the first."""

    on: date
    gap_days: int | None
    keeps_every_gap: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestions:
    """Up to three days, in order, and the last day on which the plan can still be kept whole."""

    days: tuple[Suggestion, ...]
    latest_on: date | None


def suggest(standing: StandingPlan, number: int, around: Surroundings) -> Suggestions:
    """Days for infusion `number`, the infusions before it staying where they are.

    First the days that keep every gap, nearest to the present date; then, if these are fewer than
    three, the next days on which clinic and patient could do it.
    """
    booked = standing.live[number].planned_on
    before = _before(standing, number)
    whole = _whole(standing.rules, before, booked, around)
    taken = {each.planned_on for each in standing.live.values()} | set(before)
    chosen = sorted((day for day in whole if day not in taken), key=lambda day: _near(day, booked))
    open_days = _open_days(before, booked, around)
    spare = (day for day in open_days if day not in taken and day not in whole)
    chosen = sorted([*chosen, *spare][:HOW_MANY])
    previous = before[-1] if before else None
    return Suggestions(
        days=tuple(
            Suggestion(
                on=day,
                gap_days=(day - previous).days if previous else None,
                keeps_every_gap=day in whole,
            )
            for day in chosen
        ),
        latest_on=max(whole, default=None),
    )


def _before(standing: StandingPlan, number: int) -> list[date]:
    """Given infusions, and those with a smaller number that are booked."""
    booked = [
        each.planned_on
        for each in standing.live.values()
        if each.number < number and not each.is_booster
    ]
    return sorted([*standing.given.values(), *booked])


def _whole(
    rules: PlanRules, before: list[date], booked: date, around: Surroundings
) -> tuple[date, ...]:
    start_on = around.today
    if not before:
        start_on = max(around.today, booked - timedelta(days=rules.min_gap_days))
    try:
        return days_that_work(
            number=len(before) + 1,
            rules=rules,
            start_on=start_on,
            clinic=around.clinic,
            unavailable_on=around.unavailable_on,
            given_on=before,
        )
    except CannotPlan:
        return ()


def _near(day: date, booked: date) -> tuple[int, bool]:
    return abs((day - booked).days), day < booked


def _open_days(before: list[date], booked: date, around: Surroundings) -> list[date]:
    first = max(
        [around.today, booked - timedelta(days=1), *(day + timedelta(days=1) for day in before)]
    )
    days = (first + timedelta(days=n) for n in range(_LOOK_AHEAD_DAYS))
    clinic = around.clinic
    return [
        day
        for day in days
        if day.weekday() in clinic.open_weekdays
        and day not in clinic.closed_on
        and day not in around.unavailable_on
    ]
