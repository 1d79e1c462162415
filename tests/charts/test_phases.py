"""A part of a course by itself, and where each value stands for a readout."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.charts.samples import course, marks_in, parsed
from tests.charts.test_course_series import INFUSIONS, RATINGS
from tests.make.course_record import FIRST_ON, infusion, progress, record, weekly
from tracker.charts.course_series import symptoms_series
from tracker.charts.drawing import draw
from tracker.charts.phases import PhaseKey, in_window, split_phase, windows
from tracker.charts.series import DailyRow, DailySeries, Form, ProgressSeries
from tracker.charts.times import day_shares_across, shares_across
from tracker.charts.words import summary_sentence

ALL_GIVEN = [infusion(number) for number in range(1, 4)]
LATE = weekly(date(2026, 11, 20), 30)


def test_a_course_has_parts_once_its_first_infusion_was_given() -> None:
    assert windows(progress(record([infusion(1, is_given=False)]))) == ()
    assert [each.key for each in windows(progress(record(INFUSIONS)))] == [PhaseKey.COURSE]
    both = [each.key for each in windows(progress(record(ALL_GIVEN)))]
    assert both == [PhaseKey.COURSE, PhaseKey.AFTER]


def test_a_part_holds_what_lies_in_it_and_keeps_the_baseline() -> None:
    found = progress(record(ALL_GIVEN, [*RATINGS, LATE]))
    whole = symptoms_series(found)
    during, after = (in_window(whole, window) for window in windows(found))
    assert [point.value for point in during.points] == [60, 24]
    assert [point.value for point in after.points] == [24, 30]
    assert during.baseline == after.baseline == whole.baseline
    assert len(after.infusions) == 1
    assert during.today is None
    assert summary_sentence(after).startswith("Weekly trauma symptoms (after the course) fell")


def test_the_course_reaches_a_week_to_both_sides() -> None:
    (window, _) = windows(progress(record(ALL_GIVEN)))
    assert window.first_on == FIRST_ON - timedelta(days=7)
    assert window.last_on == FIRST_ON + timedelta(days=15)


@pytest.mark.parametrize("form", list(Form))
def test_a_readout_knows_where_the_marks_are_drawn(form: Form) -> None:
    series: ProgressSeries = course()
    svg = draw(series, form)
    width = float(parsed(svg).get("viewBox", "").split()[2])
    drawn = sorted(x / width for x, _ in marks_in(svg, "point-"))
    said = sorted(shares_across(series, form, [point.occurred_at for point in series.points]))
    assert said == pytest.approx(drawn, abs=0.002)


@pytest.mark.parametrize("form", list(Form))
def test_a_day_of_the_strips_stands_where_its_dot_is_drawn(form: Form) -> None:
    row = DailyRow(label="Sleep", maximum=10, values=((date(2026, 9, 9), 4),))
    first_on, last_on = date(2026, 9, 8), date(2026, 9, 21)
    series = DailySeries(title="Daily", zone="UTC", first_on=first_on, last_on=last_on, rows=(row,))
    svg = draw(series, form)
    width = float(parsed(svg).get("viewBox", "").split()[2])
    dots = [x / width for x, _ in marks_in(svg, "no-answer")]
    shares = day_shares_across(series, form)
    assert len(shares) == 14
    assert [shares[0], *shares[2:]] == pytest.approx(dots, abs=0.002)


def test_nothing_stands_anywhere_on_an_empty_chart() -> None:
    empty = course(points=(), infusions=(), therapy=(), missed=(), today=None)
    assert shares_across(empty, Form.SCREEN, []) == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("progress", ("progress", None)),
        ("progress_course", ("progress", PhaseKey.COURSE)),
        ("form_pcl_5_after", ("form_pcl_5", PhaseKey.AFTER)),
        ("_course", ("_course", None)),
    ],
)
def test_a_name_says_which_part(name: str, parts: tuple[str, PhaseKey | None]) -> None:
    assert split_phase(name) == parts
