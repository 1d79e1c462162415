"""Which instrument a course asks for and when: rules as data, one small value for each kind.

A rule tells a window: from when a check-in is open, from when it counts as late, when it closes.
The numbers here are defaults of this project, chosen from the recall periods and from practice
(default, needs clinical review); a protocol may set others. What is asked when follows from the
rules and a course's infusions in `tracker/domain/due/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

from tracker.domain.instruments import definitions

DAILY, AFTER_INFUSION, WEEKLY = "daily", "after-infusion", "weekly"
"""The keys of the project's own three instruments."""

MONTH_FORMS = frozenset({"pcl-5"})
"""Instruments that look back over a month. They are asked before infusion 1 and from 30 days after
the last infusion of the series, never in between, where the form of the week belongs (Darnell 2025:
the two forms are not one series of numbers)."""
MONTH_FORM_FROM_DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake:
    """Once, in the days before infusion 1; late on its day, closed by its start."""

    days_before: int = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class BeforeInfusion:
    """On the day of each infusion, before it starts; late from the planned time."""

    with_boosters: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class AfterInfusion:
    """Some hours after each infusion ended. Real hours, whatever the clocks do."""

    opens_hours: int = 2
    late_hours: int = 6
    closes_hours: int = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class NextDay:
    """About a day after each infusion ended."""

    opens_hours: int = 20
    late_hours: int = 30
    closes_hours: int = 44


@dataclass(frozen=True, kw_only=True, slots=True)
class Daily:
    """Every so many days from the baseline week on, on that day; late until 3 a.m.

    In maintenance it ends a week after the last infusion of the series.
    """

    every_days: int = 1
    baseline_days: int = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekly:
    """Every so many days from infusion 1 on, on the weekday that the patient chose.

    Without a choice it is the weekday of infusion 1; a rhythm that is no whole number of weeks
    follows no weekday. Open from some days before, late for some days after.
    """

    every_days: int = 7
    early_days: int = 1
    late_days: int = 2
    in_maintenance: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MidCourse:
    """Once, in the days after an infusion in the middle of the course."""

    after_number: int = 3
    opens_days: int = 1
    late_days: int = 3
    closes_days: int = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class EndOfCourse:
    """Once, three to seven days after the last infusion of the series; late for some days more."""

    opens_days: int = 3
    last_days: int = 7
    late_days: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """Once at each of these days after the last infusion of the series, for a while from then."""

    days: tuple[int, ...] = (30, 60, 90)
    open_days: int = 7
    late_days: int = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Maintenance:
    """Every so many days while the course is in maintenance, from the end of the series on."""

    every_days: int = 14
    early_days: int = 1
    late_days: int = 3


AskRule: TypeAlias = (
    Intake
    | BeforeInfusion
    | AfterInfusion
    | NextDay
    | Daily
    | Weekly
    | MidCourse
    | EndOfCourse
    | FollowUp
    | Maintenance
)

RULE_NAMES: Mapping[str, type[AskRule]] = {
    "intake": Intake,
    "before": BeforeInfusion,
    "after-infusion": AfterInfusion,
    "next-day": NextDay,
    "daily": Daily,
    "weekly": Weekly,
    "mid-course": MidCourse,
    "end": EndOfCourse,
    "follow-up": FollowUp,
    "maintenance": Maintenance,
}
"""What a stored protocol calls each kind."""
_NAME_OF = {kind: name for name, kind in RULE_NAMES.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentUse:
    """An instrument and the rules it is asked by.

    ``least_days_apart`` is the smallest number of days between two answers, whatever the rules
    would have; 0 leaves it to the rules.
    """

    key: str
    rules: tuple[AskRule, ...] = ()
    least_days_apart: int = 0

    @property
    def days_apart(self) -> int:
        """The smallest number of days between two, never under the instrument's own."""
        return max(self.least_days_apart, own_days_apart(self.key))

    @property
    def every_days(self) -> int | None:
        """The shortest rhythm that it is asked in; None where it follows the infusions alone."""
        rhythms = [rule.every_days for rule in self.rules if isinstance(rule, Daily | Weekly)]
        return max(min(rhythms), self.days_apart) if rhythms else None

    def rule(self, kind: type[AskRule]) -> AskRule | None:
        """Its rule of this kind, if it is asked by one."""
        return next((rule for rule in self.rules if isinstance(rule, kind)), None)


def followed_up(uses: Iterable[InstrumentUse]) -> tuple[InstrumentUse, ...]:
    """What is still asked of a course that was completed: its end and the follow-ups."""
    after = (EndOfCourse, FollowUp)
    kept = (
        replace(use, rules=tuple(rule for rule in use.rules if isinstance(rule, after)))
        for use in uses
    )
    return tuple(use for use in kept if use.rules)


def own_days_apart(instrument_key: str) -> int:
    """Days within which an instrument is never asked twice: the answers would be about the same
    days. Two weeks for PHQ-9, which looks back over two; 0 where its definition sets nothing."""
    definition = definitions().get(instrument_key)
    return definition.least_days_between if definition is not None else 0


DEFAULT_INSTRUMENTS = (
    InstrumentUse(key=DAILY, rules=(Daily(),)),
    InstrumentUse(key=AFTER_INFUSION, rules=(AfterInfusion(),)),
    InstrumentUse(key=WEEKLY, rules=(Intake(days_before=7), Weekly(in_maintenance=True))),
)
"""Hours and days are choices of this project: relief is expected within hours and builds up."""


def use_as_dict(use: InstrumentUse) -> dict[str, Any]:
    """What the stored protocol holds of one use."""
    return {
        "key": use.key,
        "rules": [_rule_as_dict(rule) for rule in use.rules],
        "least_days_apart": use.least_days_apart,
    }


def _rule_as_dict(rule: AskRule) -> dict[str, Any]:
    values = {field.name: getattr(rule, field.name) for field in fields(rule)}
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}
    return {"when": _NAME_OF[type(rule)], **plain}


def read_use(stored: Mapping[str, Any]) -> InstrumentUse:
    """One use of a stored protocol, also of one from before there were rules."""
    if "rules" not in stored:
        return _read_without_rules(**stored)
    return InstrumentUse(
        key=stored["key"],
        rules=tuple(_read_rule(**rule) for rule in stored["rules"]),
        least_days_apart=stored.get("least_days_apart", 0),
    )


def _read_rule(*, when: str, **values: Any) -> AskRule:
    plain = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    kind: Any = RULE_NAMES[when]
    rule: AskRule = kind(**plain)
    return rule


def _read_without_rules(
    *,
    key: str,
    every_days: int | None = None,
    after_infusion_from_hours: int | None = None,
    after_infusion_to_hours: int | None = None,
) -> InstrumentUse:
    """Protocols of the first version asked for the project's own three, each in one way."""
    rules: tuple[AskRule, ...] = ()
    if key == DAILY:
        rules = (Daily(**_given(every_days=every_days)),)
    elif key == WEEKLY:
        rhythm = Weekly(**_given(every_days=every_days), in_maintenance=True)
        rules = (Intake(days_before=7), rhythm)
    elif key == AFTER_INFUSION:
        hours = {"opens_hours": after_infusion_from_hours, "late_hours": after_infusion_to_hours}
        rules = (AfterInfusion(**_given(**hours)),)
    return InstrumentUse(key=key, rules=rules)


def _given(**values: int | None) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
