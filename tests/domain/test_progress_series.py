"""Baseline, latest, runs of a series, medians and adherence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.progress import (
    Point,
    adherence,
    baseline,
    latest,
    segments,
    seven_day_median,
)

STARTED = datetime(2026, 11, 23, 15, tzinfo=UTC)


def at(days: float, value: int | None) -> Point:
    return Point(
        occurred_at=STARTED + timedelta(days=days),
        value=None if value is None else Decimal(value),
    )


def test_baseline_is_the_last_valid_score_before_infusion_1() -> None:
    points = [at(-10, 60), at(-2, 58), at(-1, None), at(0, 40), at(3, 30)]
    assert baseline(points, STARTED) == at(-2, 58)


def test_baseline_is_missing_when_the_only_score_is_too_old_or_too_late() -> None:
    assert baseline([at(-14.01, 58), at(0, 40)], STARTED) is None
    assert baseline([at(-14, 58)], STARTED) == at(-14, 58)
    assert baseline([at(-20, 58)], STARTED, within_days=30) == at(-20, 58)


def test_baseline_may_still_move_when_infusion_1_has_not_started() -> None:
    assert baseline([at(-30, 58), at(-20, 55), at(-19, None)], None) == at(-20, 55)
    assert latest([at(-30, 58)], None) is None


def test_latest_is_the_last_valid_score_since_infusion_1() -> None:
    points = [at(-1, 58), at(2, 44), at(7, 41), at(9, None)]
    assert latest(points, STARTED) == at(7, 41)
    assert latest(points[:1], STARTED) is None


any_point = st.builds(at, st.integers(-20, 20), st.none() | st.integers(0, 80))


@given(st.lists(any_point), st.lists(st.builds(at, st.integers(0, 90), st.integers(0, 80))))
def test_baseline_never_changes_when_later_scores_are_added(
    points: list[Point], later: list[Point]
) -> None:
    assert baseline(points + later, STARTED) == baseline(points, STARTED)


@given(st.lists(any_point), st.randoms())
def test_baseline_latest_and_runs_do_not_depend_on_order(
    points: list[Point], random: object
) -> None:
    distinct = list({point.occurred_at: point for point in points}.values())
    shuffled = list(distinct)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert baseline(shuffled, STARTED) == baseline(distinct, STARTED)
    assert latest(shuffled, STARTED) == latest(distinct, STARTED)
    assert segments(shuffled) == segments(distinct)


def test_baseline_is_the_same_when_two_scores_share_an_instant() -> None:
    pair = [at(-1, 50), at(-1, 52)]
    assert baseline(pair, STARTED) == baseline(pair[::-1], STARTED) == at(-1, 52)


def test_series_is_split_when_more_than_14_days_lie_between() -> None:
    points = [at(0, 50), at(14, 48), at(28.01, 40), at(35, None), at(36, 39)]
    assert [[p.value for p in run] for run in segments(points)] == [[50, 48], [40, 39]]
    assert segments([at(0, None)]) == ()


@given(st.lists(any_point))
def test_runs_hold_every_valid_point_once(points: list[Point]) -> None:
    drawn = [point for run in segments(points, max_gap_days=3) for point in run]
    valid = [point for point in points if point.value is not None]
    assert sorted(map(repr, drawn)) == sorted(map(repr, valid))


SUNDAY = date(2026, 11, 29)


def days(*values: int | None) -> dict[date, Decimal | None]:
    return {
        SUNDAY - timedelta(days=back): None if value is None else Decimal(value)
        for back, value in enumerate(values)
    }


def test_median_is_of_the_days_that_were_rated() -> None:
    found = seven_day_median(days(2, None, 9, 4, 5, None, None, 10), SUNDAY)
    assert (found.value, found.answered, found.of) == (Decimal("4.5"), 4, 7)
    assert found.words == "4.5 (4 of 7 days rated)"


def test_median_is_missing_when_fewer_than_three_days_were_rated() -> None:
    found = seven_day_median(days(2, 3, None), SUNDAY)
    assert (found.value, found.answered) == (None, 2)
    assert found.words == "Not enough data (2 of 7 days rated)"


def test_adherence_counts_gaps_inside_the_window() -> None:
    given_on = [date(2026, 11, day) for day in (2, 6, 12, 9, 18)]
    found = adherence(
        given_on=given_on,
        infusions_planned=6,
        min_gap_days=3,
        max_gap_days=5,
        therapy_held=3,
        therapy_due=4,
        check_ins_answered=20,
        check_ins_due=25,
    )
    assert (found.infusions_given, found.gaps_inside, found.gaps) == (5, 3, 4)
    assert found.sentences == (
        "Infusions given: 5 of 6.",
        "Gaps between infusions inside the window: 3 of 4.",
        "Therapy sessions held: 3 of 4.",
        "Check-ins answered: 20 of 25.",
    )


def test_adherence_says_that_nothing_was_due_when_nothing_was() -> None:
    found = adherence(
        given_on=[],
        infusions_planned=6,
        min_gap_days=3,
        max_gap_days=5,
        therapy_held=0,
        therapy_due=0,
        check_ins_answered=0,
        check_ins_due=0,
    )
    assert found.sentences[1:] == (
        "Gaps between infusions inside the window: none due yet.",
        "Therapy sessions held: none due yet.",
        "Check-ins answered: none due yet.",
    )


def test_adherence_is_refused_when_more_took_place_than_was_due() -> None:
    with pytest.raises(ValueError, match="more cannot have taken place"):
        adherence(
            given_on=[],
            infusions_planned=6,
            min_gap_days=3,
            max_gap_days=5,
            therapy_held=2,
            therapy_due=1,
            check_ins_answered=0,
            check_ins_due=0,
        )
