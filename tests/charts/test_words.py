"""The words of a chart and the table beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from tests.charts.samples import MEDICINES, SAFETY, any_course, course, day
from tracker.charts.cache import chart_key
from tracker.charts.progress import draw_progress
from tracker.charts.series import (
    Baseline,
    Direction,
    Form,
    Infusion,
    InfusionMark,
    ProgressSeries,
    ScorePoint,
)
from tracker.charts.table_rows import RowKind, table_rows
from tracker.charts.words import description, dose_words, summary_sentence
from tracker.domain.languages import Language


def point(at: float, value: float) -> ScorePoint:
    return ScorePoint(occurred_at=day(at), value=value)


@settings(deadline=None)
@given(series=any_course)
def test_rows_and_points_agree_when_the_series_is_arbitrary(series: ProgressSeries) -> None:
    rows = table_rows(series)
    kinds = [row.kind for row in rows]
    assert kinds.count(RowKind.SCORE) == len(series.points)
    assert kinds.count(RowKind.MISSED) == len(series.missed)
    assert kinds.count(RowKind.MEDICINE) == len(series.medicines)
    assert kinds.count(RowKind.SAFETY) == len(series.safety)
    assert [row.at for row in rows] == sorted(row.at for row in rows)


def test_row_says_the_change_when_there_is_a_baseline() -> None:
    rows = table_rows(course(points=(point(0, 61), point(7, 31), point(8, 58)), missed=()))
    assert [(row.value, row.change) for row in rows] == [("61", "+3"), ("31", "−27"), ("58", "0")]


def test_row_has_the_local_date_when_utc_is_a_day_ahead() -> None:
    series = course(points=(point(0.5, 40),), missed=())
    assert table_rows(series)[0].when == "8 Sep 2026"
    assert table_rows(course(points=(point(0.5, 40),), missed=(), zone="Asia/Tokyo"))[0].when == (
        "9 Sep 2026"
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((), "Weekly rating: no scores yet."),
        ((31,), "Weekly rating: one score, 31 on 8 Sep 2026."),
        ((58, 31), "Weekly rating fell from 58 to 31 in 7 days. Lower is better."),
        ((31, 58), "Weekly rating rose from 31 to 58 in 7 days. Lower is better."),
        ((31, 31), "Weekly rating is at 31, as at the start. Lower is better."),
    ],
)
def test_sentence_follows_the_scores_when_there_is_no_infusion(
    values: tuple[float, ...], said: str
) -> None:
    points = tuple(point(7 * number, value) for number, value in enumerate(values))
    assert summary_sentence(course(points=points, baseline=None, infusions=())) == said


def test_sentence_claims_no_course_when_nothing_came_after_the_baseline() -> None:
    series = course(points=(point(-9, 62), point(-6, 58)), missed=())
    assert summary_sentence(series) == "Weekly rating: 58 at the start, 2 Sep 2026; none since."


def test_sentence_starts_from_the_baseline_when_earlier_scores_exist() -> None:
    points = (point(-20, 70), point(-6, 58), point(15, 40))
    series = course(
        points=points,
        baseline=Baseline(value=58, at=day(-6)),
        infusions=(Infusion(at=day(0), mark=InfusionMark.GIVEN, number=1),),
        direction=Direction.HIGHER_IS_BETTER,
    )
    assert summary_sentence(series) == (
        "Weekly rating fell from 58 to 40 in 3 weeks, with one infusion. Higher is better."
    )


@pytest.mark.parametrize(
    ("values", "best"),
    [
        ((65, 27, 24, 25, 42), "24 on 22 Sep 2026"),
        ((65, 24, 24, 42), "24 on 22 Sep 2026"),
        ((65, 42, 24), ""),
        ((40, 58, 65), ""),
        ((40, 58, 50), ""),
    ],
)
def test_sentence_says_the_best_when_the_latest_is_worse(
    values: tuple[float, ...], best: str
) -> None:
    points = tuple(point(7 * number, value) for number, value in enumerate(values))
    said = summary_sentence(course(points=points, baseline=None, infusions=()))
    assert (f" That is after a best of {best}. Lower is better." in said) is bool(best)
    assert ("after a best" in said) is bool(best)


def test_the_best_is_the_highest_when_higher_is_better() -> None:
    points = tuple(point(7 * number, value) for number, value in enumerate((10, 30, 20)))
    series = course(points=points, baseline=None, direction=Direction.HIGHER_IS_BETTER)
    assert "rose from 10 to 20" in summary_sentence(series)
    assert "That is after a best of 30 on 15 Sep 2026." in summary_sentence(series)


def test_doses_are_grouped_when_they_repeat() -> None:
    assert dose_words(course()) == "0.5 mg/kg (1–3), 0.6 mg/kg (4–6)"


@pytest.mark.parametrize(
    ("doses", "said"),
    [
        (("0.6 mg/kg",), "0.5 mg/kg (1–3), 0.6 mg/kg (4–6, boosters)"),
        (("0.5 mg/kg",), "0.5 mg/kg (1–3), 0.6 mg/kg (4–6), 0.5 mg/kg (boosters)"),
        (("0.4 mg/kg", "0.5 mg/kg"), ""),
    ],
)
def test_the_dose_of_the_boosters_is_in_the_key(doses: tuple[str, ...], said: str) -> None:
    series = course()
    last = series.infusions[-1]
    boosters = tuple(
        replace(last, at=last.at + timedelta(days=30 * place), number=None, dose=dose)
        for place, dose in enumerate(doses, start=1)
    )
    assert dose_words(replace(series, infusions=(*boosters, *series.infusions))) == said


def test_sentence_counts_changes_of_medicines_when_they_lie_before_the_last_score() -> None:
    series = course(points=(point(-6, 58), point(24, 31)), medicines=MEDICINES)
    assert summary_sentence(series) == (
        "Weekly rating fell from 58 to 31 in 4 weeks, with six infusions and three changes of "
        "medicines. Lower is better."
    )
    alone = course(points=(point(-6, 58), point(24, 31)), infusions=(), medicines=MEDICINES[:1])
    assert ", with one change of medicines. " in summary_sentence(alone)


def test_change_of_a_medicine_is_read_aloud_and_in_the_table_when_it_was_made() -> None:
    series = course(medicines=MEDICINES[1:2])
    assert "Medicines: 16 Sep 2026, Sertraline 50 mg → 100 mg." in description(series)
    (row,) = [row for row in table_rows(series) if row.kind is RowKind.MEDICINE]
    assert (row.when, row.value, row.note) == (
        "16 Sep 2026",
        "medicine",
        "Sertraline 50 mg → 100 mg",
    )


def test_safety_is_in_the_sentence_in_the_description_and_in_the_table() -> None:
    series = course(safety=SAFETY)
    assert summary_sentence(series).endswith("Safety alerts: 4. Serious events: 1.")
    assert "Safety" not in summary_sentence(course())
    said = description(series)
    assert "Safety: 9 Sep 2026, safety alert, look today; 16 Sep 2026, safety alert, within" in said
    assert "18 Sep 2026, serious event, Hypertension; 28 Sep 2026, safety alert, now" in said
    rows = [(each.value, each.note) for each in table_rows(series) if each.kind is RowKind.SAFETY]
    assert rows == [
        ("safety alert", "look today"),
        ("safety alert", "within hours"),
        ("serious event", "Hypertension"),
        ("safety alert", "now"),
        ("safety alert", "look today"),
    ]
    assert "Safety alerts: 4." in summary_sentence(course(points=(), baseline=None, safety=SAFETY))


def test_a_series_in_spanish_is_another_picture_that_says_the_same() -> None:
    english = course(points=(point(0, 58), point(40, 31)), missed=(), medicines=MEDICINES[:1])
    spanish = replace(english, title="Puntaje", language=Language.SPANISH)
    assert summary_sentence(spanish) == (
        "Puntaje: bajó de 58 a 31 en 7 semanas, con seis infusiones y un cambio de medicamentos. "
        "Más bajo es mejor."
    )
    assert chart_key(replace(english, language=Language.SPANISH), Form.SCREEN) != chart_key(
        english, Form.SCREEN
    )
    assert "8 sep 2026" in [row.when for row in table_rows(spanish)]
    assert "lower is better" not in draw_progress(spanish)
    assert "más bajo es mejor" in draw_progress(spanish)
