"""True time, whole ranges, ticks and labels that keep apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.samples import instants
from tracker.charts.axes import Span, date_ticks, spread, time_span, value_ticks


@given(times=st.lists(instants, min_size=1, max_size=20))
def test_every_instant_lies_inside_when_the_axis_is_made(times: list[datetime]) -> None:
    span = time_span(times, start=10, end=400)
    assert span is not None
    assert all(10 < span.place(time) < 400 for time in times)


def test_axis_is_none_when_nothing_has_a_time() -> None:
    assert time_span([], start=0, end=1) is None


@given(times=st.lists(instants, min_size=1, max_size=5), most=st.integers(3, 9))
def test_ticks_stay_few_and_inside_when_spans_are_long(times: list[datetime], most: int) -> None:
    span = time_span(times, start=0, end=300)
    assert span is not None
    ticks = date_ticks(span, times[0].date(), "Europe/Berlin", most=most)
    assert 1 <= len(ticks) <= most + 1
    assert all(0 <= tick.place <= 300 for tick in ticks)
    assert ticks[0].label[-4:].isdigit()


def test_ticks_stand_on_local_midnight_when_the_clock_changes() -> None:
    first = datetime(2026, 10, 19, 12, tzinfo=UTC)
    span = time_span([first, first + timedelta(days=28)], start=0, end=280)
    assert span is not None
    ticks = date_ticks(span, date(2026, 10, 26), "America/New_York", most=8)
    places = {tick.label.removesuffix(" 2026"): tick.place for tick in ticks}
    with_the_hour_that_came_back = places["2 Nov"] - places["26 Oct"]
    hour = (span.end - span.start) / (span.last - span.first) / 24
    assert with_the_hour_that_came_back == pytest.approx(
        places["9 Nov"] - places["2 Nov"] + hour, abs=0.03
    )


@pytest.mark.parametrize(
    ("maximum", "labels"),
    [
        (80, ["0", "20", "40", "60", "80"]),
        (27, ["0", "9", "18", "27"]),
        (21, ["0", "7", "14", "21"]),
        (10, ["0", "2", "4", "6", "8", "10"]),
        (24, ["0", "6", "12", "18", "24"]),
    ],
)
def test_ticks_reach_both_ends_when_the_scale_is_known(maximum: int, labels: list[str]) -> None:
    span = Span(first=0, last=maximum, start=0, end=100)
    assert [tick.label for tick in value_ticks(span)] == labels


@given(
    things=st.lists(st.tuples(st.floats(0, 100), st.floats(1, 30)), max_size=8),
)
def test_labels_never_overlap_when_they_want_the_same_place(
    things: list[tuple[float, float]],
) -> None:
    places = [place for place, _ in things]
    heights = [height for _, height in things]
    moved = sorted(zip(spread(places, heights), heights, strict=True))
    for (low, below), (high, above) in zip(moved, moved[1:], strict=False):
        assert high - low >= (below + above) / 2 - 0.05
