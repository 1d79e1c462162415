"""Typed dates and dates of birth."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.patients import (
    UnreadableDates,
    age_years,
    problem_with_birth,
    read_dates,
    write_dates,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("", set()),
        (" \n , ", set()),
        ("2026-11-24", {date(2026, 11, 24)}),
        ("24 Nov 2026", {date(2026, 11, 24)}),
        ("Tue 24 Nov 2026", {date(2026, 11, 24)}),
        ("24 november 2026,  2026-11-25", {date(2026, 11, 24), date(2026, 11, 25)}),
        ("2026-11-24\n2026-11-24", {date(2026, 11, 24)}),
        (
            "30 Dec 2026 to 1 Jan 2027",
            {date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)},
        ),
    ],
)
def test_dates_are_read_when_written_as_people_write_them(typed: str, days: set[date]) -> None:
    assert read_dates(typed) == days


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("next week", "is not a date"),
        ("24/11/2026", "is not a date"),
        ("2026-02-30", "does not exist"),
        ("31 Nov 2026", "does not exist"),
        ("1999-01-01", "2000 to 2100"),
        ("2026-11-25 to 2026-11-24", "ends before it begins"),
        ("2026-01-01 to 2028-01-01", "more than a year"),
        ("2026-01-01 to 2026-12-31, 2027-01-01 to 2027-06-01", "at most 366"),
        ("24 Foo 2026", "is not a date"),
        ("٢٠٢٦-١١-٢٤", "is not a date"),
    ],
)
def test_a_date_is_refused_with_words_when_it_cannot_be_read(typed: str, says: str) -> None:
    with pytest.raises(UnreadableDates, match=says):
        read_dates(typed)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_when_somebody_types_it(typed: str) -> None:
    try:
        days = read_dates(typed)
    except UnreadableDates:
        days = frozenset()
    assert all(2000 <= day.year <= 2100 for day in days)


@given(st.frozensets(st.dates(date(2000, 1, 1), date(2100, 12, 31)), max_size=20))
def test_dates_come_back_the_same_when_written_and_read(days: frozenset[date]) -> None:
    assert read_dates(write_dates(days)) == days


def test_a_birth_is_refused_when_it_is_in_the_future_or_too_long_ago() -> None:
    assert problem_with_birth(TODAY, TODAY) is None
    assert "future" in (problem_with_birth(TODAY + timedelta(days=1), TODAY) or "")
    assert "1900" in (problem_with_birth(date(1899, 12, 31), TODAY) or "")


def test_age_counts_whole_years_when_the_birthday_is_still_to_come() -> None:
    assert age_years(date(1984, 11, 23), TODAY) == 42
    assert age_years(date(1984, 11, 24), TODAY) == 41
    assert age_years(date(2004, 2, 29), date(2025, 2, 28)) == 20
