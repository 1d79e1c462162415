"""Intervals and curves: by hand, against papers, and against a second, plain implementation."""

from __future__ import annotations

import math
import subprocess
import sys
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.cohort.statistics import Times, log_rank, middle, share, survival

# Remission in weeks under 6-mercaptopurine and under placebo (Freireich et al. 1963).
DRUG = Times(
    days=(6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35),
    is_event=tuple(map(bool, (1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0))),
)
PLACEBO = Times(
    days=(1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23),
    is_event=(True,) * 21,
)

times = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40).map(
    lambda rows: Times(
        days=tuple(float(day) for day, _ in rows), is_event=tuple(event for _, event in rows)
    )
)


def wilson(count: int, of: int, z: float = 1.959963984540054) -> tuple[float, float]:
    p, n = count / of, of
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return centre - reach, centre + reach


def kaplan_meier(data: Times) -> list[tuple[float, float]]:
    kept, steps = 1.0, []
    rows = list(zip(data.days, data.is_event, strict=True))
    for day in sorted({day for day, event in rows if event}):
        at_risk = sum(each >= day for each in data.days)
        kept *= 1 - sum(event for each, event in rows if each == day) / at_risk
        steps.append((day, kept))
    return steps


def plain_log_rank(one: Times, other: Times) -> float:
    observed = expected = variance = 0.0
    both = [(day, event, 0) for day, event in zip(one.days, one.is_event, strict=True)]
    both += [(day, event, 1) for day, event in zip(other.days, other.is_event, strict=True)]
    for day in sorted({day for day, event, _ in both if event}):
        at_risk = [sum(each >= day and g == group for each, _, g in both) for group in (0, 1)]
        n = sum(at_risk)
        d = sum(event and each == day for each, event, _ in both)
        observed += sum(event and each == day and g == 0 for each, event, g in both)
        expected += d * at_risk[0] / n
        if n > 1:
            variance += d * at_risk[0] * at_risk[1] * (n - d) / (n * n * (n - 1))
    return math.erfc(abs(observed - expected) / math.sqrt(2 * variance)) if variance else 1.0


@pytest.mark.parametrize(
    ("count", "of", "percent"),
    [
        (10, 15, 66.7),  # Feder et al. 2021, ketamine
        (3, 15, 20.0),  # and midazolam
        (12, 15, 80.0),  # Albott et al. 2018, remission of PTSD
        (14, 15, 93.3),  # and response of depression
        (288, 537, 53.6),  # McInnes et al. 2022, response
        (155, 537, 28.9),  # and remission
    ],
)
def test_published_shares_come_out_as_printed(count, of, percent):
    found = share(count, of)
    assert found.percent == pytest.approx(percent, abs=0.05)
    assert (found.interval.low, found.interval.high) == pytest.approx(wilson(count, of))


def test_an_interval_of_a_mean_is_that_of_a_published_cohort():
    """20 veterans: -4.5 (-6.68 to -2.32), from which the SD of change is 4.66."""
    raw = [float(number) for number in range(20)]
    centre, spread = fmean(raw), stdev(raw)
    values = [-4.5 + 4.66 * (each - centre) / spread for each in raw]
    found = middle(values)
    assert found.mean == pytest.approx(-4.5)
    assert found.mean_interval.low == pytest.approx(-6.68, abs=0.005)
    assert found.mean_interval.high == pytest.approx(-2.32, abs=0.005)


def test_an_interval_of_a_median_needs_six_numbers():
    assert middle([1.0, 2, 3, 4, 5]).median_interval is None
    found = middle([1.0, 2, 3, 4, 5, 6])
    assert (found.median, found.median_interval.low, found.median_interval.high) == (3.5, 1, 6)
    assert middle([7.0]).mean_interval is None
    assert middle([]) is None


@given(st.integers(0, 60), st.integers(1, 60))
def test_every_share_is_that_of_a_second_implementation(count, more):
    found = share(count, count + more)
    low, high = wilson(count, count + more)
    assert found.interval.low == pytest.approx(max(0, low), abs=1e-9)
    assert found.interval.high == pytest.approx(min(1, high), abs=1e-9)


def test_nobody_has_no_share_and_a_part_is_not_more_than_the_whole():
    assert share(0, 0).percent is None
    with pytest.raises(ValueError, match="whole"):
        share(3, 2)


def test_a_published_curve_comes_out_as_printed():
    found = survival(DRUG, look_at=(0, 10, 20, 30))
    kept = [round(kept, 3) for _, kept, _, _ in found.steps]
    assert kept == [1, 0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
    assert found.median == 23
    assert found.at_risk == ((0, 21), (10, 15), (20, 8), (30, 4))
    assert (found.n, found.events) == (21, 9)
    assert survival(PLACEBO).median == 8


def test_a_published_comparison_comes_out_as_printed():
    assert log_rank(DRUG, PLACEBO) == pytest.approx(plain_log_rank(DRUG, PLACEBO))
    assert log_rank(DRUG, PLACEBO) == pytest.approx(4.17e-5, rel=0.01)  # chi-square 16.79


@settings(deadline=None, max_examples=60)
@given(times)
def test_every_curve_is_that_of_a_second_implementation(data):
    steps = [(day, kept) for day, kept, _, _ in survival(data).steps if day or kept < 1]
    wanted = kaplan_meier(data)
    assert [day for day, _ in steps] == [day for day, _ in wanted]
    assert [kept for _, kept in steps] == pytest.approx([kept for _, kept in wanted])


@settings(deadline=None, max_examples=40)
@given(times, times)
def test_every_comparison_is_that_of_a_second_implementation(one, other):
    found = log_rank(one, other)
    if found is not None:
        assert found == pytest.approx(plain_log_rank(one, other), abs=1e-9)


def test_without_an_event_there_is_a_flat_curve_and_no_comparison():
    seen = Times(days=(3.0, 9.0), is_event=(False, False))
    found = survival(seen)
    assert (found.events, found.median, [kept for _, kept, _, _ in found.steps]) == (0, None, [1])
    assert log_rank(seen, seen) is None
    assert survival(Times(days=(), is_event=())) is None


def test_a_time_before_the_start_is_refused():
    with pytest.raises(ValueError, match="0 or more"):
        Times(days=(-1.0,), is_event=(True,))


def test_scipy_loads_at_the_first_computation_only():
    looks = "import sys, tracker.domain.cohort.statistics; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@settings(deadline=None, max_examples=60)
@given(times, st.integers(1, 8))
def test_a_curve_ends_where_too_few_are_at_risk(data, least):
    found = survival(data, look_at=range(0, 70, 7), least=least)
    if len(data.days) < least:
        assert found is None
        return
    assert found.at_end == sum(day >= found.end_day for day in data.days) >= least
    assert sum(day > found.end_day for day in data.days) < least
    assert all(n >= least for _, n in found.at_risk)
    whole = survival(data).steps
    assert found.steps == tuple(step for step in whole if step[0] <= found.end_day)
    assert found.median is None or found.median <= found.end_day


def test_the_last_share_of_a_published_curve_has_its_interval():
    found = survival(DRUG, least=5)
    assert (found.end_day, found.at_end) == (25, 5)
    day, kept, low, high = found.steps[-1]
    assert (day, round(kept, 3)) == (23, 0.448)
    assert low < kept < high
