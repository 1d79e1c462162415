"""Which of a clinic's limits a set of vital signs reached, and when the next set is due.

The limits and intervals themselves are the protocol's: defaults that need clinical review, since
published thresholds differ and no guideline settles them. A notice states a fact and advises
nothing: this is a record, not a monitor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.domain.protocol import Bound, Monitoring, Protocol, VitalLimit, VitalStage
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


STAGES_OF: dict[Phase, dict[VitalStage, Level]] = {
    Phase.BEFORE: {VitalStage.WARN_BEFORE: Level.NOTICE, VitalStage.HOLD_BEFORE: Level.URGENT},
    Phase.DURING: {VitalStage.NOTIFY_DURING: Level.NOTICE, VitalStage.URGENT: Level.URGENT},
}
"""The limits that count in a phase, and how urgent they are."""

_STAGE_WORDS: dict[VitalStage, str] = {
    VitalStage.WARN_BEFORE: "limit before the start",
    VitalStage.HOLD_BEFORE: "hold limit",
    VitalStage.NOTIFY_DURING: "limit",
    VitalStage.URGENT: "urgent limit",
}

_BOUND_WORDS: dict[Bound, str] = {
    Bound.AT_LEAST: "{} or above",
    Bound.ABOVE: "above {}",
    Bound.BELOW: "below {}",
    Bound.AT_MOST: "{} or below",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A limit that a set reached."""

    level: Level
    measure: Measure
    words: str


def notices(
    signs: VitalSigns,
    protocol: Protocol,
    *,
    phase: Phase,
    baseline: VitalSigns | None = None,
    before: VitalSigns | None = None,
) -> tuple[Notice, ...]:
    """What a set reached: at most one notice a measure, the most urgent; urgent ones first.

    `baseline` is the last set before the start, `before` the set taken before this one: a limit
    that asks for a second set is reached when both stand at it.
    """
    found = [
        Notice(level=level, measure=Measure(limit.measure), words=_limit_words(signs, limit))
        for stage, level in STAGES_OF[phase].items()
        for limit in protocol.vital_limits
        if limit.stage is stage
        and limit.is_met_by(getattr(signs, limit.measure))
        and _is_confirmed(limit, before)
    ]
    if phase is Phase.DURING and baseline is not None:
        found += _rises(signs, baseline, protocol.monitoring.notify_rise_percent)
    return tuple(_most_urgent(found))


def _is_confirmed(limit: VitalLimit, before: VitalSigns | None) -> bool:
    """Whether a limit that asks for a second set was met by the one before as well."""
    # "Again within 5 minutes" says when to measure again. Two sets in a row count at any
    # distance: pressure that stayed up for longer is not less urgent.
    if limit.again_within_minutes is None:
        return True
    return before is not None and limit.is_met_by(getattr(before, limit.measure))


def bound_words(limit: VitalLimit) -> str:
    """A limit in words, such as "165 mmHg or above"."""
    return _BOUND_WORDS[limit.bound].format(with_unit(Measure(limit.measure), limit.value))


def _limit_words(signs: VitalSigns, limit: VitalLimit) -> str:
    measure = Measure(limit.measure)
    reached = f"{LABELS[measure]} {with_unit(measure, signs.value(measure) or 0)}"
    again = ", for the second time" if limit.again_within_minutes is not None else ""
    return f"{reached}{again}: the site's {_STAGE_WORDS[limit.stage]} is {bound_words(limit)}"


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
    monitoring: Monitoring,
    *,
    started_at: datetime,
    ended_at: datetime | None,
    last_measured_at: datetime | None,
    now: datetime,
) -> NextSet | None:
    """When the next set is due; None once the infusion has ended and the observation is over."""
    if ended_at is None:
        since, every = started_at, monitoring.during_every_minutes
    else:
        since, every = ended_at, monitoring.after_every_minutes
        if now >= max(ended_at, started_at + timedelta(minutes=monitoring.observe_minutes)):
            return None
    last = since if last_measured_at is None else max(since, last_measured_at)
    due_at = last + timedelta(minutes=every)
    late = int((now - due_at).total_seconds() // 60)
    return NextSet(due_at=due_at, overdue_minutes=max(0, late))
