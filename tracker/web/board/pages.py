"""The words of the board. Rows go by urgency, then time; nothing clinical can be read from afar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.courses import GivenState, PlannedState, TherapyState
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.safety import AlertLevel
from tracker.queries.alerts import AlertLine
from tracker.queries.behind import Behind
from tracker.queries.board import Board, BoardInfusion, BoardTherapy
from tracker.web.formatting import birthday, clock_time, count, day, day_short, moment

STARTS_LATE_AFTER = timedelta(minutes=15)
_ALERT_TONES = {AlertLevel.NOW: "stop", AlertLevel.SOON: "caution", AlertLevel.WATCH: "info"}


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardRow:
    """One row to read from across the room."""

    when: str
    who: str
    who_note: str
    what: str
    state: str
    tone: str
    note: str
    href: str
    action: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardPage:
    title: str
    updated: str
    alerts: tuple[BoardRow, ...]
    visits: tuple[BoardRow, ...]
    no_visits: str
    behind: tuple[BoardRow, ...]
    refresh_href: str
    part_href: str


def board_page(board: Board, *, clinic: Clinic, who: Person, now: datetime) -> BoardPage:
    """The whole board."""
    infusions = [_infusion_row(each, clinic, who, now) for each in board.infusions]
    therapy = [_therapy_row(each, clinic, now) for each in board.therapy]
    visits = sorted(infusions + therapy, key=lambda pair: pair[0])
    return BoardPage(
        title=f"Today, {day(board.today)}",
        updated=clock_time(clinic.local(now)),
        alerts=tuple(_alert_row(each, clinic, now) for each in board.alerts),
        visits=tuple(row for _, row in visits),
        no_visits=_no_visits(board),
        behind=tuple(_behind_row(each, clinic) for each in board.behind),
        refresh_href=url_for("board.show"),
        part_href=url_for("board.today"),
    )


def _no_visits(board: Board) -> str:
    if board.next_day is None:
        return "No visits today, and none planned ahead."
    ahead = board.next_day
    return f"No visits today. Next: {day(ahead.on)}, {count(ahead.visits, 'visit')}."


def _alert_row(line: AlertLine, clinic: Clinic, now: datetime) -> BoardRow:
    late = int((now - line.due_at).total_seconds() // 60)
    overdue = f", overdue by {_span(late)}" if late > 0 else ""
    return BoardRow(
        when=clock_time(clinic.local(line.raised_at)),
        who=line.patient_name,
        who_note=f"Record {line.record_number}",
        what="Safety alert",
        state=line.level.words,
        tone=_ALERT_TONES[line.level],
        note=f"Due {moment(line.due_at, clinic)}{overdue}",
        href=url_for("alerts.close", alert_id=line.id),
        action="Open",
    )


def _span(minutes: int) -> str:
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


_Sorted = tuple[tuple[int, date, time, str], BoardRow]


def _infusion_row(each: BoardInfusion, clinic: Clinic, who: Person, now: datetime) -> _Sorted:
    state, tone = _infusion_state(each, clinic, now)
    row = BoardRow(
        when=_planned(each.planned_on, each.planned_time, clinic, now),
        who=each.patient_name,
        who_note=f"{birthday(each.born_on)}, record {each.record_number}",
        what=_visit_name(each),
        state=state,
        tone=tone,
        note=_infusion_note(each, clinic),
        href=_infusion_href(each, who),
        action=_infusion_action(each, who),
    )
    return (_rank(tone), each.planned_on, each.planned_time, str(each.planned_infusion_id)), row


def _rank(tone: str) -> int:
    return {"stop": 0, "caution": 1}.get(tone, 2)


def _planned(on: date, at: time | None, clinic: Clinic, now: datetime) -> str:
    if on != clinic.date_of(now):
        return day_short(on)
    return clock_time(at) if at else "Today"


def _visit_name(each: BoardInfusion) -> str:
    number = f"Booster {each.number}" if each.is_booster else f"Infusion {each.number} of {each.of}"
    return f"{number}, {each.room}" if each.room else number


def _infusion_state(each: BoardInfusion, clinic: Clinic, now: datetime) -> tuple[str, str]:
    if each.started_at is not None:
        return _given_state(each, each.started_at, clinic, now)
    if each.state is PlannedState.PLANNED:
        planned = datetime.combine(each.planned_on, each.planned_time, clinic.zone)
        late = now - planned
        if late >= STARTS_LATE_AFTER:
            return f"Not started, {_span(int(late.total_seconds() // 60))} late", "caution"
        return "Planned", "neutral"
    return str(each.state).capitalize(), "neutral"


def _given_state(
    each: BoardInfusion, started_at: datetime, clinic: Clinic, now: datetime
) -> tuple[str, str]:
    is_late = each.next_vital_signs is not None and each.next_vital_signs.is_overdue
    if each.given_state is GivenState.RUNNING:
        minutes = max(0, int((now - started_at).total_seconds() // 60))
        return f"Running {_span(minutes)}", "stop" if is_late else "info"
    word = "Stopped early" if each.given_state is GivenState.STOPPED_EARLY else "Ended"
    at = f" {clock_time(clinic.local(each.ended_at))}" if each.ended_at else ""
    return f"{word}{at}", "caution" if is_late else "good"


def _infusion_note(each: BoardInfusion, clinic: Clinic) -> str:
    if each.started_at is None:
        return ""
    last = each.last_vital_signs_at
    words = [f"Last vital signs {clock_time(clinic.local(last))}" if last else "No vital signs yet"]
    if each.next_vital_signs is not None:
        due = each.next_vital_signs
        late = f", {_span(due.overdue_minutes)} overdue" if due.is_overdue else ""
        words.append(f"next due {clock_time(clinic.local(due.due_at))}{late}")
    return "; ".join(words)


def _infusion_href(each: BoardInfusion, who: Person) -> str:
    if each.given_infusion_id is not None:
        return url_for("infusions.show", infusion_id=each.given_infusion_id)
    if each.state is PlannedState.PLANNED and may(who, Act.LOG_INFUSION):
        return url_for("infusions.arrive", planned_infusion_id=each.planned_infusion_id)
    return url_for("courses.show", course_id=each.course_id)


def _infusion_action(each: BoardInfusion, who: Person) -> str:
    if each.given_infusion_id is not None:
        return "Run sheet"
    is_next = each.state is PlannedState.PLANNED and may(who, Act.LOG_INFUSION)
    return "Start" if is_next else "Course"


def _therapy_row(each: BoardTherapy, clinic: Clinic, now: datetime) -> _Sorted:
    tone = "good" if each.state is TherapyState.HELD else "neutral"
    today = clinic.date_of(now)
    row = BoardRow(
        when=_planned(today, each.planned_time, clinic, now),
        who=each.patient_name,
        who_note=f"{birthday(each.born_on)}, record {each.record_number}",
        what="Therapy session",
        state=str(each.state).capitalize(),
        tone=tone,
        note=f"With {each.therapist}" if each.therapist else "",
        href=url_for("therapy_sessions.show", therapy_session_id=each.id),
        action="Open",
    )
    return (_rank(tone), today, each.planned_time or time(23, 59), str(each.id)), row


def _behind_row(each: Behind, clinic: Clinic) -> BoardRow:
    last = (
        f"Last on {day_short(each.since)}"
        if each.last_at
        else f"None since {day_short(each.since)}"
    )
    return BoardRow(
        when="",
        who=each.patient_name,
        who_note=f"Record {each.record_number}",
        what="Check-ins",
        state=last,
        tone="neutral",
        note=f"Telephone {each.phone}" if each.phone else "No telephone number on record",
        href=url_for("courses.show", course_id=each.course_id),
        action="Course",
    )
