"""Groups of symptoms side by side, and daily strips."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.charts.samples import SVG, ZONE, course, day, groups, marks_in, parsed, words_in
from tracker.charts.daily import draw_daily
from tracker.charts.groups import draw_groups
from tracker.charts.palette import STEPS, grey
from tracker.charts.series import (
    DailyRow,
    DailySeries,
    Direction,
    Form,
    Group,
    GroupsSeries,
    ScorePoint,
)

FIRST = date(2026, 9, 1)
forms = pytest.mark.parametrize("form", list(Form))


def four_groups() -> GroupsSeries:
    return GroupsSeries(
        title="Four groups",
        direction=Direction.LOWER_IS_BETTER,
        zone=ZONE,
        infusions=course().infusions,
        groups=(
            Group(
                label="Intrusive memories",
                maximum=20,
                points=(
                    ScorePoint(occurred_at=day(0), value=20),
                    ScorePoint(occurred_at=day(7), value=5, prorated=True),
                ),
            ),
            Group(label="Avoidance", maximum=8, points=(ScorePoint(occurred_at=day(0), value=8),)),
            Group(label="Thoughts and mood", maximum=28),
        ),
    )


@forms
def test_each_group_score_is_one_mark_when_groups_are_drawn(form: Form) -> None:
    svg = draw_groups(four_groups(), form=form)
    assert len(marks_in(svg, "point-")) == 3
    assert {"20 → 5 of 20", "8 of 8", "no scores yet"} <= set(words_in(svg))


def test_full_marks_stand_equally_high_when_maxima_differ() -> None:
    svg = draw_groups(four_groups())
    heights = sorted(y for _, y in marks_in(svg, "point-"))
    assert heights[0] == heights[1]


def two_weeks() -> DailySeries:
    answers = tuple((FIRST + timedelta(days=number), number) for number in range(0, 11, 2))
    return DailySeries(
        title="Daily check-in",
        zone=ZONE,
        first_on=FIRST,
        last_on=FIRST + timedelta(days=13),
        rows=(DailyRow(label="Sleep", maximum=10, values=answers),),
    )


@forms
def test_a_square_or_a_dot_stands_for_each_day_when_strips_are_drawn(form: Form) -> None:
    svg = draw_daily(two_weeks(), form=form)
    squares = [path.get("d", "").count("M") for group in groups(svg, "step-") for path in group]
    assert sum(squares) == 6
    assert len(marks_in(svg, "no-answer")) == 8
    assert parsed(svg).find(f"{SVG}title") is not None


def test_only_the_squares_that_are_shown_are_counted_in_words() -> None:
    answers = tuple((FIRST + timedelta(days=number), 5) for number in range(-20, 14))
    series = DailySeries(
        title="Daily check-in",
        zone=ZONE,
        first_on=FIRST,
        last_on=FIRST + timedelta(days=13),
        rows=(DailyRow(label="Sleep", maximum=10, values=answers),),
    )
    assert "Sleep: 14 answers." in (parsed(draw_daily(series)).findtext(f"{SVG}desc") or "")


def test_steps_fall_evenly_when_printed_in_grey() -> None:
    tones = [grey(colour) for colour in STEPS]
    steps = [before - after for before, after in zip(tones, tones[1:], strict=False)]
    assert all(step > 20 for step in steps)
