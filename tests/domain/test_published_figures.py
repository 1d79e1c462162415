"""What published studies printed, computed again from their own figures."""

from __future__ import annotations

from decimal import Decimal
from statistics import fmean, stdev

import pytest

from tracker.domain import instruments
from tracker.domain.cohort.statistics import middle, share
from tracker.domain.progress import ChangeMark, mark, percent_gone, published_rules
from tracker.domain.protocol import ChangeRules


def spread(count: int, mean: float, sd: float) -> list[float]:
    """As many values with exactly this mean and standard deviation."""
    raw = [float(place) for place in range(count)]
    return [mean + sd * (value - fmean(raw)) / stdev(raw) for value in raw]


@pytest.mark.parametrize(
    ("count", "of", "percent"),
    [
        (10, 15, 66.7),  # Feder 2021, ketamine
        (3, 15, 20.0),  # Feder 2021, midazolam
        (12, 15, 80.0),  # Albott 2018, PTSD remission
        (14, 15, 93.3),  # Albott 2018, MDD response
        (288, 537, 53.6),  # McInnes 2022, response
        (155, 537, 28.9),  # McInnes 2022, remission
        (54 + 53 + 51, 158, 100.0),  # Abdallah 2022, the three arms
    ],
)
def test_the_shares_are_those_that_were_printed(count: int, of: int, percent: float) -> None:
    assert round(100 * count / of, 1) == percent
    assert share(count, of).count == count


def test_albott_2018_the_interval_gives_the_spread_of_the_change() -> None:
    found = middle(spread(15, 33.25, 18.51))
    assert found is not None
    assert found.mean_interval is not None
    assert (round(found.mean_interval.low, 1), round(found.mean_interval.high, 1)) == (23.0, 43.5)
    assert round(33.25 / 18.51, 2) == 1.80  # d of the change; 2.17 was printed


def test_the_veteran_cohort_of_2025_each_d_by_its_denominator() -> None:
    found = middle(spread(20, 12.5 - 17.0, 4.66))
    assert found is not None
    assert found.mean_interval is not None
    assert (round(found.mean_interval.low, 2), round(found.mean_interval.high, 2)) == (-6.68, -2.32)
    pooled = ((5.76**2 + 6.99**2) / 2) ** 0.5
    by_denominator = [round(4.5 / sd, 2) for sd in (4.66, 5.76, pooled)]
    assert by_denominator == [0.97, 0.78, 0.70]


def test_ross_2019_the_means_are_a_reliable_change_but_no_response() -> None:
    pcl_5 = instruments.get("pcl-5").scale("pcl_5_total")
    start, end = Decimal("56.2"), Decimal("31.3")
    rules = published_rules(ChangeRules())["pcl-5"]
    assert mark(pcl_5, start, end, rules) is ChangeMark.RELIABLY_IMPROVED
    percent = percent_gone(pcl_5, start, end)
    assert percent is not None
    assert round(percent, 1) == Decimal("44.3")
