"""What a story says: who, how far along, how it goes, and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

CALLED = (
    "Telephoned the same day. No plan and no intent; safety plan gone through together, "
    "sister informed with consent. Follow-up call next morning: calmer."
)
SAW = (
    "Seen on the day by the therapist. Passing thoughts after a bad night, no intent. "
    "Crisis lines handed over again; next therapy session moved forward."
)
SKIPPED = "Asked at the next visit: had overlooked the question. No thoughts of self-harm."


class Way(StrEnum):
    """How the symptoms go over a course."""

    QUICK = "quick response"
    SLOW = "slow response"
    NONE = "no response"
    WORSE = "worsening"
    RELAPSE = "relapse"


class Stage(StrEnum):
    """How far a course is, seen from today."""

    NO_COURSE = "no course yet"
    PLANNED = "planned"
    MID = "mid-course"
    AFTER_LAST = "after the last infusion"
    COMPLETED = "completed"
    MAINTENANCE = "maintenance"
    STOPPED = "stopped early"


class TodayIs(StrEnum):
    """What a course has on today."""

    NOTHING = "nothing"
    PLANNED = "planned"
    ARRIVED = "arrived"
    RUNNING = "running"
    GIVEN = "given"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setback:
    """An infusion that was not given on its day: number, missed or cancelled, and why."""

    number: int
    is_cancelled: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Worry:
    """An answer to the question about self-harm; None: skipped. Open while `action` is empty."""

    days_ago: int
    answer: int | None
    action: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One fictitious patient. `key` seeds every id and all chance of the story."""

    key: str
    given_name: str
    family_name: str
    born_on: date
    stage: Stage
    way: Way = Way.QUICK
    count: int = 6
    given: int = 0
    today: TodayIs = TodayIs.NOTHING
    start_in_days: int = 0
    ended_days_ago: int = 0
    boosters: int = 0
    booster_gap_days: int = 21
    severity: float = 0.75
    adherence: float = 0.9
    baseline_only: bool = False
    leaves_open: bool = False
    quiet_days: int = 0
    weight_kg: Decimal = Decimal("74.0")
    resting_mmhg: tuple[int, int] = (122, 78)
    peak_rise_mmhg: int = 10
    setback: Setback | None = None
    stopped_infusion: int | None = None
    worries: tuple[Worry, ...] = ()
    end_reason: str = ""
    allergies: str = ""
    email: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"
