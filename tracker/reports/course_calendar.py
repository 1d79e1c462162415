"""The calendar of a course for the fridge: what is when, and nothing that a guest may not see.

No family name, no date of birth, no name of a clinic, a medicine or a condition: an infusion is a
"visit", therapy a "session".
"""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from babel.dates import format_date

from tracker.domain.clinic import Clinic
from tracker.domain.course_progress import CourseProgress
from tracker.domain.course_record import PlannedInfusion
from tracker.domain.courses import PlannedState, TherapyState
from tracker.domain.due import AFTER_INFUSION, DAILY, UPCOMING_DAYS, WEEKLY, DueState
from tracker.domain.languages import Language
from tracker.reports.course_report import Making
from tracker.reports.document import Layout, Paper, as_json, check_generated_at
from tracker.reports.patient_report import crisis_lines

MOST_MONTHS = 6
SUNDAY = 6
A_WEEK_FROM_SUNDAY = tuple(date(2026, 11, day) for day in range(1, 8))
"""Seven days of any week that begins on a Sunday, for their names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarDay:
    """One square: empty words where the day is of another month."""

    number: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarMonth:
    title: str
    weeks: tuple[tuple[CalendarDay, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseCalendar:
    """The months of a course, complete."""

    layout: ClassVar[Layout] = Layout(template="calendar", title="Calendar", what="calendar")

    title: str
    language: str
    weekdays: tuple[str, ...]
    months: tuple[CalendarMonth, ...]
    foot: str
    crisis: str
    generated_at: datetime
    generated_by: str
    paper: Paper = Paper.LETTER

    def __post_init__(self) -> None:
        check_generated_at(self.generated_at)

    def to_json(self) -> str:
        """The same text for the same calendar."""
        return as_json(self)


def course_calendar(progress: CourseProgress, clinic: Clinic, making: Making) -> CourseCalendar:
    """Infusions, therapy and check-ins by day, on the clinic's dates."""
    language = making.language
    visits = _visits(progress, making)
    listed_until = progress.today + timedelta(UPCOMING_DAYS)
    check_ins = _check_ins(progress, making, until=_after(max((*visits, listed_until))))
    listed = (on for on in check_ins if on <= listed_until)
    months = _months(progress.today, sorted({*visits, *listed}), making)
    entries = _entries(visits, check_ins, language)
    given_name = progress.record.patient.given_name
    foot = language.say("Questions? Call %(phone)s.", phone=clinic.phone) if clinic.phone else ""
    return CourseCalendar(
        title=language.say("Calendar of %(name)s", name=given_name or "…"),
        language=language.value,
        weekdays=tuple(
            format_date(on, "EEEE", locale=language.locale) for on in A_WEEK_FROM_SUNDAY
        ),
        months=tuple(_month(each, entries, language) for each in months),
        foot=foot,
        crisis=_crisis(clinic, language),
        generated_at=making.at,
        generated_by=making.by,
        paper=making.paper,
    )


def _crisis(clinic: Clinic, language: Language) -> str:
    """The lines for help name no illness: they may hang where guests pass."""
    lines = " ".join(crisis_lines(clinic, language))
    return f"{language.say('If you need help right now')}: {lines}"


def _visits(progress: CourseProgress, making: Making) -> Mapping[date, list[str]]:
    """The appointments."""
    say, holds = making.language.say, making.period.holds
    visit, therapy = say("Visit"), say("Session")
    found: dict[date, list[str]] = defaultdict(list)
    for each in progress.record.infusions:
        if _is_or_was(each, progress.record.ended_on) and holds(each.planned_on):
            found[each.planned_on].append(f"{_clock(each.planned_time)} {visit}")
    for session in progress.record.therapy:
        shown = session.state in (TherapyState.PLANNED, TherapyState.HELD)
        if shown and holds(session.planned_on):
            when = f"{_clock(session.planned_time)} " if session.planned_time else ""
            found[session.planned_on].append(f"{when}{therapy}")
    return found


def _is_or_was(infusion: PlannedInfusion, ended_on: date | None) -> bool:
    """Whether it was given or is still to come: nobody comes for it after the course's end."""
    if infusion.state is PlannedState.PLANNED:
        return ended_on is None or infusion.planned_on <= ended_on
    return infusion.state is PlannedState.GIVEN


def _check_ins(
    progress: CourseProgress, making: Making, *, until: date
) -> Mapping[date, list[str]]:
    """By day, before the day ``until``: what is open or comes, and what comes after a visit."""
    found: dict[date, list[str]] = defaultdict(list)
    for due in progress.due_within(max(UPCOMING_DAYS, (until - progress.today).days)):
        if due.state in (DueState.UPCOMING, DueState.DUE, DueState.LATE):
            found[due.due_on].append(due.instrument_key)
    for key, on in progress.after_coming():
        found[on].append(key)
    return {on: keys for on, keys in found.items() if making.period.holds(on) and on < until}


def _entries(
    visits: Mapping[date, list[str]], check_ins: Mapping[date, list[str]], language: Language
) -> Mapping[date, tuple[str, ...]]:
    """What stands in each square, the appointments first."""
    found = {on: list(words) for on, words in visits.items()}
    for on, keys in check_ins.items():
        found.setdefault(on, []).extend(f"□ {_kind(key, language)}" for key in keys)
    return {on: tuple(dict.fromkeys(words)) for on, words in found.items()}


def _kind(instrument_key: str, language: Language) -> str:
    """No title of a questionnaire: it may name what somebody has."""
    if instrument_key == DAILY:
        return language.say("Check-in")
    if instrument_key == AFTER_INFUSION:
        return language.say("After the visit")
    if instrument_key == WEEKLY:
        return language.say("Weekly check-in")
    return language.say("Longer check-in")


def _clock(at: datetime | object) -> str:
    return f"{at:%H:%M}"


def _months(today: date, days: Sequence[date], making: Making) -> tuple[date, ...]:
    """The first days of the months: from this month, or from the first entry that was asked for."""
    days = days or [today]
    coming = [on for on in days if on >= today.replace(day=1)]
    if making.period.is_whole and coming:
        days = coming
    first, last = days[0].replace(day=1), days[-1].replace(day=1)
    found = [first]
    while found[-1] < last and len(found) < MOST_MONTHS:
        found.append(_after(found[-1]))
    return tuple(found)


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _month(
    first: date, entries: Mapping[date, tuple[str, ...]], language: Language
) -> CalendarMonth:
    title = format_date(first, "LLLL y", locale=language.locale)
    weeks = Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
    return CalendarMonth(
        title=title[:1].upper() + title[1:],
        weeks=tuple(
            tuple(
                CalendarDay(number=str(on.day), entries=entries.get(on, ()))
                if on.month == first.month
                else CalendarDay(number="")
                for on in week
            )
            for week in weeks
        ),
    )
