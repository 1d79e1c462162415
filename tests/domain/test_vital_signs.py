"""Vital signs: the impossible, the unusual and the mean pressure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.vital_signs import (
    POSSIBLE,
    USUAL,
    ImpossibleVitalSigns,
    Measure,
    VitalSigns,
    check_possible,
    signed,
    unusual_questions,
)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "mean"), [(120, 80, 93), (148, 92, 111), (100, 70, 80), (101, 70, 80)]
)
def test_mean_pressure_is_a_third_of_the_way_up(systolic: int, diastolic: int, mean: int) -> None:
    assert VitalSigns(systolic_mmhg=systolic, diastolic_mmhg=diastolic).map_mmhg == mean


def test_mean_pressure_is_absent_when_the_pressure_is() -> None:
    assert VitalSigns(heart_rate_bpm=70).map_mmhg is None


@given(systolic=st.integers(30, 300), diastolic=st.integers(10, 200))
def test_mean_pressure_lies_between_the_two(systolic: int, diastolic: int) -> None:
    signs = VitalSigns(systolic_mmhg=systolic, diastolic_mmhg=diastolic)
    if diastolic < systolic:
        check_possible(signs)
        assert diastolic <= (signs.map_mmhg or 0) <= systolic
    else:
        with pytest.raises(ImpossibleVitalSigns, match="below the systolic"):
            check_possible(signs)


@pytest.mark.parametrize("measure", [m for m in Measure if m not in {Measure.DIASTOLIC}])
def test_a_value_outside_what_is_possible_is_refused_with_its_name(measure: Measure) -> None:
    low, high = POSSIBLE[measure]
    for value in (low - 1, high + 1):
        with pytest.raises(ImpossibleVitalSigns) as raised:
            check_possible(VitalSigns(**{measure.value: value}))
        assert raised.value.measure is measure


@pytest.mark.parametrize(
    ("signs", "measure"),
    [
        (VitalSigns(systolic_mmhg=120), Measure.DIASTOLIC),
        (VitalSigns(diastolic_mmhg=80), Measure.SYSTOLIC),
        (VitalSigns(systolic_mmhg=80, diastolic_mmhg=80), Measure.DIASTOLIC),
        (VitalSigns(systolic_mmhg=1200, diastolic_mmhg=80), Measure.SYSTOLIC),
    ],
)
def test_half_a_pressure_is_refused(signs: VitalSigns, measure: Measure) -> None:
    with pytest.raises(ImpossibleVitalSigns) as raised:
        check_possible(signs)
    assert raised.value.measure is measure


def test_unusual_pressure_is_asked_about_as_one_value() -> None:
    (question,) = unusual_questions(VitalSigns(systolic_mmhg=200, diastolic_mmhg=120))
    assert question.words == "200/120 mmHg: is this right?"


def test_each_unusual_value_has_a_question_of_its_own() -> None:
    questions = unusual_questions(VitalSigns(heart_rate_bpm=160, spo2_percent=80, rass=-5))
    assert [question.words for question in questions] == [
        "Heart rate 160 per minute: is this right?",
        "SpO₂ 80 %: is this right?",
        "RASS −5: is this right?",
    ]


@pytest.mark.parametrize("measure", list(Measure))
def test_usual_is_inside_possible(measure: Measure) -> None:
    assert POSSIBLE[measure][0] <= USUAL[measure][0] < USUAL[measure][1] <= POSSIBLE[measure][1]


def test_usual_values_are_not_asked_about() -> None:
    signs = VitalSigns(
        systolic_mmhg=148, diastolic_mmhg=92, heart_rate_bpm=78, spo2_percent=97, rass=-1
    )
    assert unusual_questions(signs) == ()


def test_zero_is_a_value_and_nothing_is_not() -> None:
    assert VitalSigns().is_empty
    assert not VitalSigns(rass=0).is_empty


def test_signs_are_written_as_the_scale_is() -> None:
    assert [signed(value) for value in (-2, 0, 1)] == ["−2", "0", "+1"]
