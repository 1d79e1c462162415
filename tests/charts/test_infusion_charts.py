"""What each infusion did, and the plan beside the given: marks, words, empty states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.charts.samples import any_words, dates, groups, marks_in, words_in
from tests.make.course_record import infusion, progress, record
from tracker.charts.drawing import draw
from tracker.charts.infusion_series import (
    EffectRow,
    EffectsSeries,
    PlanLine,
    PlanSeries,
    effects_series,
    plan_series,
)
from tracker.charts.infusion_words import (
    effects_description,
    effects_sentence,
    given_of_planned,
    plan_sentence,
)
from tracker.charts.series import Form, InfusionMark
from tracker.domain.progress import Lasting
from tracker.domain.progress.plan_given import GapSide

FIRST = date(2026, 9, 8)
forms = pytest.mark.parametrize("form", list(Form))
quickly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


EFFECTS = EffectsSeries(
    title="Daily rating around each infusion",
    maximum=50,
    four_maximum=40,
    rows=(
        EffectRow(
            label="Infusion 1",
            on=on(0),
            before=38,
            next_day=22,
            four_before=30,
            hours_after=12,
            lasting=Lasting.BACK,
            better_days=3,
            back_days=4,
        ),
        EffectRow(
            label="Infusion 2",
            on=on(4),
            before=34,
            next_day=20,
            lasting=Lasting.NOT_BACK,
            better_days=4,
        ),
        EffectRow(label="Infusion 3", on=on(8), before=30, next_day=33, lasting=Lasting.NO_GAIN),
        EffectRow(label="Infusion 4", on=on(12), next_day=20),
        EffectRow(
            label="Booster 7",
            is_booster=True,
            on=on(40),
            before=28,
            next_day=9,
            lasting=Lasting.BACK,
            better_days=5,
            back_days=11,
        ),
    ),
)
PLAN = PlanSeries(
    title="Planned and given",
    min_gap_days=3,
    max_gap_days=5,
    today=on(14),
    lines=(
        PlanLine(label="Infusion 1", mark=InfusionMark.GIVEN, first_on=on(0), on=on(0)),
        PlanLine(label="Infusion 2", mark=InfusionMark.GIVEN, first_on=on(4), on=on(4), gap_days=4),
        PlanLine(
            label="Infusion 3",
            mark=InfusionMark.PARTIAL,
            first_on=on(8),
            on=on(13),
            gap_days=9,
            gap_side=GapSide.LONG,
            missed_on=(on(8),),
        ),
        PlanLine(
            label="Infusion 4",
            mark=InfusionMark.GIVEN,
            first_on=on(12),
            on=on(15),
            gap_days=2,
            gap_side=GapSide.SHORT,
            moves=1,
        ),
        PlanLine(label="Infusion 5", mark=None, first_on=on(16), on=None, cancelled_on=(on(16),)),
    ),
)


@forms
def test_every_infusion_has_a_row_with_its_numbers(form: Form) -> None:
    svg = draw(EFFECTS, form)
    written = words_in(svg)
    assert len(marks_in(svg, "day-before")) == 4
    assert len(marks_in(svg, "day-after")) == 5
    assert {"38", "22", "34", "20", "30", "33", "28", "9"} <= set(written)
    assert "not enough ratings" in written
    assert "still lower on day 4, last rated" in written
    assert "back between day 5 and 11" in written
    assert {"0", "25", "50"} <= set(written)


@forms
def test_hours_after_stand_apart_because_their_scale_is_another(form: Form) -> None:
    written = " ".join(words_in(draw(EFFECTS, form)))
    assert "of 40" in written
    assert ("30 → 12 of 40" in written) is (form is Form.PHONE)


def test_a_lower_rating_lies_to_the_left_of_the_one_before() -> None:
    svg = draw(EFFECTS, Form.SCREEN)
    (before, *_), (after, *_) = marks_in(svg, "day-before"), marks_in(svg, "day-after")
    assert after[0] < before[0]
    assert after[1] == before[1]


def test_days_that_nobody_rated_are_hatched_and_not_filled() -> None:
    svg = draw(EFFECTS, Form.SCREEN)
    assert len(list(groups(svg, "lower"))) == 3
    assert len(list(groups(svg, "unknown"))) == 2
    assert len(marks_in(svg, "end-back")) == 2
    assert len(marks_in(svg, "end-not_back")) == 1


def test_the_sentence_counts_both_ways_and_what_is_missing() -> None:
    assert effects_sentence(EFFECTS) == (
        "Daily rating around each infusion: of 5 infusions, lower after 3, higher after 1, not "
        "enough ratings for 1, about a day later. Back at the level before after 2, on day 4 to "
        "11. Still lower at the last rating that counts after 1. 0 to 50, lower is better."
    )


def test_what_a_chart_does_not_draw_is_counted_all_the_same() -> None:
    booster = PlanLine(
        label="Booster 6",
        is_booster=True,
        mark=InfusionMark.GIVEN,
        first_on=on(40),
        on=on(40),
    )
    older = replace(booster, label="Booster 7", first_on=on(54), on=on(54), missed_on=(on(50),))
    found = replace(PLAN, hidden=(booster, older), cut=5)
    said = plan_sentence(found)
    assert said.startswith("Planned and given: 4 of 5 infusions and 2 boosters given.")
    assert "Missed: 2." in said
    assert said.endswith("Not drawn: booster 6 to booster 7. The table has all.")
    one = replace(EFFECTS, rows=EFFECTS.rows[:-1], hidden=EFFECTS.rows[-1:], cut=4)
    assert effects_sentence(one) == (
        f"{effects_sentence(EFFECTS)} Not drawn: booster 7. The table has all."
    )
    assert "Booster 7, 18 Oct 2026: before 28" in effects_description(one)
    assert "drawn" not in plan_sentence(PLAN)
    for series, whole in ((found, PLAN), (one, EFFECTS)):
        assert len(list(groups(draw(series, Form.SCREEN), "not-drawn"))) == 1
        assert not list(groups(draw(whole, Form.SCREEN), "not-drawn"))


def test_a_long_course_keeps_its_planned_infusions_and_the_newest_boosters() -> None:
    given_all = [infusion(number) for number in range(1, 9)]
    boosters = [infusion(number, is_booster=True) for number in range(9, 33)]
    found = progress(record([*given_all, *boosters], infusion_count=8))
    for series, drawn in (
        (plan_series(found), [each.label for each in plan_series(found).lines]),
        (effects_series(found), [each.label for each in effects_series(found).rows]),
    ):
        assert drawn[:8] == [f"Infusion {number}" for number in range(1, 9)]
        assert drawn[8:] == [f"Booster {number}" for number in range(17, 33)]
        assert len(series.every) == 32
        assert (series.cut, len(series.hidden)) == (8, 8)
    said = plan_sentence(plan_series(found))
    assert said.startswith("Planned and given: 8 of 8 infusions and 24 boosters given.")
    assert said.endswith("Not drawn: booster 9 to booster 16. The table has all.")


def test_a_booster_is_one_by_what_it_is_and_not_by_its_label() -> None:
    lines = [replace(line, label=f"Booster {line.label}") for line in PLAN.lines]
    assert plan_sentence(replace(PLAN, lines=tuple(lines))).startswith(
        "Planned and given: 4 of 5 infusions given."
    )


@pytest.mark.parametrize(
    ("given_all", "words"),
    [
        ((0, 6, 0), "0 of 6 infusions given"),
        ((1, 1, 1), "1 of 1 infusion and 1 booster given"),
        ((6, 6, 18), "6 of 6 infusions and 18 boosters given"),
    ],
)
def test_boosters_are_counted_beside_the_infusions(
    given_all: tuple[int, int, int], words: str
) -> None:
    given_count, planned, boosters = given_all
    assert given_of_planned(given=given_count, planned=planned, boosters=boosters) == words


@forms
def test_before_the_first_infusion_the_charts_say_so(form: Form) -> None:
    no_rows, no_lines = replace(EFFECTS, rows=()), replace(PLAN, lines=(), today=None)
    assert "No infusion was given yet" in words_in(draw(no_rows, form))
    assert "No infusion is planned" in words_in(draw(no_lines, form))
    assert effects_sentence(no_rows).endswith("no infusion was given yet.")
    assert plan_sentence(no_lines).endswith("no infusion is planned.")


@forms
def test_a_gap_outside_the_window_has_a_shape_and_words(form: Form) -> None:
    svg = draw(PLAN, form)
    written = words_in(svg)
    assert len(list(groups(svg, "gap-outside"))) == 2
    assert len(marks_in(svg, "outside")) == 2
    assert {"9 d, long", "2 d, short", "4 d", "gap outside 3–5 days"} <= set(written)


def test_what_became_of_each_day_has_a_mark_of_its_own() -> None:
    svg = draw(PLAN, Form.SCREEN)
    assert len(marks_in(svg, "infusion-given")) == 3
    assert len(marks_in(svg, "infusion-partial")) == 1
    assert len(marks_in(svg, "infusion-missed")) == 1
    assert len(marks_in(svg, "infusion-cancelled")) == 1
    assert len(marks_in(svg, "first-plan")) == 1
    written = words_in(svg)
    assert {"given as agreed", "given 3 days later", "no new date", "today"} <= set(written)


def test_equal_days_give_equal_lengths() -> None:
    xs = sorted(x for x, _ in marks_in(draw(PLAN, Form.SCREEN), "infusion-"))
    first, second, missed = xs[:3]
    assert second - first == pytest.approx(missed - second, abs=0.05)


def test_the_sentence_of_the_plan_names_the_gaps_that_broke_the_window() -> None:
    assert plan_sentence(PLAN) == (
        "Planned and given: 4 of 5 infusions given. Gaps inside 3 to 5 days: 1 of 3. Infusion 3: "
        "gap 9 days, longer than agreed. Infusion 4: gap 2 days, shorter than agreed. Not on the "
        "day first agreed: Infusion 3, Infusion 4. Missed: 1. Cancelled: 1."
    )


ratings = st.none() | st.integers(0, 50)
any_effects = st.builds(
    EffectsSeries,
    title=any_words,
    maximum=st.just(50),
    four_maximum=st.just(40),
    rows=st.lists(
        st.builds(
            EffectRow,
            label=any_words,
            on=dates,
            before=ratings,
            next_day=ratings,
            lasting=st.sampled_from([Lasting.NOT_ENOUGH, Lasting.NO_GAIN]),
        ),
        max_size=8,
    ).map(tuple),
)
any_plan = st.builds(
    PlanSeries,
    title=any_words,
    min_gap_days=st.just(3),
    max_gap_days=st.just(5),
    lines=st.lists(
        st.builds(
            PlanLine,
            label=any_words,
            mark=st.sampled_from(InfusionMark),
            first_on=dates,
            on=st.none() | dates,
            missed_on=st.lists(dates, max_size=2).map(tuple),
        ),
        max_size=8,
    ).map(tuple),
    today=st.none() | dates,
)


@quickly
@given(series=any_effects | any_plan, form=st.sampled_from(Form))
def test_any_values_make_a_picture_and_equal_ones_the_same(
    series: EffectsSeries | PlanSeries, form: Form
) -> None:
    assert draw(series, form) == draw(replace(series), form)
