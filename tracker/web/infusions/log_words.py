"""What an entry of a run sheet says, in one line."""

from __future__ import annotations

from functools import singledispatch

from tracker.domain.infusion import plain
from tracker.domain.run_sheet_stages import MOVE_WORDS
from tracker.queries.sheet_entries import (
    Entry,
    InfusionEvent,
    LoggedMove,
    MedicineGiven,
    RateChange,
    RecoveryScore,
    SheetNote,
    VitalSet,
)
from tracker.web.infusions.entry_forms import RELATED_WORDS
from tracker.web.infusions.words import signs_line


@singledispatch
def entry_words(entry: Entry) -> str:
    """The entry as one line; empty for a kind that no line is made of."""
    return ""


@entry_words.register
def _(entry: VitalSet) -> str:
    return signs_line(entry.signs)


@entry_words.register
def _(entry: InfusionEvent) -> str:
    related = RELATED_WORDS[entry.relatedness] if entry.relatedness else ""
    graded = "" if entry.grade is None else f"grade {entry.grade}"
    judged = [part for part in ("serious" if entry.is_serious else "", graded, related) if part]
    said = [entry.term, ", ".join(judged), entry.action and f"Done: {entry.action}", entry.note]
    return ". ".join(part for part in said if part)


@entry_words.register
def _(entry: MedicineGiven) -> str:
    given = ", ".join(part for part in (f"{entry.medicine} {entry.dose}", entry.route) if part)
    return f"{given}: {entry.reason}" if entry.reason else given


@entry_words.register
def _(entry: RateChange) -> str:
    rate = "" if entry.rate_ml_per_h is None else f"{plain(entry.rate_ml_per_h)} mL/h"
    return f"{rate}: {entry.reason}" if entry.reason else rate


@entry_words.register
def _(entry: SheetNote) -> str:
    return entry.note


@entry_words.register
def _(entry: RecoveryScore) -> str:
    return f"Recovery {entry.total} of 10"


@entry_words.register
def _(entry: LoggedMove) -> str:
    words = MOVE_WORDS[entry.move].capitalize()
    return f"{words}: {entry.reason}" if entry.reason else words
