"""Where things stand: a true time axis, a score axis and their ticks, in points on the sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from tracker.domain.languages import Language

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SECONDS_A_DAY = 86_400.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NICE_STEPS = (1, 2, 3, 5, 6, 7, 9, 10, 20, 25, 50, 100, 200, 500)


def days_since_epoch(instant: datetime) -> float:
    """The instant as days, so that equal spans of time get equal lengths on paper."""
    return (instant - _EPOCH).total_seconds() / SECONDS_A_DAY


def date_in_zone(instant: datetime, zone: str) -> date:
    """The calendar date on which the clinic saw this instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


def day_month(on: date, language: Language = Language.ENGLISH) -> str:
    """ "8 Sep": in English the same in every locale; "8 sep"."""
    if language is not Language.ENGLISH:
        return format_date(on, "d MMM", locale=language.locale)
    return f"{on.day} {MONTHS[on.month - 1]}"


def full_date(on: date, language: Language = Language.ENGLISH) -> str:
    """ "8 Sep 2026"."""
    return f"{day_month(on, language)} {on.year}"


def midnight(on: date, zone: str) -> datetime:
    """The instant at which a local date starts."""
    return datetime.combine(on, time(), ZoneInfo(zone))


def noon(on: date, zone: str) -> datetime:
    """The instant that stands for a whole local date."""
    return datetime.combine(on, time(12), ZoneInfo(zone))


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A straight axis: ``first`` lies at ``start`` and ``last`` at ``end``, in points."""

    first: float
    last: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value, in points."""
        share = (value - self.first) / (self.last - self.first)
        return round(self.start + share * (self.end - self.start), 2)

    def place(self, instant: datetime) -> float:
        """The place of an instant on an axis of days."""
        return self.at(days_since_epoch(instant))


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """One tick: where it stands in points, and what is written there."""

    place: float
    label: str


def time_span(instants: Iterable[datetime], *, start: float, end: float) -> Span | None:
    """An axis with room at both ends for all instants, two weeks at least; None without any."""
    days = [days_since_epoch(instant) for instant in instants]
    if not days:
        return None
    first, last = min(days), max(days)
    lacking = max(0.0, 14.0 - (last - first)) / 2
    first, last = first - lacking, last + lacking
    margin = max(1.0, (last - first) * 0.035)
    return Span(first=first - margin, last=last + margin, start=start, end=end)


def date_ticks(
    span: Span, anchor: date, zone: str, *, most: int, language: Language = Language.ENGLISH
) -> list[Tick]:
    """Ticks every one, two, four… weeks from the anchor date; the year where it is new."""
    step_days = 7
    while (span.last - span.first) / step_days > most:
        step_days *= 2
    ticks: list[Tick] = []
    year = None
    for on in _dates_inside(span, anchor, step_days):
        place = span.place(midnight(on, zone))
        if span.start <= place <= span.end:
            is_new_year = on.year != year
            label = full_date(on, language) if is_new_year else day_month(on, language)
            ticks.append(Tick(place=place, label=label))
            year = on.year
    return ticks


def value_ticks(span: Span) -> list[Tick]:
    """Ticks that divide the whole range of a scale into at most five equal steps."""
    reach = span.last - span.first
    fits = [step for step in _NICE_STEPS if reach % step == 0 and reach / step <= 5]
    step = fits[0] if fits else reach / 4
    count = round(reach / step)
    values = [span.first + number * step for number in range(count + 1)]
    return [Tick(place=span.at(value), label=number_words(value)) for value in values]


def number_words(value: float) -> str:
    """A number as people write it: 58, 31.5, −3."""
    return f"{round(value, 1):g}".replace("-", "−")


def spread(places: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Move things of some height apart until none overlaps another; their order stays.

    Each stays where it wants to be unless it touches; a run that touches moves as a whole to
    where its members are missed least. ``places`` and the answer are middles.
    """
    runs: list[list[int]] = []
    for index in sorted(range(len(places)), key=lambda index: places[index]):
        runs.append([index])
        while len(runs) > 1 and _top(runs[-2], places, heights) > _floor(runs[-1], places, heights):
            later = runs.pop()
            runs[-1] = runs[-1] + later
    moved = list(places)
    for run in runs:
        edge = _floor(run, places, heights)
        for index in run:
            moved[index] = round(edge + heights[index] / 2, 2)
            edge += heights[index]
    return moved


def _floor(run: list[int], places: Sequence[float], heights: Sequence[float]) -> float:
    wanted = []
    below = 0.0
    for index in run:
        wanted.append(places[index] - heights[index] / 2 - below)
        below += heights[index]
    return sum(wanted) / len(wanted)


def _top(run: list[int], places: Sequence[float], heights: Sequence[float]) -> float:
    return _floor(run, places, heights) + sum(heights[index] for index in run)


def _dates_inside(span: Span, anchor: date, step_days: int) -> Iterable[date]:
    anchor_days = days_since_epoch(datetime.combine(anchor, time(), UTC))
    before = int((anchor_days - span.first) // step_days) + 1
    after = int((span.last - anchor_days) // step_days) + 1
    for step in range(-before, after + 1):
        yield anchor + timedelta(days=step * step_days)
