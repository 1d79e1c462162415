"""When a response was first reached, since when it lasts, and at which infusion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tracker.domain.instruments import OutcomeKind, OutcomeRule, Scale, Standing
from tracker.domain.progress.change import percent_better
from tracker.domain.progress.outcomes import is_reached, percent_gone
from tracker.domain.progress.rules import ChangeRules
from tracker.domain.progress.series import Point, baseline

LEAST_SCORES_TO_LAST = 2
"""A response lasts once so many scores in a row, the latest among them, reach it (project
default, needs clinical review)."""


class Level(StrEnum):
    """How much of the baseline is gone at one score."""

    RESPONSE = "response"
    PARTIAL = "partial"
    NONE = "none"
    UNKNOWN = "unknown"
    """No baseline, or one so near to the best score that a percentage means nothing."""

    @property
    def words(self) -> str:
        return {
            Level.RESPONSE: "Response",
            Level.PARTIAL: "Partial response",
            Level.NONE: "No response",
            Level.UNKNOWN: "No percentage",
        }[self]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """When something was first seen. ``after_infusion`` counts the infusions started by then."""

    occurred_at: datetime
    after_infusion: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponseCourse:
    """The response over time. What was never reached is None.

    ``first`` is the first score that reached it. ``lasting_since`` begins the unbroken run of at
    least `LEAST_SCORES_TO_LAST` scores that the latest score ends. ``lost`` is the first score
    below it after the last time that it was reached.
    """

    level: Level = Level.UNKNOWN
    first: Moment | None = None
    lasting_since: Moment | None = None
    lost: Moment | None = None
    remissions: tuple[OutcomeRule, ...] = ()
    """Published remissions that the latest score fulfils and the baseline did not, each with the
    operator as its source has it."""


def response_level(
    scale: Scale, start: Decimal, value: Decimal, rules: ChangeRules, *, partial_percent: Decimal
) -> Level:
    """A published response of the definition counts with its own operator and floor; else the
    rules' percent does, "at or above". Partial: ``partial_percent`` or more (30 % as in Feder
    2021, on the CAPS-5).
    """
    published = _published_response(scale)
    percent = (
        percent_gone(scale, start, value)
        if published or scale.percent_floor is not None
        else percent_better(scale, start, value, rules)
    )
    if percent is None:
        return Level.UNKNOWN
    reached = (
        published.operator.holds(percent, published.value)
        if published
        else percent >= rules.response_percent
    )
    if reached:
        return Level.RESPONSE
    return Level.PARTIAL if percent >= partial_percent else Level.NONE


def response_course(
    scale: Scale,
    points: Iterable[Point],
    infusions_at: Sequence[datetime],
    rules: ChangeRules,
    *,
    within_days: int,
    partial_percent: Decimal,
) -> ResponseCourse:
    """Of one scale. ``infusions_at`` are the starts of all infusions in order of time."""
    found = list(points)
    started_at = infusions_at[0] if infusions_at else None
    start = baseline(found, started_at, within_days=within_days)
    scored = valid_since(found, started_at)
    if start is None or start.value is None or not scored:
        return ResponseCourse()
    levels = [
        response_level(scale, start.value, value, rules, partial_percent=partial_percent)
        for _, value in scored
    ]
    moments = [moment_of(point, infusions_at) for point, _ in scored]
    reached = [level is Level.RESPONSE for level in levels]
    return ResponseCourse(
        level=levels[-1],
        first=next((m for m, yes in zip(moments, reached, strict=True) if yes), None),
        lasting_since=_lasting(moments, reached),
        lost=_lost(moments, reached),
        remissions=new_remissions(scale, start.value, scored[-1][1]),
    )


def moment_of(point: Point, infusions_at: Sequence[datetime]) -> Moment:
    """A score with the number of infusions that had been started by then."""
    before = sum(started_at <= point.occurred_at for started_at in infusions_at)
    return Moment(occurred_at=point.occurred_at, after_infusion=before)


def valid_since(
    points: Iterable[Point], started_at: datetime | None
) -> list[tuple[Point, Decimal]]:
    """The scores since infusion 1 in order of time; of two at one moment both, the lower first."""
    if started_at is None:
        return []
    found = [
        (point, point.value)
        for point in points
        if point.value is not None and point.occurred_at >= started_at
    ]
    return sorted(found, key=lambda each: (each[0].occurred_at, each[1]))


def new_remissions(scale: Scale, start: Decimal, value: Decimal) -> tuple[OutcomeRule, ...]:
    """Published remissions reached now and not at the baseline, operators as published."""
    return tuple(
        rule
        for rule in scale.outcomes
        if rule.kind is OutcomeKind.SCORE
        and rule.status is Standing.PUBLISHED
        and is_reached(scale, rule, baseline=start, latest=value)
        and not rule.operator.holds(start, rule.value)
    )


def _published_response(scale: Scale) -> OutcomeRule | None:
    found = (
        rule
        for rule in scale.outcomes
        if rule.kind is OutcomeKind.PERCENT_BETTER and rule.status is Standing.PUBLISHED
    )
    return next(found, None)


def _lasting(moments: Sequence[Moment], reached: Sequence[bool]) -> Moment | None:
    run = 0
    for yes in reversed(reached):
        if not yes:
            break
        run += 1
    return moments[-run] if run >= LEAST_SCORES_TO_LAST else None


def _lost(moments: Sequence[Moment], reached: Sequence[bool]) -> Moment | None:
    if not any(reached) or reached[-1]:
        return None
    last = max(place for place, yes in enumerate(reached) if yes)
    return moments[last + 1]
