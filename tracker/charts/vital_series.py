"""What the chart of one infusion is drawn from: readings, limits and events since its start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Measure(StrEnum):
    """What a limit is about. The value is the unit-bearing name that other layers use too."""

    SYSTOLIC = "systolic_mmhg"
    DIASTOLIC = "diastolic_mmhg"
    HEART_RATE = "heart_rate_bpm"
    OXYGEN = "spo2_percent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One set of vital signs. What was not measured is None and stays a gap.

    ``late`` was typed well after it was measured (drawn hollow). ``discarded`` is a reading that
    somebody corrected or struck out: the table keeps it, the chart does not draw it.
    ``corrected`` took the place of such a one (a small mark stands at its minute).
    """

    measured_at: datetime
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    heart_rate_bpm: int | None = None
    spo2_percent: int | None = None
    late: bool = False
    discarded: bool = False
    corrected: bool = False

    def __post_init__(self) -> None:
        if self.measured_at.utcoffset() is None:
            raise ValueError("a chart needs aware datetimes")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """A limit of the site, with its words, such as "site limit 165"."""

    measure: Measure
    value: float
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened, lettered A, B, C… in the chart and explained in the table."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A time during which the infusion stood still; ``ended_at`` is None while it lasts."""

    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class VitalSeries:
    """The vital signs of one infusion on an axis of minutes since ``started_at``.

    ``ended_at`` is None while it runs; the bar then ends at ``now``.
    """

    title: str
    zone: str
    started_at: datetime
    ended_at: datetime | None = None
    now: datetime | None = None
    readings: tuple[Reading, ...] = ()
    limits: tuple[Limit, ...] = ()
    events: tuple[Event, ...] = ()
    pauses: tuple[Pause, ...] = ()
    rate_changes: tuple[datetime, ...] = ()

    @property
    def drawn(self) -> tuple[Reading, ...]:
        """The readings that stand."""
        return tuple(one for one in self.readings if not one.discarded)
