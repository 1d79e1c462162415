"""The check-ins of a story, their scores and the safety alerts that they raised.

What was due comes from the same rules as in the application, so that an answer here answers what
the application asked for, and a missed check-in is one that it calls missed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tracker.actions.demo.answers import raw_answers
from tracker.actions.demo.infusions import Infusion
from tracker.actions.demo.moments import ZONE, Present, Row, at, dice, known_id
from tracker.actions.demo.plans import Layout
from tracker.actions.demo.severity import Curve
from tracker.actions.demo.story import Stage, Story, Worry
from tracker.domain import instruments, safety, scoring
from tracker.domain.courses import CourseState
from tracker.domain.due import (
    AFTER_INFUSION,
    DAILY,
    WEEKLY,
    CourseDates,
    DueCheckIn,
    InfusionTimes,
    due_check_ins,
)

_ALERT_SEEN_AFTER = timedelta(minutes=40)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """One check-in with everything that follows from it."""

    check_in: Row
    scores: tuple[Row, ...]
    alerts: tuple[Row, ...]


def answered_check_ins(
    story: Story, layout: Layout, infusions: tuple[Infusion, ...], present: Present
) -> Iterator[Answered]:
    """Every check-in that was sent by now, in the order in which they opened."""
    curve = Curve(
        way=story.way,
        at_start=story.severity,
        infusions_at=[infusion.started_at for infusion in infusions],
        expected_count=story.count,
    )
    habit = dice(f"{story.key} habit")
    evening = habit.random() < 0.6
    usual = time(19 if evening else 7, habit.choice((10, 25, 40, 55)))
    for due in due_check_ins(
        _course(story, layout, infusions, present),
        zone=ZONE,
        now=present.moment,
        answered={},
    ):
        sent_at = _sent_at(story, due, usual, present)
        if sent_at is not None:
            yield _answer(story, due, sent_at, curve, present)


def _course(
    story: Story, layout: Layout, infusions: tuple[Infusion, ...], present: Present
) -> CourseDates:
    is_over = story.stage in (Stage.COMPLETED, Stage.STOPPED)
    dates = CourseDates(
        course_id=known_id(f"{story.key} course"),
        first_infusion_on=layout.start_on,
        asked_from_on=layout.agreed_at(present).astimezone(ZONE).date(),
        infusions=[
            InfusionTimes(
                id=known_id(each.id),
                started_at=each.started_at,
                ended_at=each.ended_at,
                is_booster=each.appointment.is_booster,
            )
            for each in infusions
        ],
        ended_on=present.day(-story.ended_days_ago) if is_over else None,
    )
    is_maintained = story.stage is Stage.MAINTENANCE
    return dates.in_state(CourseState.MAINTENANCE if is_maintained else CourseState.ACTIVE, ZONE)


def _sent_at(story: Story, due: DueCheckIn, usual: time, present: Present) -> datetime | None:
    """When it was answered; None when it was missed or is still open."""
    worry = _worry(story, due, present)
    if worry is not None:
        return _worried_at(worry, due, usual, present)
    chance = dice(f"{story.key} {due.instrument_key} {_place(due, present)}")
    is_kept_open = story.leaves_open and due.closes_at > present.moment
    is_kept_open |= story.quiet_days > 0 and due.due_on > present.day(-story.quiet_days)
    if is_kept_open or not _is_answered(story, due, chance):
        return None
    wanted = _wanted(due, usual, chance, early_days=5 if story.baseline_only else 2)
    last = due.closes_at - timedelta(minutes=2)
    sent_at = min(max(wanted, due.opens_at + timedelta(minutes=3)), last)
    return sent_at if sent_at < present.moment else None


def _place(due: DueCheckIn, present: Present) -> int:
    """Days from today: chance must not follow the calendar's date."""
    return (due.due_on - present.today).days


def _is_answered(story: Story, due: DueCheckIn, chance: Random) -> bool:
    if story.baseline_only:
        return due.due_key.startswith(f"{WEEKLY}:baseline")
    if due.due_key.startswith(f"{WEEKLY}:baseline"):
        return True
    return chance.random() < story.adherence


def _wanted(due: DueCheckIn, usual: time, chance: Random, *, early_days: int) -> datetime:
    around = timedelta(minutes=chance.randint(-50, 70))
    if due.instrument_key == AFTER_INFUSION:
        return due.opens_at + timedelta(minutes=chance.randint(10, 190))
    if due.due_key.startswith(f"{WEEKLY}:baseline"):
        return at(due.due_on - timedelta(days=early_days), usual) + around
    return at(due.due_on, usual) + around


