"""The words of the alert pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.safety import AlertLevel
from tracker.queries.alerts import AlertDetail, AlertLine, GivenAnswer
from tracker.web.formatting import birthday, clock_time, day_short, moment

TONES = {AlertLevel.NOW: "stop", AlertLevel.SOON: "caution", AlertLevel.WATCH: "info"}


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRow:
    """A row for the board's list."""

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
class ListPage:
    title: str
    open: tuple[AlertRow, ...]
    closed: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertPage:
    title: str
    patient_name: str
    born: str
    record_number: str
    patient_href: str
    level: str
    tone: str
    facts: tuple[tuple[str, str], ...]
    earlier: tuple[tuple[str, str], ...]
    course_href: str
    is_open: bool
    closed_line: str
    action_taken: str


def list_page(
    waiting: tuple[AlertLine, ...],
    closed: tuple[AlertLine, ...],
    *,
    clinic: Clinic,
    now: datetime,
) -> ListPage:
    """Open alerts first, then what was done about the last ones."""
    return ListPage(
        title="Safety alerts",
        open=tuple(_row(each, clinic, now) for each in waiting),
        closed=tuple(_closed(each, clinic) for each in closed),
    )


def _row(line: AlertLine, clinic: Clinic, now: datetime) -> AlertRow:
    raised = clinic.local(line.raised_at)
    return AlertRow(
        when=clock_time(raised),
        who=line.patient_name,
        who_note=f"Record {line.record_number}",
        what=f"An answer of {day_short(raised.date())} needs a look",
        state=line.level.words,
        tone=TONES[line.level],
        note=due_words(line.due_at, clinic, now),
        href=url_for("alerts.close", alert_id=line.id),
        action="Open",
    )


def due_words(due_at: datetime, clinic: Clinic, now: datetime) -> str:
    """By when, and how late it is."""
    late = int((now - due_at).total_seconds() // 60)
    words = f"Due {moment(due_at, clinic)}"
    if late < 1:
        return words
    return (
        f"{words}, overdue by {late} min" if late < 120 else f"{words}, overdue by {late // 60} h"
    )


def _closed(line: AlertLine, clinic: Clinic) -> tuple[object, ...]:
    closed = moment(line.closed_at, clinic) if line.closed_at else ""
    href = url_for("alerts.close", alert_id=line.id)
    return (
        (line.patient_name, href),
        line.level.words,
        moment(line.raised_at, clinic),
        f"{closed}, {line.closed_by}",
        line.action_taken,
    )


def alert_page(found: AlertDetail, *, clinic: Clinic, now: datetime) -> AlertPage:
    """One alert: the answer, the two before it, how to reach the patient."""
    line = found.line
    return AlertPage(
        title="Safety alert",
        patient_name=line.patient_name,
        born=birthday(found.born_on),
        record_number=line.record_number,
        patient_href=url_for("patients.show", patient_id=found.patient_id),
        level=line.level.words,
        tone=TONES[line.level],
        facts=_facts(found, clinic, now),
        earlier=tuple(_answer(each, clinic) for each in found.earlier),
        course_href=url_for("courses.show", course_id=found.course_id),
        is_open=line.closed_at is None,
        closed_line=_closed_line(line, clinic),
        action_taken=line.action_taken,
    )


def _facts(found: AlertDetail, clinic: Clinic, now: datetime) -> tuple[tuple[str, str], ...]:
    line = found.line
    again = " (sent a second time; the first answers stand)" if found.is_from_second_sending else ""
    due = (
        due_words(line.due_at, clinic, now)
        if line.closed_at is None
        else f"Due {moment(line.due_at, clinic)}"
    )
    return (
        ("Question", found.question),
        ("Answer", found.answer.words + again),
        ("Answered", moment(found.answer.at, clinic)),
        ("To be looked at", due),
        ("Telephone", found.phone or "None on record"),
    )


def _answer(given: GivenAnswer, clinic: Clinic) -> tuple[str, str]:
    return moment(given.at, clinic), given.words


def _closed_line(line: AlertLine, clinic: Clinic) -> str:
    if line.closed_at is None:
        return ""
    return f"Closed {moment(line.closed_at, clinic)} by {line.closed_by}."
