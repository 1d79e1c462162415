"""The rules of one kind of course: how many infusions, how far apart, how much, what is watched.

A protocol never changes: an edit is a new version, and a course keeps the version it began with.
Numbers marked "default, needs clinical review" are site settings. They are this project's
starting points, taken from practice where no guideline exists, and never guideline values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from tracker.domain.checklists import (
    DEFAULT_CHECKS_BEFORE,
    DEFAULT_CHECKS_DISCHARGE,
    CheckItem,
)
from tracker.domain.instrument_uses import (
    DEFAULT_INSTRUMENTS,
    InstrumentUse,
    read_use,
    use_as_dict,
)
from tracker.domain.relapse_rules import RelapseRule
from tracker.domain.schedule import PlanRules
from tracker.domain.sheet_log import RecoveryScale
from tracker.domain.site_limits import (
    DEFAULT_VITAL_LIMITS,
    Bound,
    LimitsReview,
    VitalLimit,
    VitalStage,
)

__all__ = [
    "DEFAULT_CHECKS_BEFORE",
    "DEFAULT_CHECKS_DISCHARGE",
    "DEFAULT_INSTRUMENTS",
    "DEFAULT_VITAL_LIMITS",
    "Bound",
    "ChangeRules",
    "CheckItem",
    "DoseRules",
    "InstrumentUse",
    "LimitsReview",
    "Monitoring",
    "Protocol",
    "RecoveryScale",
    "SedationScale",
    "Therapy",
    "VitalLimit",
    "VitalStage",
    "default_protocol",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class DoseRules:
    """The dose per kilogram and the bounds around it, in mg/kg of the weight used for dosing.

    0.5 mg/kg over 40 minutes: Feder 2021, Abdallah 2022. Usual range: 0.1 to 0.75 mg/kg over 2 to
    100 minutes as reported for depression (Andrade 2017). Confirmation above 1.0 and refusal
    above 2.0 mg/kg: site settings (default, needs clinical review). `weight_cap_kg` is the most
    that is dosed for when the capped weight is chosen; there is none unless the site sets one.
    """

    dose_mg_per_kg: Decimal = Decimal("0.5")
    infusion_minutes: int = 40
    usual_low_mg_per_kg: Decimal = Decimal("0.1")
    usual_high_mg_per_kg: Decimal = Decimal("0.75")
    confirm_above_mg_per_kg: Decimal = Decimal("1.0")
    refuse_above_mg_per_kg: Decimal = Decimal("2.0")
    weight_cap_kg: Decimal | None = None


class SedationScale(StrEnum):
    """RASS from −5 to +4, or MOAA/S from 5 (awake) to 0. They run in opposite directions."""

    RASS = "rass"
    MOAAS = "moaas"


@dataclass(frozen=True, kw_only=True, slots=True)
class Monitoring:
    """How often vital signs are due, in minutes, and for how long after the infusion's start.

    Every 10 minutes during and every 15 after: Riva-Posse 2018 (684 infusions); every 10 during:
    a Yale series of 2,342 infusions (2024). Two hours from the start as for esketamine (its
    label). A rise over the patient's own baseline in percent: default, needs clinical review.
    A recovery score of 9 of 10 or more: as the modified Aldrete score and the PADSS are used. At
    least `minimum_after_minutes` after the end (60 to 120 are in use): default, needs clinical
    review.
    """

    during_every_minutes: int = 10
    after_every_minutes: int = 15
    observe_minutes: int = 120
    notify_rise_percent: int = 30
    recovery_scale: RecoveryScale = RecoveryScale.ALDRETE
    recovery_score_at_least: int = 9
    sedation_scale: SedationScale = SedationScale.RASS
    minimum_after_minutes: int = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Therapy:
    """Weekly therapy sessions between the infusions.

    Which day of the week works best relative to an infusion is unproven (Shiroma 2020 and Duek
    2023 differ): the cadence is a choice of the site.
    """

    every_days: int = 7
    minutes: int = 60


DEFAULT_RELAPSE_RULES = tuple(rule.value for rule in RelapseRule)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeRules:
    """What counts as response, as worsening, as more than noise and as relapse.

    A fall of 50 % is the usual definition of response; trials of ketamine in PTSD also used 30 %
    (Feder 2021). Baseline within 14 days before infusion 1 and worsening from 30 %: default,
    needs clinical review.

    Reliable change in points: PCL-5 of the month 15, or 18 in its second sample (Marx 2022); the
    week form has no published value of its own, so there is none unless the site sets one.
    PHQ-9 6 and GAD-7 4 (NHS Talking Therapies, source not seen) and WHO-5 10 (Topp 2015, a
    smallest difference that matters): site settings, need clinical review. None: not judged.

    ``relapse_rules`` are ids of `RelapseRule`; the five of them are a choice of this project.
    ``benefit_due_by`` is the infusion from which no reliable improvement is stated as a fact
    (after 4 to 6: default, needs clinical review).
    """

    response_percent: int = 50
    worse_percent: int = 30
    baseline_within_days: int = 14
    pcl_5_points: int = 15
    pcl_5_week_points: int | None = None
    phq_9_points: int | None = 6
    gad_7_points: int | None = 4
    who_5_points: int | None = 10
    relapse_rules: tuple[str, ...] = DEFAULT_RELAPSE_RULES
    benefit_due_by: int = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """One version of the rules. `definition` and `read` go to and from the stored JSON.

    Six infusions (Feder 2021, Albott 2018) 3 to 5 days apart: between the published courses of
    two and three infusions a week (Abdallah 2022, Feder 2021). A review of the course after
    infusion 3 or 4 is a choice of this project. Without `limits_review` nobody of the clinic has
    approved the limits yet, and every page that shows them says so.
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
    checks_before: tuple[CheckItem, ...] = DEFAULT_CHECKS_BEFORE
    checks_discharge: tuple[CheckItem, ...] = DEFAULT_CHECKS_DISCHARGE
    review_after_infusions: tuple[int, ...] = (3, 4)
    limits_review: LimitsReview | None = None

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
            "dose": _dose_as_dict(self.dose),
            "monitoring": _as_dict(self.monitoring),
            "vital_limits": [_as_dict(limit) for limit in self.vital_limits],
            "therapy": _as_dict(self.therapy),
            "instruments": [use_as_dict(use) for use in self.instruments],
            "change": _as_dict(self.change) | {"relapse_rules": list(self.change.relapse_rules)},
            "checks_before": [_as_dict(item) for item in self.checks_before],
            "checks_discharge": [_as_dict(item) for item in self.checks_discharge],
            "review_after_infusions": list(self.review_after_infusions),
            "limits_review": _review_as_dict(self.limits_review),
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
                **{key: Decimal(bounds[key]) for key in _DOSE_BOUNDS if bounds.get(key)},
            ),
            **_parts(definition),
        )


