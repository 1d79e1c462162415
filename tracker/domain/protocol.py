"""The rules of one kind of course: how many infusions, how far apart, how much, what is watched.

A protocol never changes: an edit is a new version, and a course keeps the version it began with.
Numbers marked "default, needs clinical review" are site settings. They are this project's
starting points, taken from practice where no guideline exists, and never guideline values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from tracker.domain.schedule import PlanRules


class VitalStage(StrEnum):
    """When a limit counts and how much attention it asks for."""

    WARN_BEFORE = "warn_before"
    HOLD_BEFORE = "hold_before"
    NOTIFY_DURING = "notify_during"
    URGENT = "urgent"


class Bound(StrEnum):
    """On which side of its value a limit is met."""

    AT_LEAST = "at_least"
    ABOVE = "above"
    BELOW = "below"
    AT_MOST = "at_most"


_MET = {
    Bound.AT_LEAST: lambda measured, value: measured >= value,
    Bound.ABOVE: lambda measured, value: measured > value,
    Bound.BELOW: lambda measured, value: measured < value,
    Bound.AT_MOST: lambda measured, value: measured <= value,
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
        return measured is not None and bool(_MET[self.bound](measured, self.value))


@dataclass(frozen=True, kw_only=True, slots=True)
class DoseRules:
    """The dose per kilogram and the bounds around it, in mg/kg of the weight used for dosing.

    0.5 mg/kg over 40 minutes: Feder 2021, Abdallah 2022. Usual range: 0.1 to 0.75 mg/kg over 2 to
    100 minutes as reported for depression (Andrade 2017). Confirmation above 1.0 and refusal
    above 2.0 mg/kg: site settings (default, needs clinical review).
    """

    dose_mg_per_kg: Decimal = Decimal("0.5")
    infusion_minutes: int = 40
    usual_low_mg_per_kg: Decimal = Decimal("0.1")
    usual_high_mg_per_kg: Decimal = Decimal("0.75")
    confirm_above_mg_per_kg: Decimal = Decimal("1.0")
    refuse_above_mg_per_kg: Decimal = Decimal("2.0")


@dataclass(frozen=True, kw_only=True, slots=True)
class Monitoring:
    """How often vital signs are due, in minutes, and for how long after the infusion's start.

    Every 10 minutes during and every 15 after: Riva-Posse 2018 (684 infusions); every 10 during:
    a Yale series of 2,342 infusions (2024). Two hours from the start as for esketamine (its
    label). A rise over the patient's own baseline in percent: default, needs clinical review.
    """

    during_every_minutes: int = 10
    after_every_minutes: int = 15
    observe_minutes: int = 120
    notify_rise_percent: int = 30


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Therapy:
    """Weekly therapy sessions between the infusions.

    Which day of the week works best relative to an infusion is unproven (Shiroma 2020 and Duek
    2023 differ): the cadence is a choice of the site.
    """

    every_days: int = 7
    minutes: int = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentUse:
    """Which instrument a course asks for, how often. `every_days` None: only after infusions."""

    key: str
    every_days: int | None = None
    after_infusion_from_hours: int | None = None
    after_infusion_to_hours: int | None = None


DEFAULT_INSTRUMENTS = (
    InstrumentUse(key="daily", every_days=1),
    InstrumentUse(key="after-infusion", after_infusion_from_hours=2, after_infusion_to_hours=6),
    InstrumentUse(key="weekly", every_days=7),
)
"""Hours and days are choices of this project: relief is expected within hours and builds up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeRules:
    """What counts as response and as worsening, in percent of the baseline.

    A fall of 50 % is the usual definition of response; trials of ketamine in PTSD also used 30 %
    (Feder 2021). Baseline within 14 days before infusion 1 and worsening from 30 %: default,
    needs clinical review.
    """

    response_percent: int = 50
    worse_percent: int = 30
    baseline_within_days: int = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """One version of the rules. `definition` and `read` go to and from the stored JSON.

    Six infusions (Feder 2021, Albott 2018) 3 to 5 days apart: between the published courses of
    two and three infusions a week (Abdallah 2022, Feder 2021).
    """

    name: str = "Ketamine with psychotherapy"
    version: int = 1
    infusion_count: int = 6
    fewest_infusions: int = 6
    most_infusions: int = 8
    min_gap_days: int = 3
    max_gap_days: int = 5
    preferred_gap_days: int = 4
    dose: DoseRules = field(default_factory=DoseRules)
    monitoring: Monitoring = field(default_factory=Monitoring)
    vital_limits: tuple[VitalLimit, ...] = DEFAULT_VITAL_LIMITS
    therapy: Therapy = field(default_factory=Therapy)
    instruments: tuple[InstrumentUse, ...] = DEFAULT_INSTRUMENTS
    change: ChangeRules = field(default_factory=ChangeRules)

    def plan_rules(self, infusion_count: int | None = None) -> PlanRules:
        """The planner's rules, with another count if one is given. Raises `CannotPlan`."""
        return PlanRules(
            infusion_count=infusion_count or self.infusion_count,
            min_gap_days=self.min_gap_days,
            max_gap_days=self.max_gap_days,
            preferred_gap_days=self.preferred_gap_days,
        )

    def limits_at(self, stage: VitalStage) -> tuple[VitalLimit, ...]:
        """The site's limits of one stage."""
        return tuple(limit for limit in self.vital_limits if limit.stage is stage)

    def definition(self) -> dict[str, Any]:
        """What the JSON column holds: everything that is no column of its own."""
        return {
            "count": {"fewest": self.fewest_infusions, "most": self.most_infusions},
            "dose": {name: str(getattr(self.dose, name)) for name in _DOSE_BOUNDS},
            "monitoring": _as_dict(self.monitoring),
            "vital_limits": [_as_dict(limit) for limit in self.vital_limits],
            "therapy": _as_dict(self.therapy),
            "instruments": [_as_dict(use) for use in self.instruments],
            "change": _as_dict(self.change),
        }

    @classmethod
    def read(
        cls,
        *,
        name: str,
        version: int,
        infusion_count: int,
        gaps: tuple[int, int, int],
        dose_mg_per_kg: Decimal,
        infusion_minutes: int,
        definition: Mapping[str, Any],
    ) -> Self:
        """The protocol of a stored row; `gaps` is smallest, largest, preferred, in days.

        Parts that the definition lacks take their defaults.
        """
        count = definition.get("count", {})
        bounds = definition.get("dose", {})
        min_gap_days, max_gap_days, preferred_gap_days = gaps
        return cls(
            name=name,
            version=version,
            infusion_count=infusion_count,
            fewest_infusions=count.get("fewest", min(6, infusion_count)),
            most_infusions=count.get("most", max(8, infusion_count)),
            min_gap_days=min_gap_days,
            max_gap_days=max_gap_days,
            preferred_gap_days=preferred_gap_days,
            dose=DoseRules(
                dose_mg_per_kg=dose_mg_per_kg,
                infusion_minutes=infusion_minutes,
                **{key: Decimal(bounds[key]) for key in _DOSE_BOUNDS if key in bounds},
            ),
            **_parts(definition),
        )


