"""What the charts of many courses say in words, from the same numbers."""

from __future__ import annotations

from tracker.charts.axes import MONTHS, number_words
from tracker.charts.cohort_series import (
    CohortSeries,
    Curve,
    ProcessSeries,
    SortedSeries,
    SurvivalSeries,
    TrajectorySeries,
)
from tracker.charts.series import Direction
from tracker.domain.percents import fraction_number


def cohort_sentence(series: CohortSeries) -> str:
    """The conclusion of a chart."""
    if isinstance(series, TrajectorySeries):
        return trajectory_sentence(series)
    if isinstance(series, SortedSeries):
        return sorted_sentence(series)
    if isinstance(series, SurvivalSeries):
        return survival_sentence(series)
    return process_sentence(series)


def _better(direction: Direction) -> str:
    return "Lower is better." if direction is Direction.LOWER_IS_BETTER else "Higher is better."


def trajectory_sentence(series: TrajectorySeries) -> str:
    if len(series.means) < 2:
        return f"{series.title}: too few scores after infusions to show a mean."
    first, last = series.means[0], series.means[-1]
    return (
        f"{series.title}: mean {number_words(first.mean)} at the start (n {first.n}), "
        f"{number_words(last.mean)} after infusion {last.infusion} (n {last.n}). "
        f"{_better(series.direction)}"
    )


def sorted_sentence(series: SortedSeries) -> str:
    counted = dict(series.counts)
    unjudged = counted.get("not judged", 0)
    more = f", {unjudged} could not be judged" if unjudged else ""
    return (
        f"{series.title}: of {series.total} courses {counted.get('better', 0)} improved, "
        f"{counted.get('same', 0)} had no clear change, {counted.get('worse', 0)} got worse{more}. "
        f"{_better(series.direction)}"
    )


def survival_sentence(series: SurvivalSeries) -> str:
    parts = "; ".join(_curve_words(curve, upwards=series.upwards) for curve in series.curves)
    return f"{series.title}. {series.axis}. {parts}."


def _curve_words(curve: Curve, *, upwards: bool) -> str:
    """The share at the end of the curve with its interval, and how many it still rests on."""
    kept = curve.steps[-1][1]
    share = fraction_number(1 - kept if upwards else kept)
    interval = ""
    if curve.low is not None and curve.high is not None:
        ends = (1 - curve.high, 1 - curve.low) if upwards else (curve.low, curve.high)
        low, high = (fraction_number(each) for each in ends)
        interval = f" (95 % interval {low} to {high} %)"
    return (
        f"{curve.label}: {share} %{interval} by day {curve.end_day:.0f}, with {curve.at_end} of "
        f"{curve.n} still at risk; boosters included: {curve.boosted} of {curve.n} had them"
    )


def process_sentence(series: ProcessSeries) -> str:
    first, last = series.months[0][0], series.months[-1][0]
    span = f"{MONTHS[first.month - 1]} {first.year} to {MONTHS[last.month - 1]} {last.year}"
    if series.low is None or series.high is None:
        return (
            f"{series.title}, {span}: {len(series.months)} months, median "
            f"{number_words(series.centre)}. Too few points for limits."
        )
    low, high = series.low, series.high
    outside = sum(not low <= mean <= high for _, _, mean in series.months)
    return (
        f"{series.title}, {span}: mean {number_words(series.centre)}, limits "
        f"{number_words(low)} to {number_words(high)}; {outside} of "
        f"{len(series.months)} months outside."
    )
