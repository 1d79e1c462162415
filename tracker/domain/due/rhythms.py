"""What is asked in a rhythm: every day, every week, every so many days of maintenance.

A rhythm may be laid anew: the patient chooses another weekday, the date of infusion 1 is corrected.
An answer then stands for the slot that covers its day, so that no week is asked for twice.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date, time, timedelta

from tracker.domain.due import keys
from tracker.domain.due.timeline import UPCOMING_DAYS, Rank, Slot, Timeline
from tracker.domain.instrument_uses import Daily, Maintenance, Weekly

DAILY_CLOSES_AT = time(3)
WEEK = 7


def daily(instrument_key: str, rule: Daily, line: Timeline) -> Iterator[Slot]:
    """On its day, late in the small hours after it; from the baseline week on."""
    first = line.anchor - timedelta(days=rule.baseline_days)
    last = _earliest(line.until, line.course.ended_on, line.course.daily_until)
    only_on = keys.day_of(line.only) if line.only else None
    for day in _laid(instrument_key, line, first, last, rule.every_days):
        if line.only and day != only_on:
            continue
        due_key = keys.of_day(instrument_key, day)
        if day >= line.course.asked_from_on and line.only in (None, due_key):
            after = day + timedelta(days=1)
            yield Slot(
                instrument_key=instrument_key,
                due_key=due_key,
                due_on=day,
                opens_at=line.at(day),
                late_from=line.at(after),
                closes_at=line.at(after, DAILY_CLOSES_AT),
                listed_from=day - timedelta(days=UPCOMING_DAYS),
                rank=Rank.RHYTHM,
                rule=rule,
            )


def weekly(instrument_key: str, rule: Weekly, line: Timeline) -> Iterator[Slot]:
    """Around its day, from the week after infusion 1 was given."""
    if line.course.first_started_at is None:
        return
    first = _on_chosen_weekday(line.anchor + timedelta(days=rule.every_days), rule.every_days, line)
    over_on = None
    if line.course.is_series_over and line.last_on is not None and not rule.in_maintenance:
        over_on = line.last_on + timedelta(days=WEEK)
    last = _earliest(line.until, line.course.ended_on, over_on)
    for day in _laid(instrument_key, line, first, last, rule.every_days):
        if day >= line.course.asked_from_on:
            yield _around(instrument_key, rule, line, day)


def maintenance(instrument_key: str, rule: Maintenance, line: Timeline) -> Iterator[Slot]:
    """Around its day, counted from the last infusion of the series."""
    if not line.course.is_in_maintenance or line.last_on is None:
        return
    first = _on_chosen_weekday(
        line.last_on + timedelta(days=rule.every_days), rule.every_days, line
    )
    last = _earliest(line.until, line.course.ended_on)
    for day in _laid(instrument_key, line, first, last, rule.every_days):
        yield _around(instrument_key, rule, line, day)


def _around(instrument_key: str, rule: Weekly | Maintenance, line: Timeline, day: date) -> Slot:
    early = day - timedelta(days=rule.early_days)
    closed = day + timedelta(days=rule.late_days + 1)
    return Slot(
        instrument_key=instrument_key,
        due_key=keys.of_day(instrument_key, day),
        due_on=day,
        opens_at=line.at(early),
        late_from=line.at(day + timedelta(days=1)),
        closes_at=line.at(closed),
        listed_from=day - timedelta(days=UPCOMING_DAYS),
        rank=Rank.RHYTHM,
        rule=rule,
    )


def _on_chosen_weekday(first: date, every_days: int, line: Timeline) -> date:
    """The nearest day that is the patient's weekday: at most three days to either side."""
    weekday = line.course.weekly_weekday
    if weekday is None or every_days % WEEK:
        return first
    return first + timedelta(days=(weekday - first.weekday() + 3) % WEEK - 3)


def _laid(
    instrument_key: str, line: Timeline, first: date, last: date, every_days: int
) -> Iterator[date]:
    """The days of the rhythm; where an answer covers one of them, the day that was answered."""
    answered = keys.days_of(instrument_key, line.answered)
    covered_days = range(-(every_days // 2), (every_days - 1) // 2 + 1)
    nearest_first = [timedelta(days=off) for off in sorted(covered_days, key=abs)]
    day = first
    step, covers_others = timedelta(days=every_days), bool(answered) and every_days > 1
    while day <= last:
        yield _covering(day, nearest_first, answered) if covers_others else day
        day += step


def _covering(day: date, offsets: Iterable[timedelta], answered: Container[date]) -> date:
    return next((day + off for off in offsets if day + off in answered), day)


def _earliest(*days: date | None) -> date:
    return min(day for day in days if day is not None)
