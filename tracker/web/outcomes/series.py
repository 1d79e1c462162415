"""The charts' values from a report of many courses."""

from __future__ import annotations

from tracker.charts.cohort_series import (
    MOST_DOTS,
    MOST_LINES,
    CohortSeries,
    Curve,
    MeanPoint,
    ProcessSeries,
    SortedSeries,
    SurvivalSeries,
    TrajectorySeries,
    every_so_often,
)
from tracker.charts.series import Direction
from tracker.domain import instruments
from tracker.domain.cohort.courses import CohortCourse
from tracker.domain.cohort.judging import Verdict
from tracker.domain.cohort.published import published_for
from tracker.domain.cohort.report import CohortReport, Timed, TimedGroup
from tracker.domain.cohort.statistics import middle
from tracker.domain.progress import Basis
from tracker.web.outcomes.forms import GROUP_WORDS

_SIDES = {
    Verdict.MUCH_BETTER: "better",
    Verdict.BETTER: "better",
    Verdict.SAME: "same",
    Verdict.WORSE: "worse",
    Verdict.MUCH_WORSE: "worse",
}


def all_series(report: CohortReport) -> dict[str, CohortSeries]:
    """Every chart that there are enough courses for, by its name."""
    found = {
        "trajectories": trajectories(report),
        "changes": sorted_changes(report),
        "response": _survival(report.to_response, "Days to response", "with response", up=True),
        "kept": _survival(report.to_loss, "Response kept after the course", "still in response"),
        "months": _process(report),
    }
    return {name: series for name, series in found.items() if series is not None}


def _direction(report: CohortReport) -> Direction:
    lower = report.measured.scale.direction is instruments.Direction.LOWER_IS_BETTER
    return Direction.LOWER_IS_BETTER if lower else Direction.HIGHER_IS_BETTER


def trajectories(report: CohortReport) -> TrajectorySeries | None:
    """Scores by infusion with their means; None where too few have a baseline."""
    scale = report.measured.scale
    known = [course for course in report.courses if course.baseline is not None]
    if len(known) < report.smallest:
        return None
    columns: dict[int, list[float]] = {}
    lines = [_line(course) for course in known]
    for line in lines:
        for infusion, value in line:
            columns.setdefault(infusion, []).append(value)
    enough = {key: each for key, each in sorted(columns.items()) if len(each) >= report.smallest}
    drawn = [tuple(point for point in line if point[0] in enough) for line in lines]
    return TrajectorySeries(
        title=f"{scale.label}, each course and the mean",
        minimum=scale.minimum,
        maximum=scale.maximum,
        direction=_direction(report),
        lines=every_so_often(sorted(drawn), MOST_LINES),
        total=len(known),
        means=tuple(_mean(infusion, values) for infusion, values in enough.items()),
    )


def _line(course: CohortCourse) -> tuple[tuple[int, float], ...]:
    assert course.baseline is not None
    return ((0, course.baseline), *sorted(course.last_by_infusion.items()))


def _mean(infusion: int, values: list[float]) -> MeanPoint:
    found = middle(values)
    assert found is not None
    interval = found.mean_interval
    return MeanPoint(
        infusion=infusion,
        n=found.n,
        mean=round(found.mean, 2),
        low=round(interval.low, 2) if interval else None,
        high=round(interval.high, 2) if interval else None,
    )


def sorted_changes(report: CohortReport) -> SortedSeries | None:
    """Change of each course, the best first; None where too few have both scores."""
    measured = report.measured
    direction = _direction(report)
    found = [
        (end - course.baseline, _SIDES.get(measured.verdict(course, end), "not judged"))
        for course in report.courses
        if course.baseline is not None and (end := course.end_score) is not None
    ]
    if len(found) < report.smallest:
        return None
    found.sort(reverse=direction is Direction.HIGHER_IS_BETTER)
    sides = [side for _, side in found]
    shown = every_so_often(found, MOST_DOTS)
    extent = measured.scale.maximum - measured.scale.minimum
    furthest = max(abs(change) for change, _ in found)
    return SortedSeries(
        title=f"Change in {measured.scale.label}, each course in order",
        direction=direction,
        reach=min(float(extent), max(10.0, -(-furthest // 10) * 10)),
        changes=tuple(change for change, _ in shown),
        sides=tuple(side for _, side in shown),
        counts=tuple(
            (side, sides.count(side))
            for side in ("better", "same", "worse", "not judged")
            if side != "not judged" or side in sides
        ),
        total=len(found),
        band=_band(report),
        references=tuple(
            (f"{each.study}, n {each.n}, {each.kind}: mean {change:g}", change)
            for each in published_for(measured.instrument.key)
            if (change := each.change_on(measured.instrument.key)) is not None
            and abs(change) < extent
        ),
    )


def _band(report: CohortReport) -> float | None:
    """The published reliable change in points, where the scale has one."""
    rules = report.measured.rules_of(report.courses[0])
    return float(rules.large) if rules.basis is Basis.POINTS and rules.large else None


def _survival(
    timed: Timed | None, title: str, what: str, *, up: bool = False
) -> SurvivalSeries | None:
    if timed is None:
        return None
    return SurvivalSeries(
        title=title,
        axis=f"% {what}",
        last_day=timed.last_day,
        upwards=up,
        curves=tuple(_curve(group) for group in timed.groups),
    )


def _curve(group: TimedGroup) -> Curve:
    curve = group.curve
    *_, (_, _, low, high) = curve.steps
    return Curve(
        label=GROUP_WORDS.get(group.name, group.name),
        steps=tuple((day, kept) for day, kept, _, _ in curve.steps),
        at_risk=curve.at_risk,
        end_day=curve.end_day,
        at_end=curve.at_end,
        n=curve.n,
        boosted=group.boosted,
        low=low,
        high=high,
    )


def _process(report: CohortReport) -> ProcessSeries | None:
    found = report.months
    if found is None or len(found.months) < 2:
        return None
    return ProcessSeries(
        title=f"Mean change in {report.measured.scale.label} by month of infusion 1",
        direction=_direction(report),
        months=tuple((month.first_on, month.n, round(month.mean, 2)) for month in found.months),
        centre=found.centre,
        low=found.low,
        high=found.high,
    )
