"""Where a clinic wants to be told, and when the next set of vital signs is due.

The numbers are defaults that need clinical review: published thresholds differ from clinic to
clinic and no guideline settles them. A protocol carries the clinic's own, with who reviewed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.domain.vital_signs import LABELS, Measure, VitalSigns, with_unit

MARK = "default, needs clinical review"


class Phase(StrEnum):
    """When a set was taken. From the start on, the limits of the infusion count."""

    BEFORE = "before"
    DURING = "during"


class Level(StrEnum):
    """How a clinic wants to be told. Before the start urgent means "held until looked at"."""

    NOTICE = "notice"
    URGENT = "urgent"


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteLimit:
    """One bound: reached at `at_least` and above, or at `at_most` and below.

    A `twice` limit counts when the set before it reached the same bound too.
    """

    measure: Measure
    phase: Phase
    level: Level
    at_least: int | None = None
    at_most: int | None = None
    twice: bool = False

    def is_reached(self, signs: VitalSigns) -> bool:
        """Whether the value stands at the bound or beyond it; what was not measured does not."""
        value = signs.value(self.measure)
        if value is None:
            return False
        if self.at_least is not None and value >= self.at_least:
            return True
        return self.at_most is not None and value <= self.at_most

    @property
    def words(self) -> str:
        """The bound in words, such as "165 mmHg or above"."""
        if self.at_least is not None:
            return f"{with_unit(self.measure, self.at_least)} or above"
        return f"{with_unit(self.measure, self.at_most or 0)} or below"


def _limits(
    phase: Phase, level: Level, *, twice: bool = False, **bounds: tuple[int | None, int | None]
) -> tuple[SiteLimit, ...]:
    return tuple(
        SiteLimit(
            measure=Measure[name.upper()],
            phase=phase,
            level=level,
            at_most=low,
            at_least=high,
            twice=twice,
        )
        for name, pair in bounds.items()
        for low, high in ((pair[0], None), (None, pair[1]))
        if low is not None or high is not None
    )


DEFAULT_LIMITS: tuple[SiteLimit, ...] = (
    *_limits(
        Phase.BEFORE,
        Level.NOTICE,
        systolic=(None, 140),
        diastolic=(None, 90),
        heart_rate=(49, 101),
        oxygen=(94, None),
    ),
    *_limits(
        Phase.BEFORE,
        Level.URGENT,
        systolic=(89, 160),
        diastolic=(None, 100),
        heart_rate=(None, 111),
        oxygen=(91, None),
    ),
    *_limits(
        Phase.DURING,
        Level.NOTICE,
        systolic=(None, 165),
        diastolic=(None, 100),
        heart_rate=(None, 111),
        oxygen=(93, None),
    ),
    *_limits(Phase.DURING, Level.URGENT, twice=True, systolic=(None, 180), diastolic=(None, 110)),
    *_limits(
        Phase.DURING,
        Level.URGENT,
        systolic=(None, 200),
        diastolic=(None, 120),
        heart_rate=(44, 131),
        oxygen=(89, None),
        rass=(-4, None),
    ),
)
"""Defaults that need clinical review."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MonitoringRules:
    """How often vital signs are taken and where the clinic wants to be told.

    Every 10 minutes during the infusion and every 15 after it is what two large programmes
    published (Emory: 684 infusions; Yale: 2,342); how long after it is the clinic's own choice.
    """

    during_every_minutes: int = 10
    after_every_minutes: int = 15
    after_minutes: int = 120
    baseline_rise_percent: int = 30
    limits: tuple[SiteLimit, ...] = DEFAULT_LIMITS
    reviewed: str = MARK


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A site limit that a set reached, in words that state the fact and advise nothing."""

    level: Level
    measure: Measure
    words: str


def notices(
    signs: VitalSigns,
    rules: MonitoringRules,
    *,
    phase: Phase,
    baseline: VitalSigns | None = None,
    before: VitalSigns | None = None,
) -> tuple[Notice, ...]:
    """What a set reached, at most one notice a measure, the most urgent one.

    `baseline` is the last set before the start, `before` the set taken before this one.
    """
    found = [
        Notice(level=limit.level, measure=limit.measure, words=_limit_words(signs, limit))
        for limit in rules.limits
        if limit.phase is phase and _counts(limit, signs, before)
    ]
    if phase is Phase.DURING and baseline is not None:
        found += _rises(signs, baseline, rules.baseline_rise_percent)
    return tuple(_most_urgent(found))


def _counts(limit: SiteLimit, signs: VitalSigns, before: VitalSigns | None) -> bool:
    if not limit.is_reached(signs):
        return False
    return not limit.twice or (before is not None and limit.is_reached(before))


def _limit_words(signs: VitalSigns, limit: SiteLimit) -> str:
    value = signs.value(limit.measure)
    reached = f"{LABELS[limit.measure]} {with_unit(limit.measure, value or 0)}"
    again = ", for the second time" if limit.twice else ""
    kind = "urgent limit" if limit.level is Level.URGENT else "limit"
    if limit.phase is Phase.BEFORE:
        kind = "hold limit" if limit.level is Level.URGENT else "limit before the start"
    return f"{reached}{again}: the site's {kind} is {limit.words}"


def _rises(signs: VitalSigns, baseline: VitalSigns, percent: int) -> list[Notice]:
    found = []
    for measure in (Measure.SYSTOLIC, Measure.DIASTOLIC):
        value, first = signs.value(measure), baseline.value(measure)
        if value is None or first is None or value * 100 < first * (100 + percent):
            continue
        words = (
            f"{LABELS[measure]} {with_unit(measure, value)}: {percent} % or more above "
            f"the set before the start ({first})"
        )
        found.append(Notice(level=Level.NOTICE, measure=measure, words=words))
    return found


def _most_urgent(found: Iterable[Notice]) -> list[Notice]:
    kept: dict[Measure, Notice] = {}
    for notice in found:
        known = kept.get(notice.measure)
        if known is None or (known.level, notice.level) == (Level.NOTICE, Level.URGENT):
            kept[notice.measure] = notice
    return sorted(kept.values(), key=lambda notice: notice.level is not Level.URGENT)


@dataclass(frozen=True, kw_only=True, slots=True)
class NextSet:
    """When the next set of vital signs is due; `overdue_minutes` is 0 until a minute has passed."""

    due_at: datetime
    overdue_minutes: int

    @property
    def is_overdue(self) -> bool:
        return self.overdue_minutes > 0


def next_set(
    rules: MonitoringRules,
    *,
    started_at: datetime,
    ended_at: datetime | None,
    last_measured_at: datetime | None,
    now: datetime,
) -> NextSet | None:
    """When the next set is due; None once the time after the infusion is over."""
    if ended_at is None:
        since, every = started_at, rules.during_every_minutes
    else:
        since, every = ended_at, rules.after_every_minutes
        if now >= ended_at + timedelta(minutes=rules.after_minutes):
            return None
    last = since if last_measured_at is None else max(since, last_measured_at)
    due_at = last + timedelta(minutes=every)
    late = int((now - due_at).total_seconds() // 60)
    return NextSet(due_at=due_at, overdue_minutes=max(0, late))


def chart_limits(rules: MonitoringRules) -> Sequence[SiteLimit]:
    """The bounds that a chart of the infusion draws: the notices of pressure, heart and oxygen."""
    drawn = (Measure.SYSTOLIC, Measure.DIASTOLIC, Measure.HEART_RATE, Measure.OXYGEN)
    return [
        limit
        for limit in rules.limits
        if limit.phase is Phase.DURING and limit.level is Level.NOTICE and limit.measure in drawn
    ]
