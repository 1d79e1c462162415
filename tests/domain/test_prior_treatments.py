"""Treatments that were tried before: what a letter can state, what stands, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.case_history import sertraline
from tests.make.patients import NOW
from tracker.domain.course_assessments import read_code
from tracker.domain.errors import Refused
from tracker.domain.prior_treatments import (
    TreatmentKind,
    TrialEnd,
    TrialEntry,
    check_trial,
    standing_trials,
)

TODAY = date(2026, 11, 23)


def entry(trial, **more):
    return TrialEntry(id=uuid4(), trial=trial, recorded_at=NOW, recorded_by="Kim", **more)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"dose": ""}, "dose"),
        ({"weeks": None}, "weeks"),
        ({"started_on": TODAY + timedelta(days=1)}, "started_on"),
        ({"ended_on": TODAY + timedelta(days=1)}, "ended_on"),
        ({"started_on": date(2026, 3, 2), "ended_on": date(2026, 3, 1)}, "ended_on"),
        ({"ended_on": date(2026, 3, 1), "ended_because": TrialEnd.CONTINUES}, "ended_on"),
    ],
)
def test_a_trial_that_cannot_be_is_refused_beside_its_answer(changed, field):
    with pytest.raises(Refused) as refused:
        check_trial(sertraline(**changed), today=TODAY)
    assert refused.value.field == field


def test_psychotherapy_needs_no_dose():
    check_trial(sertraline(kind=TreatmentKind.PSYCHOTHERAPY, dose=""), today=TODAY)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "12 weeks"),
        ({"weeks": 1}, "1 week"),
        ({"weeks": None, "started_on": date(2026, 1, 1), "ended_on": date(2026, 3, 5)}, "9 weeks"),
        ({"weeks": None, "started_on": date(2026, 1, 1), "ended_on": date(2026, 1, 2)}, "1 week"),
        ({"weeks": None, "started_on": date(2026, 1, 1)}, ""),
    ],
)
def test_the_duration_is_what_was_said_or_what_the_dates_make(changed, words):
    assert sertraline(**changed).duration_words == words


def test_a_correction_stands_for_what_it_replaces_and_a_strike_for_nothing():
    old = entry(sertraline())
    other = entry(sertraline(treatment="Prazosin", started_on=date(2020, 1, 1)))
    better = entry(sertraline(dose="150 mg"), corrects_id=old.id, correction_reason="Misread")
    assert standing_trials([old, other, better]) == (other, better)
    strike = entry(better.trial, corrects_id=better.id, correction_reason="x", is_struck=True)
    assert standing_trials([old, other, better, strike]) == (other,)


@given(st.lists(st.one_of(st.none(), st.dates(max_value=TODAY)), max_size=8))
def test_the_earliest_comes_first_and_the_undated_last(days):
    found = standing_trials([entry(replace(sertraline(), started_on=on)) for on in days])
    order = [each.trial.started_on for each in found]
    assert order == sorted(order, key=lambda on: on or date.max)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("F43.12", "F43.12"),
        (" f43.10 ", "F43.10"),
        ("f4312", "F43.12"),
        ("F33", "F33"),
        ("F 43.1", "F43.1"),
        ("", ""),
    ],
)
def test_a_code_is_written_as_codes_are(typed, code):
    assert read_code(typed) == code


@pytest.mark.parametrize("typed", ["PTSD", "F4", "43.12", "F43.", "F43.12345", "F43-12", "309.81"])
def test_what_has_not_the_shape_of_a_code_is_refused_with_an_example(typed):
    with pytest.raises(Refused, match=r"such as F43\.10") as refused:
        read_code(typed)
    assert refused.value.field == "icd10_code"


@given(st.text(max_size=12))
def test_any_text_is_a_code_or_refused(typed):
    try:
        code = read_code(typed)
    except Refused:
        return
    assert read_code(code) == code
    assert len(code) <= 8
