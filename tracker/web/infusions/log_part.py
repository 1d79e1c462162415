"""The log of a run sheet: everything in one order of time, newest first, gaps included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.gaps import Gap, gaps_between_sets
from tracker.domain.infusion import minutes_between
from tracker.domain.notice_log import SetNotice, raised_notices
from tracker.domain.run_sheet_stages import Move
from tracker.domain.side_effects import QUICK_TERMS, TERMS
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import Entry, InfusionEvent, VitalSet
from tracker.web.infusions.log_words import entry_words
from tracker.web.infusions.notices_part import acknowledged_line
from tracker.web.infusions.words import is_late, local_time, two_clocks

Link = tuple[str, str]

_KINDS: dict[str, tuple[str, str, str, str]] = {
    # of SheetEntries: what it is called, the verb of its time, where to correct and to strike
    "vital_sets": ("Vital signs", "measured", "infusions.correct", "infusions.strike_vital_signs"),
    "events": ("Event", "happened", "infusions.correct_event", "infusions.strike_event"),
    "medicines": ("Medicine", "given", "infusions.correct_medicine", "infusions.strike_medicine"),
    "notes": ("Note", "noted", "infusions.correct_note", "infusions.strike_note"),
    "rates": ("Rate", "changed", "infusions.correct_rate", "infusions.strike_rate"),
    "recovery_scores": ("Recovery", "scored", "", ""),
    "moves": ("Step", "happened", "", ""),
}
_IDS = {
    "vital_sets": "vital_signs_id",
    "events": "infusion_event_id",
    "medicines": "medicine_given_id",
    "notes": "sheet_note_id",
    "rates": "rate_change_id",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLine:
    """One line. A struck one stays readable and its notes name what became of it."""

    minute: str
    when: str
    kind: str
    words: str
    by: str
    notes: tuple[str, ...]
    notices: tuple[tuple[str, str], ...]  # tone, words
    is_struck: bool
    links: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LogPart:
    """`add` are the buttons of quick entries."""

    lines: tuple[LogLine, ...]
    add: tuple[Link, ...]


def log_part(sheet: RunSheet, *, clinic: Clinic, may_log: bool, now: datetime) -> LogPart:
    """Newest first. Times without vital signs that were too long are lines of their own."""
    dated = [*_gap_lines(sheet, clinic, now), *_entries(sheet, clinic, may_log)]
    dated.sort(key=lambda pair: pair[0])
    lines = tuple(line for _, line in reversed(dated))
    return LogPart(lines=lines, add=_quick(sheet) if may_log else ())


def _quick(sheet: RunSheet) -> tuple[Link, ...]:
    quick = "infusions.add_quick_event"
    return (
        *(
            (term, url_for(quick, infusion_id=sheet.id, quick=TERMS.index(term)))
            for term in QUICK_TERMS
        ),
        ("Other event", url_for("infusions.add_event", infusion_id=sheet.id)),
        ("Medicine given", url_for("infusions.add_medicine", infusion_id=sheet.id)),
        ("Note", url_for("infusions.add_note", infusion_id=sheet.id)),
    )


def _entries(sheet: RunSheet, clinic: Clinic, may_log: bool) -> Iterator[tuple[datetime, LogLine]]:
    started_at = sheet.given.started_at if sheet.given else None
    raised = raised_notices(sheet.standing_sets, sheet.protocol, started_at=started_at)
    for name in _KINDS:
        entries: tuple[Entry, ...] = getattr(sheet.entries, name)
        newer = {each.corrects_id: each for each in entries if each.corrects_id}
        for each in entries:
            if not each.is_struck:
                line = _line(name, each, newer.get(each.id), sheet, clinic, may_log, raised)
                yield each.occurred_at, line


def _line(
    name: str,
    each: Entry,
    newer: Entry | None,
    sheet: RunSheet,
    clinic: Clinic,
    may_log: bool,
    raised: tuple[SetNotice, ...],
) -> LogLine:
    kind, verb, _, _ = _KINDS[name]
    when = two_clocks(each.occurred_at, each.recorded_at, clinic, verb=verb, beside=sheet.began_at)
    return LogLine(
        minute=minute_words(each.occurred_at, sheet),
        when=when,
        kind=kind,
        words=entry_words(each),
        by=each.recorded_by,
        notes=tuple(_notes(each, newer, sheet, clinic)),
        notices=tuple(
            ("stop" if one.is_urgent else "caution", one.notice.words)
            for one in raised
            if one.vital_signs_id == each.id
        ),
        is_struck=newer is not None,
        links=tuple(_links(name, each)) if may_log and newer is None else (),
    )


def _notes(each: Entry, newer: Entry | None, sheet: RunSheet, clinic: Clinic) -> Iterator[str]:
    if isinstance(each, InfusionEvent) and each.ended_at is not None:
        yield f"Ended {local_time(each.ended_at, clinic, beside=sheet.began_at)}"
    if newer is not None:
        at = local_time(newer.recorded_at, clinic, beside=sheet.began_at)
        became = "Struck out" if newer.is_struck else "Corrected"
        yield f"{became} at {at} by {newer.recorded_by}: {newer.correction_reason}"
    if each.corrects_id is not None:
        yield f"Correction: {each.correction_reason}"
    elif is_late(each.occurred_at, each.recorded_at):
        yield "Entered later"
    if isinstance(each, VitalSet):
        for one in sheet.entries.acknowledgements:
            if one.vital_signs_id == each.id:
                yield f"{one.notice_words}. Done: {acknowledged_line(one, sheet, clinic)}"


def _links(name: str, each: Entry) -> Iterator[Link]:
    _, _, correct, strike = _KINDS[name]
    if not correct:
        return
    about: dict[str, Any] = {_IDS[name]: each.id}
    if isinstance(each, InfusionEvent) and each.ended_at is None:
        yield "Ended now", url_for("infusions.end_event", **about)
    yield "Correct", url_for(correct, **about)
    yield "Strike out", url_for(strike, **about)


def minute_words(at: datetime, sheet: RunSheet) -> str:
    """ "T+20", "T−5"; empty before there is a start."""
    if sheet.given is None:
        return ""
    minutes = minutes_between(sheet.given.started_at, at)
    return f"T{minutes:+d}".replace("-", "−")


def _gap_lines(
    sheet: RunSheet, clinic: Clinic, now: datetime
) -> Iterator[tuple[datetime, LogLine]]:
    for gap in sheet_gaps(sheet, now):
        yield (
            gap.ended_at,
            LogLine(
                minute=minute_words(gap.began_at, sheet),
                when=local_time(gap.began_at, clinic, beside=sheet.began_at),
                kind="Gap",
                words=gap_words(gap, sheet, clinic),
                by="",
                notes=(),
                notices=(),
                is_struck=False,
                links=(),
            ),
        )


def sheet_gaps(sheet: RunSheet, now: datetime) -> tuple[Gap, ...]:
    """The gaps between the standing sets of a sheet, until the patient left."""
    left = [each.occurred_at for each in sheet.entries.moves if each.move is Move.LEAVE]
    return gaps_between_sets(
        sheet.protocol.monitoring,
        started_at=sheet.given.started_at if sheet.given else None,
        ended_at=sheet.given.ended_at if sheet.given else None,
        measured_at=[each.occurred_at for each in sheet.standing_sets],
        until=left[-1] if left else now,
    )


def gap_words(gap: Gap, sheet: RunSheet, clinic: Clinic) -> str:
    """A stretch without vital signs as one line."""
    began = local_time(gap.began_at, clinic, beside=sheet.began_at)
    asked = f"({gap.minutes} min; every {gap.asked_minutes} asked)"
    if gap.is_open:
        return f"No set since {began} {asked}"
    ended = local_time(gap.ended_at, clinic, beside=sheet.began_at)
    return f"No set between {began} and {ended} {asked}"
