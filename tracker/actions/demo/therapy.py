"""The therapy sessions of a story: weekly, most of them held, with bland invented notes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from tracker.actions.demo.moments import Present, Row, at, dice, known_id
from tracker.actions.demo.plans import Layout
from tracker.actions.demo.story import Stage, Story
from tracker.domain.courses import TherapyFormat, TherapyKind, TherapyState
from tracker.domain.schedule import therapy_dates

_CLOCKS = (time(12, 0), time(15, 0), time(16, 30), time(17, 15))
_KINDS = (
    TherapyKind.INTEGRATION,
    TherapyKind.PROLONGED_EXPOSURE,
    TherapyKind.COGNITIVE_PROCESSING,
)
_FOCUS = (
    "What came up during the last infusion, and what to take from it into the week.",
    "A step on the list of avoided places: what was done, how it felt, what was learned.",
    "The thought “it was my fault”: looked at the evidence for and against it.",
    "Sleep: the hour before bed, and what to do on waking from a nightmare.",
    "Reconnecting: one telephone call to a friend that had been put off for months.",
)
_HOMEWORK = (
    "Walk to the market on two mornings, staying until the unease has halved.",
    "Write down three moments of feeling safe each day.",
    "One worksheet on a stuck point; bring it along.",
    "Listen to the recording once a day.",
)
_BOOSTER_EVERY_DAYS = 28


def therapy_rows(story: Story, layout: Layout, present: Present) -> Iterator[Row]:
    """Rows of `therapy_sessions`, in the order of their days."""
    chance = dice(f"{story.key} therapy")
    clock, kind = chance.choice(_CLOCKS), chance.choice(_KINDS)
    days = (_preparation_on(layout, present), *_days(story, layout, present))
    for number, day in enumerate(days):
        row = {
            "id": known_id(f"{story.key} therapy {number}"),
            "course_id": known_id(f"{story.key} course"),
            "state": _state(story, number, day, present),
            "kind": kind if number else TherapyKind.PREPARATION,
            "format": TherapyFormat.VIDEO if chance.random() < 0.2 else TherapyFormat.IN_PERSON,
            "planned_on": day,
            "planned_time": clock,
            "version": 1,
        }
        yield row | _record(row, chance, layout.agreed_at(present), number)


def _preparation_on(layout: Layout, present: Present) -> date:
    """The last open day before infusion 1: number 0, before those of the course."""
    day = layout.start_on - timedelta(days=1)
    while day.weekday() not in present.open_weekdays or day == present.closed_on:
        day -= timedelta(days=1)
    return day


def _days(story: Story, layout: Layout, present: Present) -> list[date]:
    infusions = [each.on for each in layout.kept if not each.is_booster]
    days = list(therapy_dates(infusions_on=infusions, clinic=present.clinic_days))
    if story.stage is Stage.MAINTENANCE:
        day = days[-1] + timedelta(days=_BOOSTER_EVERY_DAYS)
        while day <= present.day(_BOOSTER_EVERY_DAYS):
            days.append(day)
            day += timedelta(days=_BOOSTER_EVERY_DAYS)
    return days


def _state(story: Story, number: int, day: date, present: Present) -> TherapyState:
    if story.stage is Stage.STOPPED and day > present.day(-story.ended_days_ago):
        return TherapyState.CANCELLED
    if day >= present.today:
        return TherapyState.PLANNED
    chance = dice(f"{story.key} therapy state {number}").random()
    if number > 1 and chance < 0.1:
        return TherapyState.MISSED if chance < 0.06 else TherapyState.CANCELLED
    return TherapyState.HELD


def _record(row: Row, chance: Random, planned_at: datetime, number: int) -> Row:
    """What was written down; empty unless it was held."""
    occurred_at = at(row["planned_on"], row["planned_time"]) + timedelta(
        minutes=chance.randint(0, 6)
    )
    highest = max(30, 82 - 7 * number + chance.randint(-8, 8))
    held = row["state"] is TherapyState.HELD
    written: Row = {
        "occurred_at": occurred_at,
        "minutes": chance.choice((50, 55, 60, 60)),
        "suds_start": min(highest, 45),
        "suds_peak": highest,
        "suds_end": max(highest - 35, 10),
        "focus": chance.choice(_FOCUS),
        "measures_reviewed": "Weekly rating of symptoms" if number % 2 else "",
        "homework": chance.choice(_HOMEWORK),
        "homework_done": "Most of it; what was hard is talked through." if number else "",
        "risk": "Asked: no thoughts of self-harm today." if number % 2 else "",
        "next_steps": "Continue as planned; same day next week.",
    }
    empty: Row = dict.fromkeys(written) | dict.fromkeys(
        ("focus", "measures_reviewed", "homework", "homework_done", "risk", "next_steps"), ""
    )
    recorded_at: datetime = occurred_at + timedelta(minutes=75) if held else planned_at
    return (written if held else empty) | {"recorded_at": recorded_at}
