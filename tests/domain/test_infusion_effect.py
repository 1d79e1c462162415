"""What an infusion did to the daily rating, and how many days that lasted."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.make.course_record import FIRST_ON, local
from tracker.domain.progress import InfusionEffect, Lasting, Point, StartedAt, infusion_effects

STARTED_AT = local(FIRST_ON).astimezone(UTC)


def started(number: int, days: float = 0) -> StartedAt:
    return StartedAt(
        label=f"Infusion {number}",
        number=number,
        is_booster=False,
        started_at=STARTED_AT + timedelta(days=days),
    )


def at(days: float, value: int | None) -> Point:
    return Point(
        occurred_at=STARTED_AT + timedelta(days=days),
        value=None if value is None else Decimal(value),
    )


def effect(*daily: Point, next_in: float | None = None) -> InfusionEffect:
    infusions = [started(1)] + ([started(2, next_in)] if next_in else [])
    return infusion_effects(infusions, daily)[0]


def test_from_the_last_rating_before_to_the_one_about_a_day_after() -> None:
    found = effect(at(-1.6, 40), at(-0.6, 30), at(0.4, 5), at(0.9, 18), at(1.4, 22))
    assert (found.before, found.next_day, found.change) == (at(-0.6, 30), at(0.9, 18), Decimal(-12))


def test_the_day_it_is_back_at_its_level_before() -> None:
    found = effect(at(-1, 30), at(1, 18), at(2, 20), at(3, 29), at(4, 30), at(5, 10))
    assert (found.lasting, found.better_days, found.back_days) == (Lasting.BACK, 3, 4)
    assert found.lasting_words == "Back on day 4"


def test_days_without_a_rating_leave_the_day_open() -> None:
    found = effect(at(-1, 30), at(1, 18), at(2, 20), at(6, 31))
    assert found.lasting_words == "Back between day 2 and day 6"


def test_the_next_infusion_ends_what_can_be_told() -> None:
    found = effect(at(-1, 30), at(1, 18), at(3, 20), at(5, 40), next_in=4)
    assert found.lasting is Lasting.NOT_BACK
    assert found.lasting_words == "Still lower on day 3, the last one rated"


def test_without_an_infusion_there_is_no_effect() -> None:
    assert infusion_effects([], [at(-1, 30)]) == ()


def test_not_enough_ratings_are_said_as_such() -> None:
    for ratings in (
        [],
        [at(1, 18)],
        [at(-1, 30)],
        [at(-1, 30), at(1, None)],
        [at(-5, 30), at(1, 9)],
    ):
        found = effect(*ratings)
        assert (found.change, found.lasting_words) == (None, "Not enough ratings")
    only = effect(at(-1, 30), at(1, 18))
    assert (only.change, only.lasting_words) == (Decimal(-12), "Not enough ratings")


def test_a_higher_rating_the_day_after_is_shown_as_it_is() -> None:
    found = effect(at(-1, 20), at(1, 26), at(2, 10))
    assert (found.change, found.lasting) == (Decimal(6), Lasting.NO_GAIN)


def test_the_hours_after_are_compared_on_the_same_four_questions() -> None:
    (found,) = infusion_effects(
        [started(1)], [at(-1, 30)], daily_four=[at(-1, 24)], hours_after=[at(0.2, 10), at(0.4, 12)]
    )
    assert (found.hours_after, found.hours_change) == (at(0.2, 10), Decimal(-14))


ratings = st.lists(
    st.builds(at, st.floats(-4, 12), st.none() | st.integers(0, 50)), max_size=14, unique=True
)


@given(ratings, st.randoms(use_true_random=False))
def test_order_changes_nothing_and_nothing_is_claimed_without_ratings(
    daily: list[Point], random: object
) -> None:
    shuffled = list(daily)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    infusions = [started(2, 4), started(1)]
    found = infusion_effects(infusions, daily)
    assert found == infusion_effects(infusions, shuffled)
    for each in found:
        assert (each.change is None) == (each.before is None or each.next_day is None)
        if each.lasting is Lasting.BACK:
            assert each.change is not None
            assert each.change < 0
            assert (each.better_days or 0) <= (each.back_days or 0)
