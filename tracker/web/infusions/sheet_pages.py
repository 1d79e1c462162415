"""The finished words of a run sheet and of the pages that add to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from tracker.charts.vital_words import vital_sentence
from tracker.domain.clinic import Clinic
from tracker.domain.infusion import minutes_between, plain
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet_stages import (
    MOVE_WORDS,
    ON_THE_DRIP,
    OPEN_STAGES,
    OVER,
    STAGE_WORDS,
    Move,
    Stage,
)
from tracker.domain.vital_limits import MARK, Level, Notice, Phase, next_set, notices
from tracker.domain.vital_signs import VitalSigns
from tracker.queries.run_sheets import Given, RunSheet
from tracker.queries.sheet_entries import InfusionEvent, VitalSet
from tracker.web.dose_words import dose_of
from tracker.web.infusions.dose_part import DosePart, dose_part
from tracker.web.infusions.move_pages import StepLine, elapsed_stat, step_lines
from tracker.web.infusions.picture import vital_series
from tracker.web.infusions.words import (
    banner,
    infusion_title,
    is_late,
    local_time,
    signs_line,
    two_clocks,
)

_TONES = {
    Stage.PAUSED: "caution",
    Stage.READY: "good",
    Stage.LEFT: "neutral",
    Stage.CANCELLED: "neutral",
    Stage.NO_SHOW: "neutral",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SetLine:
    """One set of vital signs. A struck one names what became of it."""

    minute: str
    when: str
    values: str
    by: str
    notes: tuple[str, ...]
    notices: tuple[tuple[str, str], ...]  # tone, words
    is_struck: bool
    correct_href: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EventLine:
    when: str
    what: str
    detail: str
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSheetPage:
    banner: dict[str, object]
    title: str
    states: tuple[tuple[str, str], ...]  # word, tone
    stats: tuple[tuple[str, str, str, str], ...]  # label, value, note, tone
    working: str
    dose: DosePart | None
    last_set: str
    steps: tuple[StepLine, ...]
    notices: tuple[tuple[str, str], ...]
    sets: tuple[SetLine, ...]
    events: tuple[EventLine, ...]
    chart_src: str
    chart_phone_src: str
    chart_alt: str
    limits_note: str
    may_log: bool
    is_running: bool
    add_href: str
    event_href: str
    end_href: str
    sheet_href: str
    course_href: str


def run_sheet_page(sheet: RunSheet, *, clinic: Clinic, who: Person, now: datetime) -> RunSheetPage:
    """Everything that the run sheet shows beside its form."""
    may_log = may(who, Act.LOG_INFUSION)
    lines = _set_lines(sheet, clinic, may_log)
    standing = sheet.standing_sets
    return RunSheetPage(
        banner=banner(sheet.bearer),
        title=infusion_title(sheet.appointment),
        states=_states(sheet),
        stats=_stats(sheet, clinic, now),
        working=dose_of(sheet.given, sheet.protocol).working if sheet.given else "",
        dose=dose_part(sheet, clinic=clinic, who=who, now=now),
        steps=step_lines(sheet, clinic, who),
        last_set=_last_set(standing, clinic, sheet),
        notices=_latest_notices(lines),
        sets=lines,
        events=tuple(_event_line(event, sheet, clinic) for event in reversed(sheet.entries.events)),
        chart_src=url_for("infusions.chart", infusion_id=sheet.id),
        chart_phone_src=url_for("infusions.phone_chart", infusion_id=sheet.id),
        chart_alt=vital_sentence(vital_series(sheet, clinic, now)),
        limits_note=f"Limits of the site: {MARK}. This is a record, not a monitor: "
        "nobody is called, and nothing is watched between two entries.",
        may_log=may_log and not sheet.is_signed and sheet.stage is not Stage.NO_SHOW,
        is_running=sheet.stage in ON_THE_DRIP,
        add_href=url_for("infusions.add_vital_signs", infusion_id=sheet.id),
        event_href=url_for("infusions.add_event", infusion_id=sheet.id),
        end_href=url_for("infusions.end", infusion_id=sheet.id),
        sheet_href=url_for("infusions.show", infusion_id=sheet.id),
        course_href=url_for("courses.show", course_id=sheet.appointment.course_id),
    )


def _states(sheet: RunSheet) -> tuple[tuple[str, str], ...]:
    """Where the sheet stands and, once it was, that it was stopped early."""
    word = STAGE_WORDS[sheet.stage]
    tone = _TONES.get(sheet.stage, "info" if sheet.stage in OPEN_STAGES else "neutral")
    words = [(word[:1].upper() + word[1:], tone)]
    if any(each.move is Move.STOP_EARLY for each in sheet.entries.moves):
        early = MOVE_WORDS[Move.STOP_EARLY]
        words.append((early[:1].upper() + early[1:], "caution"))
    return tuple(words)


def _stats(sheet: RunSheet, clinic: Clinic, now: datetime) -> tuple[tuple[str, str, str, str], ...]:
    took = elapsed_stat(sheet, clinic, now)
    if sheet.given is None:
        return (took,)
    return (took, _dose_stat(sheet.given, sheet.protocol), _next_stat(sheet, clinic, now))


def _dose_stat(given: Given, protocol: Protocol) -> tuple[str, str, str, str]:
    ordered = f"{plain(given.ordered_mg)} mg"
    if given.given_mg is None:
        return ("Ordered", ordered, dose_of(given, protocol).rate_words, "")
    tone = "" if given.given_mg == given.ordered_mg else "caution"
    return ("Given", f"{plain(given.given_mg)} mg", f"of {ordered} ordered", tone)


def _next_stat(sheet: RunSheet, clinic: Clinic, now: datetime) -> tuple[str, str, str, str]:
    measured = [each.occurred_at for each in sheet.standing_sets]
    due = None
    if sheet.stage not in OVER:
        due = next_set(
            sheet.protocol.monitoring,
            started_at=sheet.began_at,
            ended_at=sheet.ended_at,
            last_measured_at=max(measured, default=None),
            now=now,
        )
    if due is None:
        return ("Next vital signs", "None due", "The time after the infusion is over", "")
    at = local_time(due.due_at, clinic, beside=now)
    if due.is_overdue:
        return ("Next vital signs", at, f"{due.overdue_minutes} min late", "caution")
    return ("Next vital signs", at, "as the protocol sets it", "")


def _last_set(standing: tuple[VitalSet, ...], clinic: Clinic, sheet: RunSheet) -> str:
    if not standing:
        return "No vital signs yet."
    last = standing[-1]
    at = local_time(last.occurred_at, clinic, beside=sheet.began_at)
    return f"Last set, {at}: {signs_line(last.signs)}"


def _set_lines(sheet: RunSheet, clinic: Clinic, may_log: bool) -> tuple[SetLine, ...]:
    """Newest first. Each set is held against the set that stood before it."""
    baseline: VitalSigns | None = None
    before: VitalSigns | None = None
    lines = []
    for each in sheet.entries.vital_sets:
        struck = each.corrected_by is not None
        is_before = sheet.given is None or each.occurred_at <= sheet.given.started_at
        phase = Phase.BEFORE if is_before else Phase.DURING
        found = (
            ()
            if struck
            else notices(each.signs, sheet.protocol, phase=phase, baseline=baseline, before=before)
        )
        lines.append(_set_line(each, sheet, clinic, found, may_log))
        if not struck:
            before = each.signs
            baseline = each.signs if phase is Phase.BEFORE else baseline
    return tuple(reversed(lines))


def _set_line(
    each: VitalSet, sheet: RunSheet, clinic: Clinic, found: tuple[Notice, ...], may_log: bool
) -> SetLine:
    struck = each.corrected_by is not None
    href = url_for("infusions.correct", vital_signs_id=each.id)
    return SetLine(
        minute=_minute(each.occurred_at, sheet),
        when=two_clocks(
            each.occurred_at,
            each.recorded_at,
            clinic,
            verb="measured",
            beside=sheet.began_at,
        ),
        values=signs_line(each.signs),
        by=each.recorded_by,
        notes=_set_notes(each),
        notices=tuple((_tone(notice), notice.words) for notice in found),
        is_struck=struck,
        correct_href=href if may_log and not struck else None,
    )


def _set_notes(each: VitalSet) -> tuple[str, ...]:
    notes = []
    if each.corrected_by is not None:
        notes.append("Struck out: corrected by a later entry")
    if each.corrects_id is not None:
        notes.append(f"Correction: {each.correction_reason}")
    if is_late(each.occurred_at, each.recorded_at) and each.corrects_id is None:
        notes.append("Entered later")
    return tuple(notes)


def _minute(at: datetime, sheet: RunSheet) -> str:
    if sheet.given is None or at <= sheet.given.started_at:
        return "before the start"
    if sheet.given.ended_at is not None and at > sheet.given.ended_at:
        return f"{minutes_between(sheet.given.ended_at, at)} min after the end"
    return f"{minutes_between(sheet.given.started_at, at)} min"


def _tone(notice: Notice) -> str:
    return "stop" if notice.level is Level.URGENT else "caution"


def _latest_notices(lines: tuple[SetLine, ...]) -> tuple[tuple[str, str], ...]:
    latest = next((line for line in lines if not line.is_struck), None)
    return latest.notices if latest else ()


def _event_line(event: InfusionEvent, sheet: RunSheet, clinic: Clinic) -> EventLine:
    grade = "" if event.grade is None else f"grade {event.grade}"
    details = [grade, event.action and f"Done: {event.action}", event.note]
    return EventLine(
        when=two_clocks(
            event.occurred_at,
            event.recorded_at,
            clinic,
            verb="happened",
            beside=sheet.began_at,
        ),
        what=event.term,
        detail=". ".join(part for part in details if part),
        by=event.recorded_by,
    )
