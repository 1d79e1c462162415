"""The words of the alert pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.safety import NONE_OPEN
from tracker.queries.alerts import AlertDetail, AlertLine, AskedLately, Came, GivenAnswer
from tracker.web.alert_words import TONES, due_words
from tracker.web.formatting import birthday, clock_time, day_short, identity_note, moment

DEFAULTS = (
    "Levels and deadlines are defaults of this system: they need clinical review, and no deadline "
    "is a promise that somebody watches. An alert waits for the clinic to open no longer than its "
    "settings say, and is then due on a closed day."
)
NOBODY_TOLD = (
    "Nobody is named who is told of an alert. It waits here and on the board until somebody looks."
)
WRITTEN_LATER = timedelta(minutes=5)
"""What was written down more than this after it was done shows both times."""


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
    """``asked`` says what was asked and when: no list is a verdict that all is well."""

    title: str
    asked: str
    nobody_told: str
    none_open: str
    defaults: str
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
    defaults: str
    earlier: tuple[tuple[str, str], ...]
    course_href: str
    is_open: bool
    closed_line: str
    action_taken: str


def list_page(
    waiting: tuple[AlertLine, ...],
    closed: tuple[AlertLine, ...],
    *,
    asked: AskedLately,
    has_watcher: bool,
    clinic: Clinic,
    now: datetime,
) -> ListPage:
    """Open alerts first, then what was done about the last ones."""
    return ListPage(
        title="Safety alerts",
        asked=_asked_words(asked, clinic),
        nobody_told="" if has_watcher else NOBODY_TOLD,
        none_open=NONE_OPEN,
        defaults=DEFAULTS,
        open=tuple(_row(each, clinic, now) for each in waiting),
        closed=tuple(_closed(each, clinic) for each in closed),
    )


def _row(line: AlertLine, clinic: Clinic, now: datetime) -> AlertRow:
    raised = clinic.local(line.raised_at)
    return AlertRow(
        when=clock_time(raised),
        who=line.patient_name,
        who_note=identity_note(line.born_on, line.record_number),
        what=f"An answer of {day_short(raised.date())} needs a look",
        state=line.level.words,
        tone=TONES[line.level],
        note="; ".join(_marks(line, clinic, now)),
        href=url_for("alerts.close", alert_id=line.id),
        action="Open",
    )


def _asked_words(asked: AskedLately, clinic: Clinic) -> str:
    """What was asked in the last day, and when the last answers came."""
    if asked.last_at is None:
        return "No check-in with a question on self-harm was answered during the last 24 hours."
    return (
        "Check-ins with a question on self-harm that were answered during the last 24 hours: "
        f"{asked.check_ins}, the last one {moment(asked.last_at, clinic)}."
    )


def _marks(line: AlertLine, clinic: Clinic, now: datetime) -> list[str]:
    """By when, whether it was sent, whether the backup was told."""
    marks = [due_words(line.due_at, clinic, now)]
    if line.escalated_at is not None:
        marks.append(_told_words(line.escalated_at, clinic))
    if line.has_failed_mail:
        marks.append("a mail about it could not be delivered")
    if not line.is_sent:
        marks.append("not sent")
    return marks


def _told_words(at: datetime, clinic: Clinic) -> str:
    return f"backup told at {clock_time(clinic.local(at))}"


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
        defaults=DEFAULTS,
        earlier=tuple(_answer(each, clinic) for each in found.earlier),
        course_href=url_for("courses.show", course_id=found.course_id),
        is_open=line.closed_at is None,
        closed_line=_closed_line(line, clinic),
        action_taken=line.action_taken,
    )


def _facts(found: AlertDetail, clinic: Clinic, now: datetime) -> tuple[tuple[str, str], ...]:
    line = found.line
    due = (
        "; ".join(_due_marks(line, clinic, now))
        if line.closed_at is None
        else f"Due {moment(line.due_at, clinic)}"
    )
    seen = found.help_seen_at
    return (
        ("Question", found.question),
        ("Answer", found.answer.words),
        ("Answered", moment(found.answer.at, clinic)),
        ("Sent", _came_words(found, clinic)),
        ("To be looked at", due),
        (
            "Lines for help",
            f"Shown; the patient confirmed at {moment(seen, clinic)}"
            if seen
            else "Shown with the next page; not confirmed by the patient",
        ),
        ("Telephone", found.phone or "None on record"),
    )


def _due_marks(line: AlertLine, clinic: Clinic, now: datetime) -> list[str]:
    told = [] if line.escalated_at is None else [_told_words(line.escalated_at, clinic)]
    return [due_words(line.due_at, clinic, now), *told]


def _came_words(found: AlertDetail, clinic: Clinic) -> str:
    """How the answer came in, and what stands where another one is stored."""
    stands = f"“{found.stored.words}”" if found.stored else ""
    return {
        Came.SENT: "Yes",
        Came.SENT_UNCHANGED: "Kept at first, then sent",
        Came.SENT_CHANGED: f"Kept at first, then sent as {stands}. A changed answer closes nothing",
        Came.SENT_AGAIN: f"Sent a second time; the first answer, {stands}, stands",
        Came.KEPT: "Not yet: it is kept on a page of a check-in that was not sent",
        Came.NOT_STORED: "Not stored: the form was not complete, or came when it was too late",
    }[found.came]


def _answer(given: GivenAnswer, clinic: Clinic) -> tuple[str, str]:
    return moment(given.at, clinic), given.words


def _closed_line(line: AlertLine, clinic: Clinic) -> str:
    if line.closed_at is None:
        return ""
    done = ""
    if line.done_at is not None and line.closed_at - line.done_at > WRITTEN_LATER:
        done = f"Done {moment(line.done_at, clinic)}. "
    return f"{done}Closed {moment(line.closed_at, clinic)} by {line.closed_by}."