def _worry(story: Story, due: DueCheckIn, present: Present) -> Worry | None:
    if due.instrument_key != DAILY:
        return None
    told = {_worry_on(worry, present): worry for worry in story.worries}
    return told.get(due.due_on)


def _worry_on(worry: Worry, present: Present) -> date:
    return (present.moment - timedelta(days=worry.days_ago, minutes=95)).astimezone(ZONE).date()


def _worried_at(worry: Worry, due: DueCheckIn, usual: time, present: Present) -> datetime:
    if not worry.action:
        return present.moment - timedelta(days=worry.days_ago, minutes=95)
    return at(due.due_on, usual)


def _answer(
    story: Story, due: DueCheckIn, sent_at: datetime, curve: Curve, present: Present
) -> Answered:
    instrument = instruments.get(due.instrument_key)
    place = f"{story.key} answers {due.instrument_key} {_place(due, present)}"
    raw = raw_answers(story, due, curve.on(sent_at), dice(place))
    worry = _worry(story, due, present)
    if due.instrument_key == DAILY:
        raw["self_harm"] = worry.answer if worry is not None else 0
    answers = instruments.check_answers(instrument, raw)
    check_in = _check_in_row(story, due, sent_at, answers)
    return Answered(
        check_in=check_in,
        scores=tuple(_score_row(check_in, score) for score in scoring.score(instrument, answers)),
        alerts=tuple(
            _alert_row(story, check_in, concern, worry, present)
            for concern in safety.concerns(instrument, answers)
        ),
    )


def _check_in_row(
    story: Story, due: DueCheckIn, sent_at: datetime, answers: instruments.Answers
) -> Row:
    name = f"{story.key} check-in {_name(story, due)}"
    stored = answers.to_json()
    return {
        "id": known_id(name),
        "patient_id": known_id(f"{story.key} patient"),
        "course_id": known_id(f"{story.key} course"),
        "given_infusion_id": due.infusion_id,
        "instrument_key": answers.instrument_key,
        "instrument_version": answers.instrument_version,
        "due_key": due.due_key,
        "due_on": due.due_on,
        "mode": "self",
        "language": "en",
        "answers": stored,
        "submission_id": known_id(f"{name} submission"),
        "payload_hash": payload_hash(stored),
        "occurred_at": sent_at,
        "recorded_at": sent_at,
        "recorded_by": known_id(f"{story.key} user"),
    }


def _name(story: Story, due: DueCheckIn) -> str:
    return due.due_key.replace(str(known_id(f"{story.key} course")), "first")


def payload_hash(answers: Mapping[str, Any]) -> bytes:
    """A fingerprint of the answers, as a sent form has one."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).digest()


def _score_row(check_in: Row, score: scoring.Score) -> Row:
    return {
        "check_in_id": check_in["id"],
        "scale": score.scale,
        "course_id": check_in["course_id"],
        "value": score.value,
        "minimum": score.minimum,
        "maximum": score.maximum,
        "answered": score.answered,
        "item_count": score.of,
        "is_prorated": score.prorated,
        "occurred_at": check_in["occurred_at"],
    }


def _alert_row(
    story: Story,
    check_in: Row,
    concern: safety.Concern,
    worry: Worry | None,
    present: Present,
) -> Row:
    raised_at: datetime = check_in["occurred_at"]
    action = worry.action if worry is not None else ""
    return {
        "id": known_id(f"{story.key} alert {worry.days_ago if worry else 0} {concern.rule}"),
        "patient_id": known_id(f"{story.key} patient"),
        "course_id": check_in["course_id"],
        "check_in_id": check_in["id"],
        "due_key": check_in["due_key"],
        "instrument_key": check_in["instrument_key"],
        "instrument_version": check_in["instrument_version"],
        "rule": concern.rule,
        "level": int(concern.level),
        "met_by": {concern.item_id: check_in["answers"][concern.item_id]},
        "raised_at": raised_at,
        "due_at": safety.answer_due_at(concern, raised_at, zone=ZONE, days=present.open_days),
        "closed_at": _seen_at(raised_at) if action else None,
        "done_at": _seen_at(raised_at) if action else None,
        "closed_by": _closer(concern) if action else None,
        "action_taken": action,
    }


def _closer(concern: safety.Concern) -> UUID:
    return known_id("clinician" if concern.level > safety.AlertLevel.WATCH else "therapist")


def _seen_at(raised_at: datetime) -> datetime:
    """Within the hour by day and in the evening, else in the morning after."""
    seen_at = raised_at + _ALERT_SEEN_AFTER
    local = seen_at.astimezone(ZONE)
    if 8 <= local.hour < 21:
        return seen_at
    day = local.date() + timedelta(days=1 if local.hour >= 21 else 0)
    return at(day, time(8, 35))