_DOSE_BOUNDS = (
    "usual_low_mg_per_kg",
    "usual_high_mg_per_kg",
    "confirm_above_mg_per_kg",
    "refuse_above_mg_per_kg",
    "weight_cap_kg",
)


def _dose_as_dict(dose: DoseRules) -> dict[str, str]:
    values = {name: getattr(dose, name) for name in _DOSE_BOUNDS}
    return {name: str(value) for name, value in values.items() if value is not None}


def _review_as_dict(review: LimitsReview | None) -> dict[str, str] | None:
    return {"by": review.by, "on": review.on.isoformat()} if review else None


def _parts(definition: Mapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "monitoring": _read_monitoring(**definition.get("monitoring", {})),
        "therapy": Therapy(**definition.get("therapy", {})),
        "change": _read_change(**definition.get("change", {})),
    }
    if "vital_limits" in definition:
        parts["vital_limits"] = tuple(_read_limit(**limit) for limit in definition["vital_limits"])
    if "instruments" in definition:
        parts["instruments"] = tuple(read_use(use) for use in definition["instruments"])
    for name in ("checks_before", "checks_discharge"):
        if name in definition:
            parts[name] = tuple(CheckItem(**item) for item in definition[name])
    if "review_after_infusions" in definition:
        parts["review_after_infusions"] = tuple(definition["review_after_infusions"])
    if review := definition.get("limits_review"):
        parts["limits_review"] = LimitsReview(by=review["by"], on=date.fromisoformat(review["on"]))
    return parts


def _read_monitoring(
    *, recovery_scale: str = RecoveryScale.ALDRETE, sedation_scale: str = "rass", **rest: int
) -> Monitoring:
    return Monitoring(
        recovery_scale=RecoveryScale(recovery_scale),
        sedation_scale=SedationScale(sedation_scale),
        **rest,
    )


def _read_change(
    *, relapse_rules: Iterable[str] = DEFAULT_RELAPSE_RULES, **rest: Any
) -> ChangeRules:
    return ChangeRules(relapse_rules=tuple(relapse_rules), **rest)


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
