"""Amounts of the ledger: exact, and in words that say what is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.drug_ledger import (
    Occurrence,
    VialState,
    amount_words,
    check_account,
    check_count,
    check_time,
    difference_words,
    mg_ug,
    next_label,
    running_labels,
    ug_mg,
    volume_ug,
)
from tracker.domain.errors import Refused

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def when(**ago):
    return Occurrence(at=NOW - timedelta(**ago), on=NOW.date(), now=NOW)


@given(st.integers(0, 20_000_000))
def test_an_amount_is_the_same_when_it_went_to_milligrams_and_back(amount_ug):
    assert mg_ug(ug_mg(amount_ug)) == amount_ug


@given(st.decimals(0, 100, places=2), st.decimals(1, 200, places=1))
def test_a_volume_is_whole_micrograms_when_label_and_scale_are_as_forms_take_them(ml, mg_per_ml):
    assert Decimal(volume_ug(ml, mg_per_ml)) == ml * mg_per_ml * 1000


@pytest.mark.parametrize("amount_mg", ["0.0001", "40.00001"])
def test_a_fraction_of_a_microgram_is_refused(amount_mg):
    with pytest.raises(Refused, match="3 decimal places"):
        mg_ug(Decimal(amount_mg))


@pytest.mark.parametrize(
    ("amount_ug", "mg_per_ml", "words"),
    [
        (35_000, "10", "35 mg (3.5 mL)"),
        (0, "10", "0 mg (0 mL)"),
        (41_200, "100", "41.2 mg (0.412 mL)"),
        (1, "50", "0.001 mg (0 mL)"),
        (1_000_000, "50", "1000 mg (20 mL)"),
    ],
)
def test_an_amount_reads_as_it_is_measured(amount_ug, mg_per_ml, words):
    assert amount_words(amount_ug, Decimal(mg_per_ml)) == words


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(-2, 2))
def test_an_account_is_taken_only_when_it_adds_up(given_ug, wasted_ug, off_by):
    drawn_ug = given_ug + wasted_ug + off_by
    if off_by == 0:
        check_account(drawn_ug, given_ug, wasted_ug)
        return
    with pytest.raises(Refused, match="do not add up") as problem:
        check_account(drawn_ug, given_ug, wasted_ug)
    assert ("are missing" in str(problem.value)) is (off_by > 0)


@pytest.mark.parametrize(
    ("first", "how_many", "labels"),
    [
        ("K-08", 3, ("K-08", "K-09", "K-10")),
        ("99", 2, ("99", "100")),
        ("box", 1, ("box",)),
        ("2026/7-001", 2, ("2026/7-001", "2026/7-002")),
    ],
)
def test_labels_count_on_from_the_first(first, how_many, labels):
    assert running_labels(first, how_many) == labels


@pytest.mark.parametrize(("latest", "label"), [("K-09", "K-10"), ("box", ""), ("", "")])
def test_the_next_label_is_offered_when_there_is_a_number(latest, label):
    assert next_label(latest) == label


@pytest.mark.parametrize(
    ("ago", "earliest", "reason", "words"),
    [
        ({"minutes": -6}, None, None, "in the future"),
        ({"hours": 2}, NOW - timedelta(hours=1), "", "before the vial was received"),
        ({"hours": 25}, None, "", "This is 25 hours ago"),
        ({"days": 5}, None, "", "This is 5 days ago"),
    ],
)
def test_a_time_is_refused_when_it_cannot_be_or_needs_a_reason(ago, earliest, reason, words):
    with pytest.raises(Refused, match=words):
        check_time(when(**ago), earliest=earliest, reason=reason)


@pytest.mark.parametrize(("ago", "reason"), [({"hours": 25}, "sick"), ({"hours": 24}, "")])
def test_a_time_is_taken_when_it_is_recent_or_explained(ago, reason):
    check_time(when(**ago), earliest=None, reason=reason)


@pytest.mark.parametrize(
    ("counted", "difference", "words"),
    [
        (200_000, 0, "agrees with the ledger"),
        (195_000, -5_000, "5 mg less than the ledger"),
        (201_000, 1_000, "1 mg more than the ledger"),
    ],
)
def test_a_count_says_how_it_differs(counted, difference, words):
    vial = VialState(
        label="K-01",
        expires_on=date(2027, 1, 1),
        mg_per_ml=Decimal(10),
        received_at=NOW,
        balance_ug=200_000,
    )
    assert check_count(vial, counted, when()) == difference
    assert difference_words(counted, 200_000) == words
