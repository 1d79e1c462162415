"""The finished words of a run sheet's steps: which come next, and which were taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.courses import PlannedState
from tracker.domain.elapsed import elapsed
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.run_sheet_stages import MOVE_WORDS, Move, Stage
from tracker.queries.infusions import Appointment, Bearer
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import LoggedMove
from tracker.web.formatting import count
from tracker.web.infusions.move_forms import MoveForm
from tracker.web.infusions.start_pages import planned_words
from tracker.web.infusions.words import banner, infusion_title, local_time, two_clocks

_LABELS: dict[Move, str] = {
    Move.FINISH_CHECKS: "Checks done",
    Move.REOPEN_CHECKS: "Open the checks again",
    Move.START: "Start the infusion",
    Move.PAUSE: "Pause",
    Move.RESUME: "Resume",
    Move.END: "End the infusion",
    Move.BE_READY: "Ready to leave",
    Move.BACK_TO_RECOVERY: "Back to recovery",
    Move.LEAVE: "The patient has left",
    Move.CANCEL: "Cancel before the start",
}

_OFFERED: dict[Stage, tuple[Move, ...]] = {
    Stage.ARRIVED: (Move.FINISH_CHECKS, Move.CANCEL),
    Stage.CHECKED: (Move.START, Move.REOPEN_CHECKS, Move.CANCEL),
    Stage.RUNNING: (Move.END, Move.PAUSE),
    Stage.PAUSED: (Move.RESUME, Move.END),
    Stage.RECOVERY: (Move.BE_READY,),
    Stage.READY: (Move.LEAVE, Move.BACK_TO_RECOVERY),
}
"""The first of each is what usually comes next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stat:
    """A figure of the sheet. What counts minutes says since when, so that a browser can go on."""

    label: str
    value: str
    note: str
    tone: str = ""
    value_since: datetime | None = None
    late_since: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveOffer:
    """A step that can be taken now: by its form or, without one, on the page at `href`."""

    label: str
    href: str
    form: MoveForm | None
    is_primary: bool
    is_open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StepLine:
    """One step that was taken; `old` are its times before they were corrected."""

    what: str
    when: str
    by: str
    note: str
    old: tuple[tuple[str, str], ...]  # when, why it was corrected
    correct_href: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ArrivePage:
    banner: dict[str, object]
    title: str
    planned: str
    problem: str
    course_href: str
    not_given_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectTimePage:
    banner: dict[str, object]
    title: str
    lead: str
    sheet_title: str
    sheet_href: str


def move_offers(sheet: RunSheet, who: Person, sent: MoveForm | None) -> tuple[MoveOffer, ...]:
    """The steps that the sheet's stage leads to; a form that came back stands in its place."""
    if sheet.is_signed or not may(who, Act.LOG_INFUSION):
        return ()
    offered = _OFFERED.get(sheet.stage, ())
    return tuple(_offer(sheet, move, offered[0], sent) for move in offered)


def _offer(sheet: RunSheet, move: Move, first: Move, sent: MoveForm | None) -> MoveOffer:
    is_sent = sent is not None and sent.move is move
    form = None
    if move is Move.START:
        href = url_for("infusions.start", infusion_id=sheet.id)
    elif move is Move.END:
        href = url_for("infusions.end", infusion_id=sheet.id)
    else:
        href = url_for("infusions.move", infusion_id=sheet.id, move_name=move.value)
        form = sent if is_sent else MoveForm(move, formdata=None, seen_version=sheet.version)
    return MoveOffer(
        label=_LABELS[move],
        href=href,
        form=form,
        is_primary=move is first,
        is_open=is_sent,
    )


def step_lines(sheet: RunSheet, clinic: Clinic, who: Person) -> tuple[StepLine, ...]:
    """Every step in order, with the times that were corrected."""
    may_correct = may(who, Act.LOG_INFUSION) and not sheet.is_signed
    by_id = {each.id: each for each in sheet.entries.moves}
    return tuple(_step_line(each, by_id, sheet, clinic, may_correct) for each in sheet.steps)


