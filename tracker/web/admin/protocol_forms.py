"""The form that makes a new version of a protocol: its rows come from the version before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tracker.domain.checklists import LONGEST_ITEM, CheckItem, own_key
from tracker.domain.errors import Refused
from tracker.domain.protocol import (
    ChangeRules,
    LimitsReview,
    Monitoring,
    Protocol,
    RecoveryScale,
    SedationScale,
    VitalLimit,
)
from tracker.domain.protocol_rules import carried_review
from tracker.domain.relapse_rules import RelapseRule
from tracker.domain.vital_signs import POSSIBLE, UNITS, Measure
from tracker.web.fields import Choice, Day, DecimalNumber, Ticks, WholeNumber, Words
from tracker.web.forms import Form
from tracker.web.protocol_words import limit_label

NEW_ROWS = 3
PHASES = ("before", "discharge")


def _per_kg(label: str) -> DecimalNumber:
    return DecimalNumber(label, low=Decimal("0.01"), high=Decimal(10), places=3, unit="mg/kg")


def _minutes(label: str, most: int = 600) -> WholeNumber:
    return WholeNumber(label, low=1, high=most, unit="min")


def _days(label: str) -> WholeNumber:
    return WholeNumber(label, low=1, high=60, unit="days")


def _points(label: str, most: int) -> WholeNumber:
    return WholeNumber(label, low=1, high=most, unit="points", optional=True)


class ProtocolForm(Form):
    """What every version has. `for_protocol` adds a row for each limit and each item."""

    infusion_count = WholeNumber("Infusions", low=1, high=60)
    min_gap_days = _days("Smallest gap")
    preferred_gap_days = _days("Preferred gap")
    max_gap_days = _days("Largest gap")
    dose_mg_per_kg = _per_kg("Dose")
    infusion_minutes = _minutes("Over")
    usual_low_mg_per_kg = _per_kg("Usual range, from")
    usual_high_mg_per_kg = _per_kg("Usual range, to")
    confirm_above_mg_per_kg = _per_kg("Ask twice above")
    refuse_above_mg_per_kg = _per_kg("Refuse above")
    weight_cap_kg = DecimalNumber(
        "Weight cap", low=Decimal(20), high=Decimal(400), places=2, unit="kg", optional=True
    )
    during_every_minutes = _minutes("Vital signs during, every", 120)
    after_every_minutes = _minutes("Vital signs after, every", 120)
    observe_minutes = _minutes("Observation, from the start")
    minimum_after_minutes = _minutes("Stay after the end, at least")
    notify_rise_percent = WholeNumber("Notice of a rise by", low=5, high=200, unit="%")
    recovery_scale = Choice(
        "Recovery scale",
        choices=[
            (RecoveryScale.ALDRETE.value, "Modified Aldrete, 0 to 10"),
            (RecoveryScale.PADSS.value, "PADSS, 0 to 10"),
        ],
    )
    recovery_score_at_least = WholeNumber("Ready to leave from a score of", low=1, high=10)
    sedation_scale = Choice(
        "Sedation scale",
        choices=[
            (SedationScale.RASS.value, "RASS, +4 to −5"),
            (SedationScale.MOAAS.value, "MOAA/S, 5 to 0"),
        ],
    )
    review_after_infusions = Words(
        "Review the course after infusion",
        longest=40,
        optional=True,
        hint="Numbers with commas, such as 3, 4: one review after either. Empty: none.",
    )
    response_percent = WholeNumber("Response from", low=1, high=100, unit="%")
    worse_percent = WholeNumber("Partial response, or worse, from", low=1, high=100, unit="%")
    baseline_within_days = _days("Baseline within, before infusion 1")
    pcl_5_points = WholeNumber("PCL-5 of the month", low=1, high=80, unit="points")
    pcl_5_week_points = _points("PCL-5 of the week", 80)
    phq_9_points = _points("PHQ-9", 27)
    gad_7_points = _points("GAD-7", 21)
    who_5_points = _points("WHO-5", 100)
    relapse_rules = Ticks(
        "Relapse is looked for as", choices=[(rule.value, rule.words) for rule in RelapseRule]
    )
    benefit_due_by = WholeNumber("State that nothing improved from infusion", low=1, high=60)
    reviewed_by = Words("Limits and doses reviewed by", longest=120, optional=True)
    reviewed_on = Day("Reviewed on", optional=True)

    def rows(self, prefix: str) -> list[tuple[Any, ...]]:
        """The fields of a list's rows, in their order."""
        found: list[tuple[Any, ...]] = []
        while (first := self._fields.get(f"{prefix}_{len(found)}")) is not None:
            second = self._fields.get(f"{prefix}_{len(found)}_may_not_apply")
            found.append((first, second) if second else (first,))
        return found

    def changed(self, seen: Protocol) -> Protocol:
        """The next version as it was typed. Raises `Refused` for what does not read."""
        new = replace(
            seen,
            infusion_count=self.infusion_count.data,
            most_infusions=max(seen.most_infusions, self.infusion_count.data),
            fewest_infusions=min(seen.fewest_infusions, self.infusion_count.data),
            min_gap_days=self.min_gap_days.data,
            preferred_gap_days=self.preferred_gap_days.data,
            max_gap_days=self.max_gap_days.data,
            dose=replace(seen.dose, **self._values(_DOSE)),
            monitoring=self._monitoring(seen.monitoring),
            vital_limits=self._limits(seen.vital_limits),
            checks_before=self._checks("before", seen.checks_before),
            checks_discharge=self._checks("discharge", seen.checks_discharge),
            change=self._change(seen.change),
            review_after_infusions=self._numbers(),
        )
        return replace(new, limits_review=self._review() or carried_review(seen, new))

    def _values(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: self[name].data for name in names}

    def _monitoring(self, seen: Monitoring) -> Monitoring:
        return replace(
            seen,
            **self._values(_MONITORING),
            recovery_scale=RecoveryScale(self.recovery_scale.data),
            sedation_scale=SedationScale(self.sedation_scale.data),
        )

    def _change(self, seen: ChangeRules) -> ChangeRules:
        ticked = set(self.relapse_rules.data or ())
        rules = tuple(rule.value for rule in RelapseRule if rule.value in ticked)
        return replace(seen, **self._values(_CHANGE), relapse_rules=rules)

    def _limits(self, seen: tuple[VitalLimit, ...]) -> tuple[VitalLimit, ...]:
        typed = [row[0].data for row in self.rows("limit")]
        pairs = zip(seen, typed, strict=True)
        return tuple(replace(limit, value=value) for limit, value in pairs if value is not None)

    def _checks(self, phase: str, seen: tuple[CheckItem, ...]) -> tuple[CheckItem, ...]:
        found = []
        for place, (words, ticked) in enumerate(self.rows(phase)):
            if not words.data:
                continue
            may_not_apply = bool(ticked.data)
            if place < len(seen):
                old = seen[place]
                found.append(replace(old, words=words.data, may_not_apply=may_not_apply))
            else:
                key = own_key(words.data)
                found.append(CheckItem(key=key, words=words.data, may_not_apply=may_not_apply))
        return tuple(found)

    def _numbers(self) -> tuple[int, ...]:
        parts = [part.strip() for part in (self.review_after_infusions.data or "").split(",")]
        numbers = [part for part in parts if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in numbers):
            words = "Enter numbers with commas between them, such as 3, 4."
            raise Refused(words, field="review_after_infusions")
        return tuple(sorted({int(part) for part in numbers}))

    def _review(self) -> LimitsReview | None:
        by, on = self.reviewed_by.data, self.reviewed_on.data
        if bool(by) != bool(on):
            field = "reviewed_on" if by else "reviewed_by"
            raise Refused("Enter both, who reviewed and when, or neither.", field=field)
        return LimitsReview(by=by, on=on) if by else None