_DOSE_BOUNDS = (
    "usual_low_mg_per_kg",
    "usual_high_mg_per_kg",
    "confirm_above_mg_per_kg",
    "refuse_above_mg_per_kg",
)


def _parts(definition: Mapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "monitoring": Monitoring(**definition.get("monitoring", {})),
        "therapy": Therapy(**definition.get("therapy", {})),
        "change": ChangeRules(**definition.get("change", {})),
    }
    if "vital_limits" in definition:
        parts["vital_limits"] = tuple(_read_limit(**limit) for limit in definition["vital_limits"])
    if "instruments" in definition:
        parts["instruments"] = tuple(InstrumentUse(**use) for use in definition["instruments"])
    return parts


def _read_limit(*, stage: str, bound: str, **rest: Any) -> VitalLimit:
    return VitalLimit(stage=VitalStage(stage), bound=Bound(bound), **rest)


def _as_dict(part: Any) -> dict[str, Any]:
    """The fields of a flat value, as JSON takes them."""
    names = part.__dataclass_fields__
    values = {name: getattr(part, name) for name in names}
    return {
        name: str(value) if isinstance(value, StrEnum) else value for name, value in values.items()
    }


def default_protocol() -> Protocol:
    """What a new clinic starts with, to be reviewed by its clinical lead before use."""
    return Protocol()
