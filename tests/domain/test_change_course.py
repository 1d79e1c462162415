"""One scale over a course: baseline, response in time, worsening, and what order cannot change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.course_record import FIRST_ON, local
from tracker.domain import instruments
from tracker.domain.instruments import Scale
from tracker.domain.progress import (
    ChangeMark,
    Level,
    Point,
    ScaleChange,
    Side,
    Verdict,
    baseline,
    entered_too_late,
    mark,
    own_scale_rules,
    published_rules,
    response_level,
    scale_change,
    verdict_of,
)
from tracker.domain.protocol import ChangeRules as Settings

PCL5 = instruments.get("pcl-5").scale("pcl_5_total")
PHQ9 = instruments.get("phq-9").scale("phq_9_total")
WHO5 = instruments.get("who-5").scale("who_5_total")
STARTED_AT = local(FIRST_ON)
INFUSIONS = [STARTED_AT + timedelta(days=4 * place) for place in range(6)]
RULES = published_rules(Settings())
THIRTY = Decimal(30)


def at(days: float, value: int | None, *, entered: float | None = None) -> Point:
    """A score so many days after infusion 1, entered as many days after it."""
    recorded = STARTED_AT + timedelta(days=days if entered is None else entered)
    return Point(
        occurred_at=STARTED_AT + timedelta(days=days),
        value=None if value is None else Decimal(value),
        recorded_at=recorded,
    )


def changed(*points: Point, scale: Scale = PCL5, key: str = "pcl-5") -> ScaleChange:
    return scale_change(
        scale,
        points,
        INFUSIONS,
        RULES.get(key),
        instrument_key=key,
        name=key,
        is_own=False,
        within_days=14,
        partial_percent=THIRTY,
        fallback=own_scale_rules(),
    )


def since_day(one: ScaleChange) -> tuple[int, int] | None:
    if one.since is None:
        return None
    return (one.since.occurred_at - STARTED_AT).days, one.since.after_infusion


def test_a_score_from_before_that_is_entered_later_changes_nothing() -> None:
    first, late = at(-5, 50), at(-1, 70, entered=2)
    assert baseline([first, late], STARTED_AT) == first
    assert entered_too_late([first, late], STARTED_AT) == (late,)


def test_where_nothing_was_entered_in_time_the_first_to_be_entered_stands() -> None:
    first, later = at(-5, 50, entered=1), at(-1, 70, entered=2)
    assert baseline([later, first], STARTED_AT) == first


def test_an_import_of_many_scores_at_once_gives_the_last_one_before() -> None:
    imported = [at(-9, 60, entered=30), at(-2, 55, entered=30), at(-4, 58, entered=30)]
    assert baseline(imported, STARTED_AT) == imported[1]


scores = st.lists(
    st.builds(at, st.floats(-20, 40), st.none() | st.integers(0, 80)), min_size=0, max_size=12
)


@given(scores, st.floats(0, 60), st.integers(0, 80), st.booleans())
def test_a_score_that_comes_later_never_changes_the_baseline(
    points: list[Point], days: float, value: int, of_before: bool
) -> None:
    start = baseline(points, STARTED_AT)
    entered = max([days, *(41 for _ in points)])
    more = at(-1 if of_before else days, value, entered=entered)
    after = baseline([*points, more], STARTED_AT)
    assert after == start or (start is None and after == more and of_before)


@given(scores, st.randoms(use_true_random=False))
def test_the_order_of_the_scores_changes_nothing(points: list[Point], random: object) -> None:
    shuffled = list(points)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = changed(*points), changed(*shuffled)
    assert one.summary == other.summary
    assert (one.since, one.response, one.marks) == (other.since, other.response, other.marks)


@given(st.sampled_from(["pcl-5", "phq-9", "gad-7", "who-5"]), st.data())
def test_worse_is_never_called_better_and_both_sides_weigh_the_same(
    key: str, data: st.DataObject
) -> None:
    scale = instruments.get(key).scale(instruments.get(key).total)
    values = st.integers(scale.minimum, scale.maximum).map(Decimal)
    start, end = data.draw(values), data.draw(values)
    there, back = mark(scale, start, end, RULES[key]), mark(scale, end, start, RULES[key])
    lower = scale.direction.value == "lower_is_better"
    worse = end > start if lower else end < start
    assert not (worse and there.side is Side.BETTER)
    opposite = {Side.BETTER: Side.WORSE, Side.WORSE: Side.BETTER, Side.SAME: Side.SAME}
    assert back.side is opposite[there.side]
    assert there.is_beyond_noise == back.is_beyond_noise


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (58, 43, ChangeMark.RELIABLY_IMPROVED),
        (58, 28, ChangeMark.CLINICALLY_SIGNIFICANT),
        (58, 44, ChangeMark.MINIMALLY_IMPROVED),
        (58, 29, ChangeMark.RELIABLY_IMPROVED),
        (27, 10, ChangeMark.RELIABLY_IMPROVED),
        (40, 55, ChangeMark.RELIABLY_WORSE),
        (40, 54, ChangeMark.POSSIBLY_WORSE),
    ],
)
def test_the_pcl_5_is_judged_as_published(start: int, end: int, found: ChangeMark) -> None:
    assert changed(at(-1, start), at(5, end)).summary.mark is found


def test_the_strict_value_is_a_choice_of_the_protocol() -> None:
    strict = published_rules(Settings(pcl_5_points=18))["pcl-5"]
    assert mark(PCL5, Decimal(58), Decimal(43), strict) is ChangeMark.MINIMALLY_IMPROVED
    assert mark(PCL5, Decimal(58), Decimal(40), strict) is ChangeMark.RELIABLY_IMPROVED
    assert not strict.is_site_setting
    assert published_rules(Settings(pcl_5_points=12))["pcl-5"].is_site_setting


def test_the_week_form_has_no_value_of_its_own_until_the_site_sets_one() -> None:
    week = instruments.get("pcl-5-week").scale("pcl_5_week_total")
    found = changed(at(-1, 58), at(5, 20), scale=week, key="pcl-5-week")
    assert "pcl-5-week" not in RULES
    assert found.is_beyond_noise is None
    own = published_rules(Settings(pcl_5_week_points=15))["pcl-5-week"]
    assert mark(week, Decimal(58), Decimal(20), own) is ChangeMark.RELIABLY_IMPROVED


def test_what_matters_on_the_who_5_says_nothing_of_chance() -> None:
    better = mark(WHO5, Decimal(28), Decimal(38), RULES["who-5"])
    assert (better, better.is_beyond_noise) == (ChangeMark.BETTER, None)
    assert mark(WHO5, Decimal(38), Decimal(28), RULES["who-5"]) is ChangeMark.WORSE
    assert mark(WHO5, Decimal(28), Decimal(36), RULES["who-5"]) is ChangeMark.NO_CLEAR_CHANGE


@pytest.mark.parametrize(
    ("start", "end", "level"),
    [(18, 9, Level.RESPONSE), (18, 10, Level.PARTIAL), (18, 14, Level.NONE), (4, 1, Level.UNKNOWN)],
)
def test_the_response_on_the_phq_9_is_half_or_more(start: int, end: int, level: Level) -> None:
    found = response_level(
        PHQ9, Decimal(start), Decimal(end), RULES["phq-9"], partial_percent=THIRTY
    )
    assert found is level


def test_remission_keeps_the_operator_of_its_source() -> None:
    five = changed(at(-1, 18), at(5, 5), scale=PHQ9, key="phq-9").response.remissions
    four = changed(at(-1, 18), at(5, 4), scale=PHQ9, key="phq-9").response.remissions
    assert [rule.id for rule in five] == ["remission_at_most_5"]
    assert [rule.id for rule in four] == ["remission", "remission_at_most_5"]


def test_a_response_has_its_first_day_and_the_day_since_when_it_lasts() -> None:
    found = changed(at(-1, 60), at(5, 29), at(9, 45), at(13, 28), at(21, 25)).response
    assert found.first is not None
    assert ((found.first.occurred_at - STARTED_AT).days, found.first.after_infusion) == (5, 2)
    assert found.lasting_since is not None
    assert found.lasting_since.after_infusion == 4
    assert found.lost is None


def test_one_score_does_not_make_a_response_last() -> None:
    found = changed(at(-1, 60), at(5, 50), at(13, 28)).response
    assert found.first is not None
    assert found.lasting_since is None


def test_a_response_that_is_gone_says_since_when() -> None:
    found = changed(at(-1, 60), at(5, 28), at(13, 40), at(20, 45)).response
    assert found.lost is not None
    assert (found.lost.occurred_at - STARTED_AT).days == 13


def test_since_when_goes_back_to_the_first_score_of_the_present_side() -> None:
    points = (at(-1, 60), at(3, 61), at(6, 45), at(13, 40), at(20, 38))
    assert since_day(changed(*points)) == (6, 2)
    assert since_day(changed(*points, at(27, 60))) == (27, 6)
    assert since_day(changed(at(3, 40))) is None


def test_anything_worse_is_never_hidden_behind_something_better() -> None:
    better = changed(at(-1, 60), at(5, 30))
    worse = changed(at(-1, 8), at(5, 20), scale=PHQ9, key="phq-9")
    same = changed(at(-1, 60), at(5, 58))
    assert verdict_of([better, worse]) is Verdict.MIXED
    assert verdict_of([same, worse]) is Verdict.WORSE
    assert verdict_of([same, better]) is Verdict.BETTER
    assert verdict_of([same]) is Verdict.SAME
    assert verdict_of([]) is Verdict.UNKNOWN


def test_a_point_without_a_time_of_entry_counts_as_entered_when_it_was_given() -> None:
    known = replace(at(-3, 50), recorded_at=None)
    assert baseline([known, at(-1, 70, entered=1)], STARTED_AT) == known
    assert isinstance(known.occurred_at, datetime)