_DOSE = (
    "dose_mg_per_kg",
    "infusion_minutes",
    "usual_low_mg_per_kg",
    "usual_high_mg_per_kg",
    "confirm_above_mg_per_kg",
    "refuse_above_mg_per_kg",
    "weight_cap_kg",
)
_CHANGE = (
    "response_percent",
    "worse_percent",
    "baseline_within_days",
    "pcl_5_points",
    "pcl_5_week_points",
    "phq_9_points",
    "gad_7_points",
    "who_5_points",
    "benefit_due_by",
)
_MONITORING = (
    "during_every_minutes",
    "after_every_minutes",
    "observe_minutes",
    "minimum_after_minutes",
    "notify_rise_percent",
    "recovery_score_at_least",
)


def for_protocol(protocol: Protocol) -> ProtocolForm:
    """The form of this version, filled in with it. Who reviewed is never filled in: a review is
    of the numbers that it saw."""
    rows: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for place, limit in enumerate(protocol.vital_limits):
        rows[f"limit_{place}"] = _limit_field(limit)
        values[f"limit_{place}"] = limit.value
    for phase, items in zip(
        PHASES, (protocol.checks_before, protocol.checks_discharge), strict=True
    ):
        for place in range(len(items) + NEW_ROWS):
            item = items[place] if place < len(items) else None
            rows |= _item_fields(phase, place, item)
            values[f"{phase}_{place}"] = item.words if item else ""
            values[f"{phase}_{place}_may_not_apply"] = (
                ["yes"] if item and item.may_not_apply else []
            )
    form = type("ProtocolFormWithRows", (ProtocolForm,), rows)
    made: ProtocolForm = form(**values, **_stored(protocol))
    return made


def _limit_field(limit: VitalLimit) -> WholeNumber:
    low, high = POSSIBLE[Measure(limit.measure)]
    return WholeNumber(
        f"{limit.stage.words}: {limit_label(limit)}",
        low=low,
        high=high,
        unit=UNITS.get(Measure(limit.measure), ""),
        optional=True,
    )


def _item_fields(phase: str, place: int, item: CheckItem | None) -> dict[str, Any]:
    label = f"Item {place + 1}" if item else f"New item {place + 1}"
    name = f"{phase}_{place}"
    return {
        name: Words(label, longest=LONGEST_ITEM, optional=True),
        f"{name}_may_not_apply": Ticks(
            f"{label}: not for everybody", choices=[("yes", "May be marked as not applicable")]
        ),
    }


def _stored(protocol: Protocol) -> dict[str, Any]:
    dose = {name: getattr(protocol.dose, name) for name in _DOSE}
    monitoring = {name: getattr(protocol.monitoring, name) for name in _MONITORING}
    return {
        **dose,
        **monitoring,
        **{name: getattr(protocol.change, name) for name in _CHANGE},
        "relapse_rules": list(protocol.change.relapse_rules),
        "infusion_count": protocol.infusion_count,
        "min_gap_days": protocol.min_gap_days,
        "preferred_gap_days": protocol.preferred_gap_days,
        "max_gap_days": protocol.max_gap_days,
        "recovery_scale": protocol.monitoring.recovery_scale.value,
        "sedation_scale": protocol.monitoring.sedation_scale.value,
        "review_after_infusions": ", ".join(str(each) for each in protocol.review_after_infusions),
        "seen_version": protocol.version,
    }
