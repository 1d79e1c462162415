"""What a plan must keep: the protocol's gaps, the clinic's days and the patient's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

SMALLEST_COUNT, LARGEST_COUNT = 1, 60
LARGEST_GAP_DAYS = 366
# Bounds the work of a search to about a second; eight infusions may have any window of 200 days.
_LARGEST_SPREAD_DAYS = 1_700
_LAST_ORDINAL = date.max.toordinal()


class CannotPlan(ValueError):
    """The request itself is wrong; the message says what to change."""


class NoOpenDay(CannotPlan):
    """No usable day is left for an infusion; the message says what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRules:
    """How many infusions, how many days apart. Raises `CannotPlan` on impossible numbers.

    A course of the protocol has 6 to 8 infusions 3 to 5 days apart, between the published twice
    and three times weekly courses (Feder 2021, Albott 2018, Abdallah 2022). The bounds here are
    wider so that boosters and shorter or longer courses can be planned with the same rules.
    """

    infusion_count: int
    min_gap_days: int
    max_gap_days: int
    preferred_gap_days: int

    def __post_init__(self) -> None:
        self._check_count_and_window()
        if not self.min_gap_days <= self.preferred_gap_days <= self.max_gap_days:
            raise CannotPlan(
                f"The preferred gap must be {self.min_gap_days} to {self.max_gap_days} days, "
                f"not {self.preferred_gap_days}."
            )

    def _check_count_and_window(self) -> None:
        if not SMALLEST_COUNT <= self.infusion_count <= LARGEST_COUNT:
            raise CannotPlan(
                f"The number of infusions must be {SMALLEST_COUNT} to {LARGEST_COUNT}, "
                f"not {self.infusion_count}."
            )
        if not 1 <= self.min_gap_days <= self.max_gap_days <= LARGEST_GAP_DAYS:
            raise CannotPlan(
                f"The smallest gap must be at least 1 day and the largest at least as long and at "
                f"most {LARGEST_GAP_DAYS} days, not {self.min_gap_days} to {self.max_gap_days}."
            )
        if self.infusion_count * (self.max_gap_days - self.min_gap_days) > _LARGEST_SPREAD_DAYS:
            raise CannotPlan(
                f"Gaps of {self.min_gap_days} to {self.max_gap_days} days leave too many plans to "
                f"compare for {self.infusion_count} infusions: allow a narrower range."
            )

    def days_outside(self, gap_days: int) -> int:
        """By how many days a gap misses the window; 0 inside it."""
        return max(self.min_gap_days - gap_days, gap_days - self.max_gap_days, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClinicDays:
    """The weekdays on which the clinic is open (0 = Monday) and the dates on which it is not."""

    open_weekdays: frozenset[int]
    closed_on: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.open_weekdays <= frozenset(range(7)):
            raise CannotPlan("Weekdays are numbered 0 (Monday) to 6 (Sunday).")


class BlockRule(StrEnum):
    """Why a day is out for an infusion."""

    BEFORE_START = "before_start"
    WEEKDAY = "weekday"
    CLOSED = "closed"
    UNAVAILABLE = "unavailable"
    FIXED_ELSEWHERE = "fixed_elsewhere"
    GAP = "gap"


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One day that one rule takes away from the infusion after number `after_number`."""

    rule: BlockRule
    on: date
    after_number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UsableDays:
    """The calendar as day ordinals (`date.toordinal`): which days an infusion may be on."""

    open_weekdays: frozenset[int]
    closed: frozenset[int]
    unavailable: frozenset[int]
    first: int
    _known: dict[tuple[int, int], list[int]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def of(cls, clinic: ClinicDays, unavailable_on: Iterable[date], start_on: date) -> Self:
        return cls(
            open_weekdays=clinic.open_weekdays,
            closed=frozenset(day.toordinal() for day in clinic.closed_on),
            unavailable=frozenset(day.toordinal() for day in unavailable_on),
            first=start_on.toordinal(),
        )

    def has(self, day: int) -> bool:
        return (
            self.first <= day <= _LAST_ORDINAL
            and (day + 6) % 7 in self.open_weekdays
            and day not in self.closed
            and day not in self.unavailable
        )

    def within(self, first: int, last: int) -> list[int]:
        """The usable days from `first` to `last`, both included."""
        # The search asks for the same few hundred windows again for every infusion.
        found = self._known.get((first, last))
        if found is None:
            found = [day for day in range(first, last + 1) if self.has(day)]
            self._known[first, last] = found
        return found

    def first_from(self, day: int) -> int | None:
        """The first usable day in the year that begins on `day`."""
        begin = max(day, self.first)
        return next((on for on in range(begin, begin + 366) if self.has(on)), None)

    def reasons(self, day: int) -> tuple[BlockRule, ...]:
        """Every rule that takes this day away; empty for a usable day."""
        if day < self.first:
            return (BlockRule.BEFORE_START,)
        reasons = []
        if (day + 6) % 7 not in self.open_weekdays:
            reasons.append(BlockRule.WEEKDAY)
        elif day in self.closed:
            reasons.append(BlockRule.CLOSED)
        if day in self.unavailable:
            reasons.append(BlockRule.UNAVAILABLE)
        return tuple(reasons)
