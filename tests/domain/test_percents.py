"""A percentage as it is written: half up, and never on the other side of what it is judged by."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.percents import fraction_number, percent_number, share_number

EDGES = (Decimal(30), Decimal(50))


@pytest.mark.parametrize(
    ("exact", "written"),
    [
        ("0", "0"),
        ("0.02", "0.1"),
        ("0.4", "0.4"),
        ("0.5", "1"),
        ("29.4", "29"),
        ("29.5", "29.5"),
        ("29.99", "29.9"),
        ("30", "30"),
        ("30.5", "31"),
        ("49.49", "49"),
        ("49.6", "49.6"),
        ("49.97", "49.9"),
        ("50", "50"),
        ("50.4", "50"),
        ("66.666", "67"),
        ("99.5", "99.5"),
        ("99.99", "99.9"),
        ("100", "100"),
        ("-49.6", "49.6"),
        ("-62.5", "63"),
    ],
)
def test_it_is_rounded_half_up_but_not_across_an_edge(exact: str, written: str) -> None:
    assert percent_number(Decimal(exact), EDGES) == written


def test_without_an_edge_it_is_rounded_half_up() -> None:
    assert percent_number(Decimal("49.5")) == "50"
    assert percent_number(Decimal("49.6")) == "50"


@given(
    st.decimals(min_value=-400, max_value=100, places=4),
    st.lists(st.integers(min_value=1, max_value=99), max_size=3),
)
def test_what_is_written_is_near_and_on_the_side_of_what_is(
    exact: Decimal, edges: list[int]
) -> None:
    shown = Decimal(percent_number(exact, [Decimal(edge) for edge in edges]))
    size = abs(exact)
    assert abs(shown - size) <= Decimal("0.5")
    for edge in (*edges, 100):
        assert (shown >= edge) is (size >= edge)
    assert bool(shown) is bool(size)


def test_a_share_is_written_by_the_same_rule() -> None:
    assert share_number(1, 8) == "13"
    assert share_number(1, 300) == "0.3"
    assert share_number(299, 300) == "99.7"
    assert share_number(5, 5) == "100"
    assert fraction_number(0.9999999999) == "100"
    assert fraction_number(0.125) == "13"
