"""What a chart is drawn from: frozen values that say nothing about how they were found.

Instants are aware datetimes and are placed on a true time axis; ``zone`` (an IANA name) only
decides which calendar date is written beside them. Nothing is drawn that is not in these values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.domain.languages import Language, to_say


class Form(StrEnum):
    """Where a chart is shown. Each form is drawn at its own size, so that text never shrinks."""

    SCREEN = "screen"
    PHONE = "phone"
    PRINT = "print"


class Direction(StrEnum):
    """Which way is better on a scale."""

    LOWER_IS_BETTER = "lower"
    HIGHER_IS_BETTER = "higher"

    @property
    def words(self) -> str:
        """The direction as a chart says it on its axis."""
        lower, higher = to_say("↓ lower is better"), to_say("↑ higher is better")
        return lower if self is Direction.LOWER_IS_BETTER else higher


class RatedBy(StrEnum):
    """Who gave the answers behind a score."""

    PATIENT = "patient"
    PAPER = "paper"
    """The patient, on paper; staff typed the numbers."""
    CLINICIAN = "clinician"


class InfusionMark(StrEnum):
    """How an infusion, given or planned, is marked."""

    GIVEN = "given"
    PARTIAL = "partial"
    PLANNED = "planned"
    CANCELLED = "cancelled"
    MISSED = "missed"
    BOOSTER = "booster"
    """Given after the course, in maintenance."""


class TherapyMark(StrEnum):
    """How a therapy session is marked. A cancelled one is not drawn: leave it out."""

    HELD = "held"
    MISSED = "missed"
    PLANNED = "planned"


class SafetyMark(StrEnum):
    """What a mark of the safety lane stands for; the gravest comes last and lies on top."""

    WATCH = "watch"
    SOON = "soon"
    NOW = "now"
    SERIOUS = "serious"


@dataclass(frozen=True, kw_only=True, slots=True)
class ScorePoint:
    """One score. ``occurred_at`` is when the answers were given, not when they were typed."""

    occurred_at: datetime
    value: float
    prorated: bool = False
    """Computed from fewer answers than the scale has."""
    rated_by: RatedBy = RatedBy.PATIENT

    def __post_init__(self) -> None:
        _need_aware([self.occurred_at])
        _need_finite([self.value])


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """The last valid score before infusion 1, and the word that stands before its value."""

    value: float
    label: str = "start"
    at: datetime | None = None

    def __post_init__(self) -> None:
        _need_finite([self.value])
        if self.at is not None:
            _need_aware([self.at])


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A stretch of the score axis with its meaning in words, such as "31–33 screening zone".

    Equal ends make a line. ``hatched`` bands keep apart from tinted ones in grey print.
    """

    lower: float
    upper: float
    label: str
    hatched: bool = False

    def __post_init__(self) -> None:
        _need_finite([self.lower, self.upper])
        if self.lower > self.upper:
            raise ValueError("a band's lower end is above its upper end")


@dataclass(frozen=True, kw_only=True, slots=True)
class Infusion:
    """One infusion of the course. ``number`` is None for one that the course does not count."""

    at: datetime
    mark: InfusionMark
    number: int | None = None
    dose: str = ""
    """The dose in finished words, such as "0.5 mg/kg, 41 mg"; empty when none was given."""

    def __post_init__(self) -> None:
        _need_aware([self.at])


@dataclass(frozen=True, kw_only=True, slots=True)
class Therapy:
    """One therapy session."""

    at: datetime
    mark: TherapyMark

    def __post_init__(self) -> None:
        _need_aware([self.at])


@dataclass(frozen=True, kw_only=True, slots=True)
class Medicine:
    """A change of a medicine beside the treatment: "Sertraline 50 mg → 100 mg", by local date."""

    on: date
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Safety:
    """A safety alert of some level, or a serious event of an infusion with its term.

    For clinicians only: a picture that anybody else may get has none. Never what was answered.
    """

    at: datetime
    mark: SafetyMark
    words: str = ""

    def __post_init__(self) -> None:
        _need_aware([self.at])


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """Part of the course by local dates, both inclusive. ``shaded`` is the treatment itself."""

    label: str
    starts_on: date
    ends_on: date
    shaded: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressSeries:
    """One scale over one course.

    ``today`` draws a thin line that says so; ``missed`` are the local dates on which a check-in
    was due and none came; ``gap_days`` is the longest time that a line may bridge (14 days, a
    default of this project that needs clinical review).

    Raises ValueError for a naive datetime, an empty range or a score outside of it.
    """

    title: str
    scale_label: str
    direction: Direction
    minimum: float
    maximum: float
    zone: str
    points: tuple[ScorePoint, ...] = ()
    missed: tuple[date, ...] = ()
    baseline: Baseline | None = None
    bands: tuple[Band, ...] = ()
    infusions: tuple[Infusion, ...] = ()
    therapy: tuple[Therapy, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    safety: tuple[Safety, ...] = ()
    phases: tuple[Phase, ...] = ()
    today: date | None = None
    gap_days: float = 14
    language: Language = Language.ENGLISH
    """Of the chart's own words. Those that came with the values are in it already."""

    def __post_init__(self) -> None:
        _need_range(self.minimum, self.maximum)
        values = [point.value for point in self.points]
        _need_inside(values, self.minimum, self.maximum)
        if self.baseline is not None:
            _need_inside([self.baseline.value], self.minimum, self.maximum)


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """One group of symptoms, such as "Avoidance", with a maximum of its own."""

    label: str
    maximum: float
    points: tuple[ScorePoint, ...] = ()

    def __post_init__(self) -> None:
        _need_range(0, self.maximum)
        _need_inside([point.value for point in self.points], 0, self.maximum)


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupsSeries:
    """Groups of one scale side by side, each as a percentage of its own maximum."""

    title: str
    direction: Direction
    zone: str
    groups: tuple[Group, ...]
    infusions: tuple[Infusion, ...] = ()
    gap_days: float = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class DailyRow:
    """One question of the daily check-in, 0 to ``maximum``; dates with no answer are absent."""

    label: str
    maximum: float
    values: tuple[tuple[date, float], ...] = ()

    def __post_init__(self) -> None:
        _need_range(0, self.maximum)
        _need_inside([value for _, value in self.values], 0, self.maximum)


@dataclass(frozen=True, kw_only=True, slots=True)
class DailySeries:
    """Daily answers as strips of squares, darker is harder. Both ends are inclusive."""

    title: str
    zone: str
    first_on: date
    last_on: date
    rows: tuple[DailyRow, ...]
    infusions: tuple[Infusion, ...] = ()

    def __post_init__(self) -> None:
        if self.last_on < self.first_on:
            raise ValueError("the strip ends before it starts")


def _need_aware(instants: Iterable[datetime]) -> None:
    if any(instant.utcoffset() is None for instant in instants):
        raise ValueError("a chart needs aware datetimes")


def _need_finite(values: Iterable[float]) -> None:
    if not all(math.isfinite(value) for value in values):
        raise ValueError("a chart needs finite numbers; a missing one is left out")


def _need_range(minimum: float, maximum: float) -> None:
    _need_finite([minimum, maximum])
    if minimum >= maximum:
        raise ValueError("the range of a scale is empty")


def _need_inside(values: Iterable[float], minimum: float, maximum: float) -> None:
    if not all(minimum <= value <= maximum for value in values):
        raise ValueError(f"a score lies outside of {minimum:g} to {maximum:g}")
