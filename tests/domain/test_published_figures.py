"""What published studies printed, computed again from their own figures."""

from __future__ import annotations

import re
from decimal import Decimal
from statistics import fmean, stdev

import pytest

from tracker.domain import instruments
from tracker.domain.cohort.published import PUBLISHED_RESULTS, PublishedResult
from tracker.domain.cohort.statistics import middle, share
from tracker.domain.progress import ChangeMark, mark, percent_gone, published_rules
from tracker.domain.protocol import ChangeRules


def spread(count: int, mean: float, sd: float) -> list[float]:
    """As many values with exactly this mean and standard deviation."""
    raw = [float(place) for place in range(count)]
    return [mean + sd * (value - fmean(raw)) / stdev(raw) for value in raw]


def row_of(study: str) -> PublishedResult:
    """The row of the clinic's page."""
    (found,) = (each for each in PUBLISHED_RESULTS if each.study.startswith(study))
    return found


def numbers_in(words: str) -> list[float]:
    return [float(each) for each in re.findall(r"\d+(?:\.\d+)?", words)]


@pytest.mark.parametrize(
    ("count", "of", "percent"),
    [
        (10, 15, 66.7),  # Feder 2021, ketamine
        (3, 15, 20.0),  # Feder 2021, midazolam
        (12, 15, 80.0),  # Albott 2018, PTSD remission
        (14, 15, 93.3),  # Albott 2018, MDD response
        (288, 537, 53.6),  # McInnes 2022, response
        (155, 537, 28.9),  # McInnes 2022, remission
        (7, 20, 35.0),  # the veterans' evaluation, response
        (9, 20, 45.0),  # and 5 points or more
    ],
)
def test_the_shares_are_those_that_were_printed(count: int, of: int, percent: float) -> None:
    found = share(count, of).percent
    assert found is not None
    assert round(found, 1) == percent


def test_feder_2021_the_row_has_the_difference_that_its_d_rests_on() -> None:
    """11.88 of a standard error of 3.96 is three of them; and the shares are those of 15."""
    row = row_of("Feder et al. 2021")
    difference, error = numbers_in(row.result.partition("CAPS-5 ")[2])[0], 3.96
    assert f"SE {error}" in row.result
    assert difference / error == pytest.approx(3.00, abs=0.005)
    (one,) = re.findall(r"in (\d+) of (\d+) against (\d+) of (\d+)", row.result)
    among, treated, others, control = map(int, one)
    assert share(among, treated).percent == pytest.approx(66.7, abs=0.05)
    assert share(others, control).percent == pytest.approx(20)
    assert numbers_in(row.n) == [treated + control, treated, control]


def test_abdallah_2022_the_groups_of_the_row_add_up() -> None:
    whole, *groups = numbers_in(row_of("Abdallah").n)
    assert whole == sum(groups) == 158


def test_albott_2018_the_interval_gives_the_spread_of_the_change() -> None:
    """The change is printed as 33.3: the middle of its interval is 33.25."""
    row = row_of("Albott")
    low, high = numbers_in(row.result.partition("(")[2])[:2]
    assert row.mean_change is not None
    assert (low + high) / 2 == pytest.approx(-row.mean_change, abs=0.051)
    found = middle(spread(15, (low + high) / 2, 18.51))
    assert found is not None
    assert found.mean_interval is not None
    assert (round(found.mean_interval.low, 1), round(found.mean_interval.high, 1)) == (low, high)


def test_the_veteran_cohort_of_2025_the_change_of_the_row_has_its_interval() -> None:
    row = row_of("Veteran")
    assert row.mean_change == pytest.approx(12.5 - 17.0)
    found = middle(spread(20, row.mean_change, 4.66))
    assert found is not None
    assert found.mean_interval is not None
    interval = (round(found.mean_interval.low, 2), round(found.mean_interval.high, 2))
    assert interval == (-6.68, -2.32)
    assert "6.68 to 2.32" in row.result


def test_mcinnes_2022_the_row_has_the_shares_of_its_number() -> None:
    row = row_of("McInnes")
    for count, printed in ((288, "53.6 %"), (155, "28.9 %")):
        percent = share(count, int(row.n)).percent
        assert percent is not None
        assert f"{percent:.1f} %" == printed
        assert printed in row.result


def test_ross_2019_the_change_is_the_difference_of_the_two_means_and_said_to_be() -> None:
    row = row_of("Ross")
    start, end, change = numbers_in(row.result.partition("PCL-5 from ")[2])[:3]
    assert row.mean_change == pytest.approx(end - start)
    assert row.mean_change == -change
    assert "is their difference" in row.result


def test_ross_2019_the_means_are_a_reliable_change_but_no_response() -> None:
    pcl_5 = instruments.get("pcl-5").scale("pcl_5_total")
    start, end = Decimal("56.2"), Decimal("31.3")
    rules = published_rules(ChangeRules())["pcl-5"]
    assert mark(pcl_5, start, end, rules) is ChangeMark.RELIABLY_IMPROVED
    percent = percent_gone(pcl_5, start, end)
    assert percent is not None
    assert round(percent, 1) == Decimal("44.3")
