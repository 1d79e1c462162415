"""Weekly therapy sessions fitted between the infusions of a plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.schedule.rules import CannotPlan, ClinicDays, UsableDays

# The last week of therapy must offer at least this many days after the last infusion.
_DAYS_AFTER_LAST = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class TherapyWeek:
    """The seven days of a week of the course, and its therapy session; None when none fits."""

    number: int
    from_on: date
    to_on: date
    therapy_on: date | None


def therapy_weeks(
    *,
    infusions_on: Sequence[date],
    clinic: ClinicDays,
    unavailable_on: Iterable[date] = (),
    weekday: int | None = None,
) -> tuple[TherapyWeek, ...]:
    """One therapy session a week, from the first infusion to about a week after the last.

    Weeks count from the first infusion. The last is the first that offers at least four days
    after the last infusion; its therapy session comes after that infusion, one to ten days on.
    A therapy session is on an open day, never on an infusion's day. It is as near as possible to
    `weekday` (0 = Monday) if one is chosen; else as soon after an infusion as possible; then the
    earlier day.

    The preference for the day after is a choice of this project, not a published rule: whether
    therapy works better the day after an infusion (Shiroma 2020 before, Duek 2023 from 24 h
    after) or before it is unproven in PTSD.
    """
    if weekday is not None and weekday not in range(7):
        raise CannotPlan("Weekdays are numbered 0 (Monday) to 6 (Sunday).")
    infusions = sorted(day.toordinal() for day in infusions_on)
    if not infusions:
        return ()
    days = UsableDays.of(clinic, unavailable_on, date.fromordinal(infusions[0]))
    span = infusions[-1] - infusions[0]
    # The week's last day, 7 * week + 6, must be at least _DAYS_AFTER_LAST past the span.
    last_week = max(0, -((6 - span - _DAYS_AFTER_LAST) // 7))
    return tuple(
        _week(number, last_week, infusions, days, weekday) for number in range(last_week + 1)
    )


def therapy_dates(
    *,
    infusions_on: Sequence[date],
    clinic: ClinicDays,
    unavailable_on: Iterable[date] = (),
    weekday: int | None = None,
) -> tuple[date, ...]:
    """The dates of `therapy_weeks`; a week in which no day fits has none."""
    weeks = therapy_weeks(
        infusions_on=infusions_on, clinic=clinic, unavailable_on=unavailable_on, weekday=weekday
    )
    return tuple(week.therapy_on for week in weeks if week.therapy_on is not None)


def _week(
    index: int, last_week: int, infusions: list[int], days: UsableDays, weekday: int | None
) -> TherapyWeek:
    first = infusions[0] + 7 * index
    earliest = max(first, infusions[-1] + 1) if index == last_week else first
    choices = [day for day in days.within(earliest, first + 6) if day not in infusions]
    best = min(choices, key=lambda day: _rank(day, first, infusions, weekday), default=None)
    return TherapyWeek(
        number=index + 1,
        from_on=date.fromordinal(first),
        to_on=date.fromordinal(first + 6),
        therapy_on=None if best is None else date.fromordinal(best),
    )


def _rank(day: int, first: int, infusions: list[int], weekday: int | None) -> tuple[int, int]:
    if weekday is not None:
        wanted = first + (weekday - (first + 6)) % 7
        return abs(day - wanted), day
    return day - max(on for on in infusions if on < day), day
