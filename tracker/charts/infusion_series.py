"""What the charts of a course's infusions are drawn from: effects, and the plan beside the given.

Words in a row are finished by `tracker.charts.infusion_words`, which the table uses as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from tracker.charts.series import InfusionMark
from tracker.domain.course_change import SAME_FOUR, course_effects
from tracker.domain.course_progress import CourseProgress, daily_scales
from tracker.domain.progress import InfusionEffect, Lasting, Point
from tracker.domain.progress.plan_given import GapSide, Outcome, PlanRow

MOST_ROWS = 24
"""More rows would be a picture that no screen holds: older boosters are left out then, and never
an infusion of the planned course."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectRow:
    """One infusion: ratings where lower is better, None where none was given.

    ``four_before`` and ``hours_after`` are on the same four questions. ``better_days`` is the last
    day known to be lower than before, ``back_days`` the first day known not to be.
    """

    label: str
    on: date
    before: float | None = None
    next_day: float | None = None
    four_before: float | None = None
    hours_after: float | None = None
    lasting: Lasting = Lasting.NOT_ENOUGH
    better_days: int | None = None
    back_days: int | None = None
    is_booster: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectsSeries:
    """Every infusion, the first one on top; ``maximum`` is of the daily rating, ``four_maximum``
    of the four questions that are asked again hours after.
    """

    title: str
    maximum: float
    four_maximum: float
    rows: tuple[EffectRow, ...] = ()
    hidden: tuple[EffectRow, ...] = ()
    cut: int = 0
    """Before which of the rows the hidden ones, which are not drawn, have their place."""

    @property
    def every(self) -> tuple[EffectRow, ...]:
        return (*self.rows[: self.cut], *self.hidden, *self.rows[self.cut :])


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanLine:
    """One number of the course: the day that was agreed first, and the day that counts now."""

    label: str
    mark: InfusionMark | None
    """How the day that counts is marked; None where there is none."""
    first_on: date
    on: date | None
    moves: int = 0
    missed_on: tuple[date, ...] = ()
    cancelled_on: tuple[date, ...] = ()
    gap_days: int | None = None
    gap_side: GapSide = GapSide.INSIDE
    is_booster: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSeries:
    """The plan of a course beside what was given, a line a number."""

    title: str
    min_gap_days: int
    max_gap_days: int
    lines: tuple[PlanLine, ...] = ()
    today: date | None = None
    hidden: tuple[PlanLine, ...] = ()
    cut: int = 0
    """Before which of the lines the hidden ones, which are not drawn, have their place."""

    @property
    def every(self) -> tuple[PlanLine, ...]:
        return (*self.lines[: self.cut], *self.hidden, *self.lines[self.cut :])


def effects_series(
    progress: CourseProgress, effects: Sequence[InfusionEffect] | None = None
) -> EffectsSeries:
    """What each infusion did to the daily rating; worked out here unless it is at hand."""
    if effects is None:
        effects = course_effects(progress)
    scales = daily_scales()
    rows, hidden, cut = _drawn([_effect_row(each, progress) for each in effects])
    return EffectsSeries(
        title="Daily rating around each infusion",
        maximum=float(sum(scale.maximum for scale in scales)),
        four_maximum=float(sum(scale.maximum for scale in scales if scale.id in SAME_FOUR)),
        rows=rows,
        hidden=hidden,
        cut=cut,
    )


def plan_series(progress: CourseProgress) -> PlanSeries:
    """The days that were agreed and the days that came of it."""
    record = progress.record
    lines, hidden, cut = _drawn([_plan_line(row) for row in progress.plan_rows])
    return PlanSeries(
        title="Planned and given",
        min_gap_days=record.min_gap_days,
        max_gap_days=record.max_gap_days,
        lines=lines,
        today=progress.today if record.is_open else None,
        hidden=hidden,
        cut=cut,
    )


Row = TypeVar("Row", EffectRow, PlanLine)


def _drawn(rows: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[Row, ...], int]:
    """What is drawn, the older boosters for which there is no room, and where those would stand."""
    boosters = [place for place, row in enumerate(rows) if row.is_booster]
    room = max(0, MOST_ROWS - len(rows) + len(boosters))
    out = boosters[: max(0, len(boosters) - room)]
    shown = [place for place in range(len(rows)) if place not in out]
    cut = sum(place < out[0] for place in shown) if out else 0
    return tuple(rows[place] for place in shown), tuple(rows[place] for place in out), cut


def _effect_row(effect: InfusionEffect, progress: CourseProgress) -> EffectRow:
    infusion = effect.infusion
    return EffectRow(
        label=_label(infusion.number, infusion.is_booster),
        on=progress.on(infusion.started_at),
        before=_value(effect.before),
        next_day=_value(effect.next_day),
        four_before=_value(effect.same_before),
        hours_after=_value(effect.hours_after),
        lasting=effect.lasting,
        better_days=effect.better_days,
        back_days=effect.back_days,
        is_booster=infusion.is_booster,
    )


def _value(point: Point | None) -> float | None:
    return None if point is None or point.value is None else float(point.value)


def _label(number: int, is_booster: bool) -> str:
    return f"Booster {number}" if is_booster else f"Infusion {number}"


_MARKS = {
    Outcome.GIVEN: InfusionMark.GIVEN,
    Outcome.PARTIAL: InfusionMark.PARTIAL,
    Outcome.PLANNED: InfusionMark.PLANNED,
    Outcome.NO_DATE: None,
}


def _plan_line(row: PlanRow) -> PlanLine:
    return PlanLine(
        label=_label(row.number, row.is_booster),
        mark=_MARKS[row.outcome],
        first_on=row.first_on,
        on=row.on,
        moves=row.moves,
        missed_on=row.missed_on,
        cancelled_on=row.cancelled_on,
        gap_days=row.gap_days,
        gap_side=row.gap_side,
        is_booster=row.is_booster,
    )
