"""Which codes count when, and what is missing of a sign-in."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.second_factors import (
    Missing,
    app_code,
    is_fresh,
    missing,
    new_recovery_codes,
    recovery_code,
    steps_now,
)

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # a half-minute begins here
STEP = int(AT.timestamp()) // 30


@pytest.mark.parametrize(
    ("seconds", "steps"),
    [
        (0, (STEP, STEP - 1)),
        (4, (STEP, STEP - 1)),
        (5, (STEP,)),
        (29, (STEP,)),
        (30, (STEP + 1, STEP)),
        (35, (STEP + 1,)),
    ],
)
def test_a_code_counts_in_its_half_minute_and_five_seconds_more(seconds, steps):
    assert steps_now(AT + timedelta(seconds=seconds)) == steps


@given(st.integers(min_value=0, max_value=2_000_000_000))
def test_no_code_of_the_future_counts(seconds):
    now = AT + timedelta(seconds=seconds)
    assert max(steps_now(now)) * 30 <= now.timestamp()
    assert now.timestamp() - (min(steps_now(now)) + 1) * 30 < 6


@pytest.mark.parametrize("has_factor", [True, False])
@pytest.mark.parametrize("shown_at", [None, AT])
@pytest.mark.parametrize("must_have", [True, False])
def test_what_is_missing(has_factor, shown_at, must_have):
    found = missing(has_factor=has_factor, shown_at=shown_at, must_have=must_have)
    if shown_at:  # a code, or a passkey
        assert found is Missing.NOTHING
    elif has_factor:
        assert found is Missing.CODE
    else:
        assert found is (Missing.SET_UP if must_have else Missing.NOTHING)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("12345", None),
        ("1234567", None),
        ("١٢٣٤٥٦", None),
        ("12345a", None),
        ("", None),
    ],
)
def test_what_counts_as_six_digits(typed, read):
    assert app_code(typed) == read


def test_recovery_codes_are_read_as_people_write_them():
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    for code in codes:
        plain = code.replace("-", "")
        assert len(plain) * math.log2(31) >= 112, "fewer want a slow hash (ASVS 6.5.2)"
        assert recovery_code(plain[:16]) == plain[:16], "as they were handed out before"
        assert recovery_code(plain[:20]) is None
        assert recovery_code(code.upper()) == recovery_code(f" {plain} ") == plain


@given(st.text(max_size=40))
def test_any_other_text_is_no_recovery_code(typed):
    read = recovery_code(typed)
    assert read is None or len(read) in {16, 24}


def test_how_long_a_proof_is_fresh():
    later = AT + timedelta(minutes=5, seconds=1)
    assert is_fresh(AT, AT + timedelta(minutes=5), sends_a_form=False)
    assert not is_fresh(AT, later, sends_a_form=False)
    assert is_fresh(AT, later, sends_a_form=True)
    assert not is_fresh(AT, AT + timedelta(minutes=15, seconds=1), sends_a_form=True)
    assert not is_fresh(None, AT, sends_a_form=True)


def test_a_proof_that_is_not_given_yet_is_not_fresh():
    """The clock was set back since: the proof must not last longer for it."""
    assert is_fresh(AT, AT - timedelta(minutes=1), sends_a_form=False)
    assert not is_fresh(AT, AT - timedelta(minutes=1, seconds=1), sends_a_form=False)
    assert not is_fresh(AT, AT - timedelta(hours=1), sends_a_form=True)
