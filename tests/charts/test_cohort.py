"""Charts of many courses: words on them, marks that are more than colour, nobody's name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from tests.charts.samples import groups, marks_in, words_in
from tracker.charts.cohort_series import (
    Curve,
    MeanPoint,
    ProcessSeries,
    SortedSeries,
    SurvivalSeries,
    TrajectorySeries,
    every_so_often,
)
from tracker.charts.cohort_words import cohort_sentence
from tracker.charts.drawing import draw_cohort
from tracker.charts.series import Direction, Form

LOWER = Direction.LOWER_IS_BETTER
forms = pytest.mark.parametrize("form", list(Form))
TRAJECTORIES = TrajectorySeries(
    title="Weekly",
    minimum=0,
    maximum=80,
    direction=LOWER,
    lines=(((0, 60.0), (1, 50.0), (3, 30.0)), ((0, 40.0), (1, 44.0))),
    total=2,
    means=(
        MeanPoint(infusion=0, n=2, mean=50, low=40, high=60),
        MeanPoint(infusion=1, n=2, mean=47),
        MeanPoint(infusion=3, n=1, mean=30),
    ),
)
SORTED = SortedSeries(
    title="Change",
    direction=LOWER,
    reach=40,
    changes=(-30.0, -2.0, 18.0),
    sides=("better", "same", "worse"),
    counts=(("better", 1), ("same", 1), ("worse", 1)),
    total=3,
    references=(("Albott et al. 2018, n 15, open: mean -33.3", -33.3),),
    band=15,
)
SURVIVAL = SurvivalSeries(
    title="Response kept",
    axis="% still in response",
    last_day=28,
    curves=(
        Curve(
            label="Most",
            steps=((0, 1.0), (10, 0.5)),
            at_risk=((0, 19), (14, 8)),
            end_day=20,
            at_end=5,
            n=19,
            boosted=3,
            low=0.27,
            high=0.69,
        ),
        Curve(
            label="Fewer",
            steps=((0, 1.0), (5, 0.4)),
            at_risk=((0, 17), (14, 6), (28, 5)),
            end_day=28,
            at_end=5,
            n=17,
            boosted=0,
        ),
    ),
)
PROCESS = ProcessSeries(
    title="Months",
    direction=LOWER,
    months=tuple((date(2025, 1 + month, 1), 6, -10.0 - month) for month in range(11)),
    centre=-15,
    low=None,
    high=None,
)
EVERY = (TRAJECTORIES, SORTED, SURVIVAL, PROCESS)


@forms
@pytest.mark.parametrize("series", EVERY, ids=lambda each: type(each).__name__)
def test_equal_values_give_an_equal_picture_that_says_itself(series, form):
    svg = draw_cohort(series, form)
    assert svg == draw_cohort(replace(series), form)
    words = " ".join(words_in(svg))
    assert series.title in words
    assert cohort_sentence(series) in svg.replace("&lt;", "<")


@forms
def test_the_direction_the_number_and_the_mean_are_on_the_trajectories(form):
    words = " ".join(words_in(draw_cohort(TRAJECTORIES, form)))
    for each in ("↓ lower is better", "n 2", "start"):
        assert each in words


def test_improvement_and_worsening_differ_in_shape_and_are_counted_alike():
    root = draw_cohort(SORTED, Form.SCREEN)
    assert len(marks_in(root, "better")) == len(marks_in(root, "worse")) == 1
    words = " ".join(words_in(root))
    assert "▼ better 1, ○ no clear change 1, ▲ worse 1 of 3." in words
    assert "within 15: may be chance" in words
    assert "Albott" in words


def test_curves_have_their_numbers_at_risk():
    words = words_in(draw_cohort(SURVIVAL, Form.SCREEN))
    assert {"Most", "Fewer", "19", "17", "8", "6"} <= set(words)


def test_a_curve_says_its_interval_whom_it_rests_on_and_who_had_boosters():
    assert (
        "Most: 50 % (95 % interval 27 to 69 %) by day 20, with 5 of 19 still at risk; boosters "
        "included: 3 of 19 had them" in cohort_sentence(SURVIVAL)
    )
    upwards = cohort_sentence(replace(SURVIVAL, upwards=True))
    assert "Most: 50 % (95 % interval 31 to 73 %) by day 20" in upwards
    assert "Fewer: 40 % by day 28, with 5 of 17" in cohort_sentence(SURVIVAL)


def curve_end(svg, name):
    """How far to the right the line of this name reaches."""
    (path,) = (path for group in groups(svg, name) for path in group.iter() if path.get("d"))
    return max(float(x) for x in re.findall(r"[ML ] ?(-?[\d.]+)[ ,]-?[\d.]+", path.get("d")))


def test_a_curve_is_drawn_to_the_last_day_with_enough_at_risk():
    root = draw_cohort(SURVIVAL, Form.SCREEN)
    assert curve_end(root, "curve-0") < curve_end(root, "curve-1")


def test_few_months_have_no_limits_and_many_mark_what_is_outside():
    words = " ".join(words_in(draw_cohort(PROCESS, Form.SCREEN)))
    assert "too few points for limits" in words
    limited = replace(PROCESS, low=-19.5, high=-10.5)
    root = draw_cohort(limited, Form.SCREEN)
    assert len(marks_in(root, "month-below")) == 1
    assert len(marks_in(root, "month-above")) == 1
    assert "2 of 11 months outside" in cohort_sentence(limited)


def test_a_thousand_are_thinned_from_the_first_to_the_last():
    thinned = every_so_often(range(1000), 240)
    assert (len(thinned), thinned[0], thinned[-1]) == (240, 0, 999)
    assert every_so_often((1, 2), 240) == (1, 2)