def _step_line(
    step: LoggedMove,
    by_id: dict[UUID, LoggedMove],
    sheet: RunSheet,
    clinic: Clinic,
    may_correct: bool,
) -> StepLine:
    href = url_for("infusions.correct_time", run_sheet_move_id=step.id)
    note = step.reason or (step.left_with and f"With {step.left_with}")
    return StepLine(
        what=_capital(MOVE_WORDS[step.move]),
        when=_when(step, sheet, clinic),
        by=step.recorded_by,
        note=note,
        old=tuple(_old_times(step, by_id, sheet, clinic)),
        correct_href=href if may_correct else None,
    )


def _old_times(
    step: LoggedMove, by_id: dict[UUID, LoggedMove], sheet: RunSheet, clinic: Clinic
) -> list[tuple[str, str]]:
    """Newest first: each earlier time with its person, and why it was corrected."""
    found = []
    newer = step
    while newer.corrects_id is not None:
        older = by_id[newer.corrects_id]
        words = f"{_when(older, sheet, clinic)}, {older.recorded_by}"
        found.append((words, f"Corrected: {newer.correction_reason}"))
        newer = older
    return found


def _when(step: LoggedMove, sheet: RunSheet, clinic: Clinic) -> str:
    return two_clocks(step.occurred_at, step.recorded_at, clinic, verb="at", beside=sheet.began_at)


def elapsed_stat(sheet: RunSheet, clinic: Clinic, now: datetime) -> Stat:
    """Minutes on the drip; pauses are said apart."""
    took = elapsed(sheet.steps, now=now)
    if took is None or sheet.given is None:
        arrived = local_time(sheet.opened_at, clinic, beside=now)
        return Stat(label="Arrived at", value=arrived, note="not started yet")
    started = local_time(sheet.given.started_at, clinic, beside=now)
    if took.is_over and sheet.given.ended_at is not None:
        label = "Ran for"
        note = f"{started} to {local_time(sheet.given.ended_at, clinic, beside=now)}"
    else:
        label = "Paused after" if took.is_paused else "Running for"
        note = f"of {sheet.given.planned_minutes} min planned, since {started}"
    if took.paused_minutes or took.is_paused:
        note = f"{count(took.paused_minutes, 'min', 'min')} paused; {note}"
    goes_on = not (took.is_paused or took.is_over)
    return Stat(
        label=label,
        value=f"{took.running_minutes} min",
        note=note,
        tone="caution" if took.is_paused else "",
        value_since=now - took.running if goes_on else None,
    )


def arrive_page(bearer: Bearer, appointment: Appointment) -> ArrivePage:
    """Everything that the page shows beside its form."""
    problem = ""
    if appointment.state is not PlannedState.PLANNED:
        problem = (
            f"This infusion is marked {appointment.state}. Plan it again on the course's plan."
        )
    return ArrivePage(
        banner=banner(bearer),
        title=f"{infusion_title(appointment)}: arrival",
        planned=planned_words(appointment),
        problem=problem,
        course_href=url_for("courses.show", course_id=appointment.course_id),
        not_given_href=url_for("infusions.not_given", planned_infusion_id=appointment.id),
    )


def correct_time_page(sheet: RunSheet, step: LoggedMove, clinic: Clinic) -> CorrectTimePage:
    """Everything that the page shows beside its form."""
    return CorrectTimePage(
        banner=banner(sheet.bearer),
        title="Correct a time",
        lead=f"{_capital(MOVE_WORDS[step.move])}: {_when(step, sheet, clinic)}, entered by "
        f"{step.recorded_by}. The time stays on the run sheet, struck through.",
        sheet_title=infusion_title(sheet.appointment),
        sheet_href=url_for("infusions.show", infusion_id=sheet.id),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
