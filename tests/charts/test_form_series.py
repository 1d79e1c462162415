"""Charts of published questionnaires: which bands, zones and lines each of them has."""

from __future__ import annotations

from datetime import date

import pytest

from tests.charts.samples import groups, marks_in, words_in
from tests.domain.test_questionnaire_scores import AFTER, BEFORE, form
from tests.make.course_record import infusion, progress, record
from tracker.charts.drawing import draw
from tracker.charts.form_series import charted_forms, form_names, form_series
from tracker.charts.series import Form, ProgressSeries, RatedBy
from tracker.domain import instruments

COURSE = progress(record([infusion(number) for number in range(1, 4)]))


def series_of(key: str, start: int, end: int, **changes: str) -> ProgressSeries:
    forms = [form(key, BEFORE, start), form(key, AFTER, end, **changes)]
    return form_series(instruments.get(key), forms, COURSE)


def labels(series: ProgressSeries) -> list[str]:
    return [band.label for band in series.bands]


def test_the_pcl_5_of_the_month_has_its_zone_its_end_score_and_a_band_of_real_change() -> None:
    series = series_of("pcl-5", 58, 30)
    assert labels(series) == [
        "start ± 15: may be chance",
        "31–33 screening zone",
        "28 end score",
    ]
    assert (series.minimum, series.maximum, series.gap_days) == (0, 80, 45)
    svg = draw(series, Form.SCREEN)
    assert len(list(groups(svg, "band-hatched"))) == 1
    assert len(list(groups(svg, "band-edges"))) == 1
    assert len(marks_in(svg, "point-")) == 2
    assert "PCL-5, past month (0–80)" in words_in(svg)


def test_the_week_form_has_none_of_the_month_forms_values() -> None:
    series = series_of("pcl-5-week", 58, 30)
    assert series.bands == ()
    assert series.gap_days == 14


def test_the_phq_9_and_the_gad_7_have_their_bands_in_words() -> None:
    assert labels(series_of("phq-9", 18, 7))[1:] == [
        "5 mild",
        "10 moderate, cut-point",
        "15 moderately severe",
        "20 severe",
    ]
    assert labels(series_of("gad-7", 18, 7))[1:] == [
        "5 mild",
        "10 moderate, cut-point",
        "15 severe",
    ]


def test_the_band_of_change_stays_on_the_scale() -> None:
    band = series_of("phq-9", 25, 7).bands[0]
    assert band.upper == 27


def test_paper_has_its_own_mark() -> None:
    points = series_of("phq-9", 18, 7, mode="paper").points
    assert [point.rated_by for point in points] == [RatedBy.PATIENT, RatedBy.PAPER]


def test_only_what_has_a_score_is_charted_and_two_forms_are_two_charts() -> None:
    forms = [form("pcl-5", BEFORE, 58), form("pcl-5-week", AFTER, 30)]
    assert [name for name, _ in charted_forms(forms)] == ["form_pcl_5", "form_pcl_5_week"]
    assert charted_forms([]) == ()


@pytest.mark.parametrize("own", ["daily", "weekly", "after-infusion"])
def test_the_own_forms_have_their_charts_elsewhere(own: str) -> None:
    assert own not in form_names().values()


def test_a_score_from_before_the_window_of_the_baseline_starts_nothing() -> None:
    early = form("pcl-5", date(2026, 1, 5), 60)
    series = form_series(instruments.get("pcl-5"), [early], COURSE)
    assert series.baseline is None
    assert labels(series) == ["31–33 screening zone", "28 end score"]
