"""What was drawn against what is typed: the strength of the vial, and the sum of the draws."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.drawn_drug import Drawn, drawn_questions
from tracker.domain.infusion import Dose
from tracker.domain.infusion_volume import Preparation


def dose(vial="50", weight="48"):
    return Dose(
        weight_kg=Decimal(weight),
        dose_mg_per_kg=Decimal("0.5"),
        planned_minutes=40,
        prepared=Preparation(vial_mg_per_ml=Decimal(vial)) if vial else None,
    )


def drawn(mg, strength="50", label="V-0011"):
    return Drawn(vial_label=label, mg_per_ml=Decimal(strength), amount_ug=int(Decimal(mg) * 1000))


def words(asked):
    return [question.words for question in asked]


def test_another_strength_than_the_vials_is_asked_about():
    assert words(drawn_questions(dose("10"), [drawn(24)])) == [
        "10 mg/mL is entered, but vial V-0011, drawn for this infusion, holds 50 mg/mL. "
        "Is 10 mg/mL right?"
    ]
    assert drawn_questions(dose("50"), [drawn(24)]) == ()
    assert drawn_questions(dose(None), [drawn(24)]) == ()


def test_each_vial_of_another_strength_is_named_once():
    asked = drawn_questions(
        dose("50"), [drawn(8), drawn(8, "10", "V-0012"), drawn(8, "10", "V-0012")]
    )
    assert [question.key for question in asked] == ["strength 50 10 V-0012"]


@pytest.mark.parametrize(
    ("mg", "says"),
    [
        ("23.999", "23.999 mg is drawn for this infusion, less than the 24 mg ordered."),
        ("24", ""),
        ("36", ""),
        ("36.001", "36.001 mg is drawn for this infusion, much more than the 24 mg ordered."),
        ("200", "200 mg is drawn for this infusion, much more than the 24 mg ordered."),
    ],
)
def test_a_sum_that_does_not_fit_the_order_is_asked_about(mg, says):
    found = words(drawn_questions(dose(), [drawn(mg)]))
    assert found == ([f"{says} Is this right?"] if says else [])


def test_nothing_drawn_asks_nothing():
    assert drawn_questions(dose(), []) == ()


@given(amounts=st.lists(st.integers(1, 60_000), min_size=1, max_size=4))
def test_it_is_the_sum_that_counts_however_it_was_drawn(amounts):
    many = drawn_questions(
        dose(), [Drawn(vial_label="V", mg_per_ml=Decimal(50), amount_ug=ug) for ug in amounts]
    )
    assert bool(many) is not (24_000 <= sum(amounts) <= 36_000)
