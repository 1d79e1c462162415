"""The chart of one infusion and its table."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.charts.samples import (
    SVG,
    any_infusion,
    groups,
    infusion,
    marks_in,
    minute,
    parsed,
    words_in,
)
from tracker.charts.series import Form
from tracker.charts.vital_series import Event, Measure, Pause, Reading, VitalSeries
from tracker.charts.vital_signs import draw_vital_signs
from tracker.charts.vital_words import vital_rows, vital_sentence


def test_each_value_is_one_mark_when_some_are_missing() -> None:
    svg = draw_vital_signs(infusion())
    assert len(marks_in(svg, Measure.SYSTOLIC)) == 4  # of five, one was struck out
    assert len(marks_in(svg, Measure.HEART_RATE)) == 4
    assert len(marks_in(svg, Measure.OXYGEN)) == 3


def test_line_is_left_open_when_a_reading_lacks_the_measure() -> None:
    gap = Reading(measured_at=minute(20), systolic_mmhg=130, diastolic_mmhg=80)
    values = tuple(Reading(measured_at=minute(at), heart_rate_bpm=80) for at in (0, 10, 30, 40))
    (group,) = groups(draw_vital_signs(infusion(readings=(*values, gap))), "heart_rate_bpm-line")
    (path,) = group.iter(f"{SVG}path")
    assert path.get("d", "").count("M") == 2


def test_late_reading_is_hollow_when_it_was_entered_later() -> None:
    (group,) = groups(draw_vital_signs(infusion()), "systolic_mmhg-late")
    (use,) = group.iter(f"{SVG}use")
    assert "fill: #ffffff" in use.get("style", "")


def test_struck_out_reading_is_kept_in_the_table_when_it_was_wrong() -> None:
    assert [row.note for row in vital_rows(infusion())].count("struck out") == 1


def test_peak_ignores_a_struck_out_reading_when_it_is_named() -> None:
    assert vital_sentence(infusion()) == (
        "Vital signs, infusion 3: highest blood pressure 158/95 at 30 min."
    )


def test_value_is_not_cut_when_it_lies_outside_of_the_usual_range() -> None:
    low = infusion(readings=(Reading(measured_at=minute(5), spo2_percent=71),))
    assert "70" in " ".join(words_in(draw_vital_signs(low)))
    (_, y), *_ = marks_in(draw_vital_signs(low), Measure.OXYGEN)
    axes = [path for group in groups(draw_vital_signs(low), "axis") for path in group]
    assert y < float(axes[-1].get("d", "").split()[2])


def test_minutes_are_true_when_readings_are_uneven() -> None:
    readings = tuple(Reading(measured_at=minute(at), heart_rate_bpm=80) for at in (0, 5, 35))
    xs = [x for x, _ in marks_in(draw_vital_signs(infusion(readings=readings)), "heart_rate_bpm")]
    assert (xs[2] - xs[1]) / (xs[1] - xs[0]) == pytest.approx(6, rel=0.01)


def test_letters_stand_side_by_side_when_events_share_a_minute() -> None:
    events = tuple(Event(at=minute(24), text=words) for words in ("nausea", "headache", "anxiety"))
    xs = sorted(x for x, _ in marks_in(draw_vital_signs(infusion(events=events)), "event"))
    assert all(after - before >= 9 for before, after in pairwise(xs))


def test_a_low_picture_is_about_six_centimetres_high() -> None:
    svg = draw_vital_signs(infusion(), form=Form.PRINT, low=True)
    height_mm = float(parsed(svg).get("height", "").removesuffix("pt")) * 25.4 / 72
    assert 55 < height_mm < 65
    assert len(marks_in(svg, Measure.SYSTOLIC)) == 4
    assert "120" in words_in(svg)
    assert "Vital signs, infusion 3" not in words_in(svg)


def test_both_are_drawn_when_two_readings_share_a_minute() -> None:
    readings = tuple(Reading(measured_at=minute(10), heart_rate_bpm=rate) for rate in (70, 90))
    assert len(marks_in(draw_vital_signs(infusion(readings=readings)), "heart_rate_bpm")) == 2


def test_a_correction_is_drawn_with_a_mark_when_the_old_reading_is_not() -> None:
    old = Reading(measured_at=minute(20), systolic_mmhg=210, diastolic_mmhg=80, discarded=True)
    new = Reading(measured_at=minute(20), systolic_mmhg=120, diastolic_mmhg=80, corrected=True)
    svg = draw_vital_signs(infusion(readings=(old, new)))
    assert len(marks_in(svg, Measure.SYSTOLIC)) == 1
    assert len(marks_in(svg, "corrected")) == 1


def test_a_reading_before_the_start_stands_left_of_it() -> None:
    readings = tuple(Reading(measured_at=minute(at), heart_rate_bpm=80) for at in (-12, 0))
    svg = draw_vital_signs(infusion(readings=readings))
    xs = [x for x, _ in marks_in(svg, "heart_rate_bpm")]
    assert xs[0] < xs[1]


def test_a_pause_is_shaded_and_a_change_of_rate_ticked() -> None:
    pause = Pause(started_at=minute(10), ended_at=minute(14))
    svg = draw_vital_signs(infusion(pauses=(pause,), rate_changes=(minute(20),)))
    assert len(list(groups(svg, "pause-shade"))) == 1
    assert len(list(groups(svg, "rate"))) == 1


def test_limits_carry_their_words_when_the_site_has_set_them() -> None:
    assert "notify: 165" in words_in(draw_vital_signs(infusion()))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(series=any_infusion, form=st.sampled_from(Form))
def test_picture_is_whole_when_the_infusion_is_arbitrary(series: VitalSeries, form: Form) -> None:
    svg = draw_vital_signs(series, form=form)
    assert svg == draw_vital_signs(series, form=form)
    measured = [one for one in series.drawn if one.systolic_mmhg is not None]
    assert len(marks_in(svg, Measure.SYSTOLIC)) == len(measured)
    assert len(vital_rows(series)) == len(series.readings)
    width, height = map(float, parsed(svg).get("viewBox", "").split()[2:])
    assert all(0 <= x <= width and 0 <= y <= height for x, y in marks_in(svg, ""))
