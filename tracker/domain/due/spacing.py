"""Which slots of one instrument stay: no two at once, none too soon after the one before.

What is asked once in a course comes before what is asked at an infusion, and that before what is
asked in a rhythm. An answered slot always stays: what was answered is never taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tracker.domain.due import keys
from tracker.domain.due.timeline import Rank, Slot, Timeline
from tracker.domain.instrument_uses import MONTH_FORM_FROM_DAYS, MONTH_FORMS, InstrumentUse

_ONE_DAY = timedelta(days=1)


def arrange(slots: Iterable[Slot], use: InstrumentUse, line: Timeline) -> list[Slot]:
    """The slots of one instrument that are asked, with the windows that are left to them."""
    mine = list(slots)
    if use.key in MONTH_FORMS:
        mine = [slot for slot in mine if _suits_month_form(slot, line)]
    if len(use.rules) > 1:
        mine = _without_overlaps(mine, line)
    return _spaced(mine, use, line) if use.days_apart else mine


def _suits_month_form(slot: Slot, line: Timeline) -> bool:
    """Over before infusion 1 starts, or not open before the month after the series."""
    started_at = line.course.first_started_at
    if slot.due_key in line.answered or started_at is None or slot.closes_at <= started_at:
        return True
    if line.last_on is None:
        return False
    return slot.opens_at >= line.at(line.last_on + timedelta(days=MONTH_FORM_FROM_DAYS))


def _without_overlaps(slots: Sequence[Slot], line: Timeline) -> list[Slot]:
    """Windows of different rules never overlap; a rhythm waits where another answer came in."""
    others = [at for key, at in line.answered.items() if _is_apart(key, slots)]
    kept: list[Slot] = []
    for slot in sorted(slots, key=lambda each: (each.rank, each.opens_at)):
        is_answered = slot.due_key in line.answered
        rests = slot.rank is Rank.RHYTHM and any(_is_open_at(slot, at) for at in others)
        clashes = any(_overlap(slot, each) for each in kept if each.rule != slot.rule)
        if is_answered or not (rests or clashes):
            kept.append(slot)
    return kept


def _is_apart(due_key: str, slots: Sequence[Slot]) -> bool:
    is_mine = any(slot.instrument_key == keys.instrument_of(due_key) for slot in slots[:1])
    return is_mine and keys.day_of(due_key) is None


def _is_open_at(slot: Slot, at: datetime) -> bool:
    return slot.opens_at <= at < slot.closes_at


def _overlap(one: Slot, other: Slot) -> bool:
    return one.opens_at < other.closes_at and other.opens_at < one.closes_at


def _spaced(slots: Sequence[Slot], use: InstrumentUse, line: Timeline) -> list[Slot]:
    answers = {key: at for key, at in line.answered.items() if keys.instrument_of(key) == use.key}
    once = [slot for slot in slots if slot.rank is Rank.ONCE]
    kept: list[Slot] = []
    for slot in sorted(slots, key=lambda each: (each.opens_at, each.rank)):
        if slot.due_key in answers:
            kept.append(slot)
        elif not _gives_way(slot, once, use.days_apart, line):
            left = _what_is_left(slot, answers, kept, use.days_apart, line)
            kept.extend([left] if left is not None else [])
    return kept


def _gives_way(slot: Slot, once: Sequence[Slot], days_apart: int, line: Timeline) -> bool:
    """Whether answering it would leave no time for one that is asked once in the course."""
    if slot.rank is Rank.ONCE:
        return False
    again_on = slot.due_on + timedelta(days=days_apart)
    return any(
        slot.opens_at < each.opens_at and again_on >= line.day_of(each.late_from) for each in once
    )


def _what_is_left(
    slot: Slot,
    answers: dict[str, datetime],
    kept: Sequence[Slot],
    days_apart: int,
    line: Timeline,
) -> Slot | None:
    """The slot as late as it must open; None when nothing of its window is left."""
    if any(_is_open_at(slot, at) for at in answers.values()):
        return None
    apart = timedelta(days=days_apart)
    before = [line.at(line.day_of(at) + apart) for at in answers.values() if at < slot.opens_at]
    for each in kept:
        if each.due_key in answers:
            continue
        is_over = each.closes_at <= line.now
        still = max(each.due_on, line.today) + apart
        before.append(each.closes_at if is_over else line.at(still))
    opens_at = max([slot.opens_at, *before])
    if opens_at >= slot.closes_at:
        return None
    if opens_at == slot.opens_at:
        return slot
    return replace(
        slot,
        opens_at=opens_at,
        late_from=max(slot.late_from, min(opens_at + _ONE_DAY, slot.closes_at)),
        due_on=max(slot.due_on, line.day_of(opens_at)),
    )
