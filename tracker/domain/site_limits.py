"""The limits of a site for vital signs: what a limit is, and the ones that a new clinic gets.

The numbers are site settings, marked "default, needs clinical review", and never guideline values.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.errors import Refused


class VitalStage(StrEnum):
    """When a limit counts and how much attention it asks for."""

    WARN_BEFORE = "warn_before"
    HOLD_BEFORE = "hold_before"
    NOTIFY_DURING = "notify_during"
    URGENT = "urgent"

    @property
    def words(self) -> str:
        return _STAGE_WORDS[self]


_STAGE_WORDS = {
    VitalStage.WARN_BEFORE: "Warning before the start",
    VitalStage.HOLD_BEFORE: "Hold before the start",
    VitalStage.NOTIFY_DURING: "Notice during and after",
    VitalStage.URGENT: "Urgent notice",
}


class Bound(StrEnum):
    """On which side of its value a limit is met."""

    AT_LEAST = "at_least"
    ABOVE = "above"
    BELOW = "below"
    AT_MOST = "at_most"


_MET: dict[Bound, Callable[[int, int], bool]] = {
    Bound.AT_LEAST: operator.ge,
    Bound.ABOVE: operator.gt,
    Bound.BELOW: operator.lt,
    Bound.AT_MOST: operator.le,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class VitalLimit:
    """One limit of the site. `measure` is the name of a vital sign's column, unit included.

    With `again_within_minutes` the limit is met when a second set within that time meets it too.
    """

    stage: VitalStage
    measure: str
    bound: Bound
    value: int
    again_within_minutes: int | None = None

    def is_met_by(self, measured: int | None) -> bool:
        """Whether a value meets the limit; what was not measured meets none."""
        return measured is not None and _MET[self.bound](measured, self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitsReview:
    """Who looked at the limits and the doses of this version and approved of them, and when."""

    by: str
    on: date


def _limits(stage: VitalStage, *rows: tuple[str, Bound, int]) -> tuple[VitalLimit, ...]:
    return tuple(
        VitalLimit(stage=stage, measure=measure, bound=bound, value=value)
        for measure, bound, value in rows
    )


DEFAULT_VITAL_LIMITS: tuple[VitalLimit, ...] = (
    *_limits(
        VitalStage.WARN_BEFORE,
        ("systolic_mmhg", Bound.AT_LEAST, 140),
        ("diastolic_mmhg", Bound.AT_LEAST, 90),
        ("heart_rate_bpm", Bound.ABOVE, 100),
        ("heart_rate_bpm", Bound.BELOW, 50),
        ("spo2_percent", Bound.BELOW, 95),
    ),
    *_limits(
        VitalStage.HOLD_BEFORE,
        ("systolic_mmhg", Bound.AT_LEAST, 160),
        ("systolic_mmhg", Bound.BELOW, 90),
        ("diastolic_mmhg", Bound.AT_LEAST, 100),
        ("heart_rate_bpm", Bound.ABOVE, 110),
        ("spo2_percent", Bound.BELOW, 92),
    ),
    *_limits(
        VitalStage.NOTIFY_DURING,
        ("systolic_mmhg", Bound.AT_LEAST, 165),
        ("diastolic_mmhg", Bound.AT_LEAST, 100),
        ("heart_rate_bpm", Bound.ABOVE, 110),
        ("spo2_percent", Bound.BELOW, 94),
    ),
    VitalLimit(
        stage=VitalStage.URGENT,
        measure="systolic_mmhg",
        bound=Bound.AT_LEAST,
        value=180,
        again_within_minutes=5,
    ),
    VitalLimit(
        stage=VitalStage.URGENT,
        measure="diastolic_mmhg",
        bound=Bound.AT_LEAST,
        value=110,
        again_within_minutes=5,
    ),
    *_limits(
        VitalStage.URGENT,
        ("systolic_mmhg", Bound.AT_LEAST, 200),
        ("diastolic_mmhg", Bound.AT_LEAST, 120),
        ("heart_rate_bpm", Bound.ABOVE, 130),
        ("heart_rate_bpm", Bound.BELOW, 45),
        ("spo2_percent", Bound.BELOW, 90),
        ("rass", Bound.AT_MOST, -4),
    ),
)
"""Default, needs clinical review: published limits differ and no consensus exists (Yip 2022)."""


_WORST_LAST = (
    (VitalStage.WARN_BEFORE, VitalStage.HOLD_BEFORE),
    (VitalStage.NOTIFY_DURING, VitalStage.URGENT),
)
_HIGH = frozenset({Bound.AT_LEAST, Bound.ABOVE})


def check_limits(limits: Iterable[VitalLimit]) -> None:
    """Raise `Refused` unless every graver limit lies beyond the lighter one of its measure."""
    found = tuple(limits)
    places = [(each.stage, each.measure, each.bound, each.again_within_minutes) for each in found]
    if len(set(places)) < len(places):
        raise Refused("The same limit is there twice. Remove one.", field="vital_limits")
    for light, grave in _WORST_LAST:
        for each in (limit for limit in found if limit.stage is light):
            _check_beyond(each, [limit for limit in found if limit.stage is grave])


def _check_beyond(light: VitalLimit, graver: Iterable[VitalLimit]) -> None:
    is_high = light.bound in _HIGH
    for grave in graver:
        if grave.measure != light.measure or (grave.bound in _HIGH) is not is_high:
            continue
        fits = grave.value >= light.value if is_high else grave.value <= light.value
        if not fits:
            raise Refused(
                f"{light.stage.words} at {light.value} lies beyond {grave.stage.words.lower()} at "
                f"{grave.value} of the same measure. Exchange them or remove one.",
                field="vital_limits",
            )
