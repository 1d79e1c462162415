"""When a patient may leave: a conjunction of what is computed and what a person answers.

Computed: a recovery score that reaches the protocol's bound (9 of 10 is usual for the modified
Aldrete and for PADSS), blood pressure within 20 % of the one before the start and below the site's
limit, the observation time, and a CADSS-6 near the one before the start if it was measured. All
bounds: default, needs clinical review. Each item can be overridden with a reason: a person decides,
this says what is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.domain.notice_log import StandingSet
from tracker.domain.protocol import Protocol, VitalLimit, VitalStage
from tracker.domain.vital_signs import Measure, VitalSigns

WITHIN_PERCENT = 20
CADSS6_WITHIN = 2
"""Default, needs clinical review: points above the value before the start."""


class ComputedKey(StrEnum):
    """The items that answer themselves."""

    SCORE = "computed_recovery_score"
    PRESSURE = "computed_blood_pressure"
    OBSERVED = "computed_observation"
    CADSS6 = "computed_cadss6"


@dataclass(frozen=True, kw_only=True, slots=True)
class DischargeRules:
    """The bounds of one protocol. Minutes: from the start, and after the end; the later counts."""

    score_at_least: int
    observe_minutes: int
    after_minutes: int
    limits: tuple[VitalLimit, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DischargeFacts:
    """What a sheet knows. `score` is the latest total; `sets` stand, in any order."""

    score: int | None
    sets: tuple[StandingSet, ...]
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ComputedItem:
    """One item with what it rests on, in words."""

    key: ComputedKey
    words: str
    detail: str
    is_met: bool
    may_not_apply: bool = False


def discharge_rules(protocol: Protocol) -> DischargeRules:
    """The bounds as a protocol sets them."""
    monitoring = protocol.monitoring
    return DischargeRules(
        score_at_least=monitoring.recovery_score_at_least,
        observe_minutes=monitoring.observe_minutes,
        after_minutes=monitoring.minimum_after_minutes,
        limits=protocol.limits_at(VitalStage.NOTIFY_DURING),
    )


def item_words(rules: DischargeRules) -> dict[ComputedKey, str]:
    """What each computed item asks for."""
    return {
        ComputedKey.SCORE: f"Recovery score of at least {rules.score_at_least}",
        ComputedKey.PRESSURE: f"Blood pressure within {WITHIN_PERCENT} % of before the start and "
        "below the site's limit",
        ComputedKey.OBSERVED: f"Observed for {rules.observe_minutes} min from the start and "
        f"{rules.after_minutes} min after the end",
        ComputedKey.CADSS6: f"CADSS-6 no more than {CADSS6_WITHIN} above the value before the "
        "start",
    }


def computed_items(
    facts: DischargeFacts, rules: DischargeRules, *, now: datetime
) -> tuple[ComputedItem, ...]:
    """Every item that answers itself; the one about CADSS-6 only if it was measured."""
    sets = sorted(facts.sets, key=lambda each: each.occurred_at)
    before = [each.signs for each in sets if each.occurred_at <= facts.started_at]
    during = [each.signs for each in sets if each.occurred_at > facts.started_at]
    after = [each.signs for each in sets if each.occurred_at >= facts.ended_at]
    found = [
        _score(facts.score, rules),
        _pressure(_last(before, Measure.SYSTOLIC), _last(after, Measure.SYSTOLIC), rules),
        _observed(facts, rules, now),
        _cadss6(_last(before, Measure.CADSS6), _last(during, Measure.CADSS6), rules),
    ]
    return tuple(item for item in found if item is not None)


def may_leave_from(facts: DischargeFacts, rules: DischargeRules) -> datetime:
    """The moment from which the observation time is met."""
    return max(
        facts.started_at + timedelta(minutes=rules.observe_minutes),
        facts.ended_at + timedelta(minutes=rules.after_minutes),
    )


def _last(sets: Iterable[VitalSigns], measure: Measure) -> VitalSigns | None:
    measured = [signs for signs in sets if signs.value(measure) is not None]
    return measured[-1] if measured else None


def _score(score: int | None, rules: DischargeRules) -> ComputedItem:
    detail = "No recovery score yet" if score is None else f"Latest score {score} of 10"
    return ComputedItem(
        key=ComputedKey.SCORE,
        words=item_words(rules)[ComputedKey.SCORE],
        detail=detail,
        is_met=score is not None and score >= rules.score_at_least,
    )


def _pressure(
    before: VitalSigns | None, after: VitalSigns | None, rules: DischargeRules
) -> ComputedItem:
    met = False
    if before is None:
        detail = "No blood pressure from before the start to compare with"
    elif after is None:
        detail = f"No blood pressure since the end; {before.pressure} before the start"
    else:
        detail = f"{after.pressure} now, {before.pressure} before the start"
        met = _is_near(before, after) and not _is_at_limit(after, rules.limits)
    return ComputedItem(
        key=ComputedKey.PRESSURE,
        words=item_words(rules)[ComputedKey.PRESSURE],
        detail=detail,
        is_met=met,
    )


def _is_near(before: VitalSigns, after: VitalSigns) -> bool:
    for measure in (Measure.SYSTOLIC, Measure.DIASTOLIC):
        first, last = before.value(measure), after.value(measure)
        if first is None or last is None or abs(last - first) * 100 > WITHIN_PERCENT * first:
            return False
    return True


def _is_at_limit(signs: VitalSigns, limits: tuple[VitalLimit, ...]) -> bool:
    pressures = (Measure.SYSTOLIC, Measure.DIASTOLIC)
    return any(
        limit.is_met_by(signs.value(Measure(limit.measure)))
        for limit in limits
        if limit.measure in pressures
    )


def _observed(facts: DischargeFacts, rules: DischargeRules, now: datetime) -> ComputedItem:
    ready_at = may_leave_from(facts, rules)
    seconds_left = (ready_at - now).total_seconds()
    left = max(0, int(-(-seconds_left // 60)))
    return ComputedItem(
        key=ComputedKey.OBSERVED,
        words=item_words(rules)[ComputedKey.OBSERVED],
        detail=f"{left} min are left" if left else "The time is over",
        is_met=left == 0,
    )


def _cadss6(
    before: VitalSigns | None, last: VitalSigns | None, rules: DischargeRules
) -> ComputedItem | None:
    if last is None or last.cadss6 is None:
        return None
    first = before.cadss6 if before else None
    # Without a value before the start, a low one is near whatever it was: none is below 0.
    is_met = last.cadss6 <= (first or 0) + CADSS6_WITHIN
    compared = "none before the start" if first is None else f"{first} before the start"
    return ComputedItem(
        key=ComputedKey.CADSS6,
        words=item_words(rules)[ComputedKey.CADSS6],
        detail=f"{last.cadss6} now, {compared}",
        is_met=is_met,
    )
