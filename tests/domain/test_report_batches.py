"""The months of a batch of letters, and what its files are called."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import Refused
from tracker.domain.report_batches import MONTHS_OFFERED, Month, check_month, letter_name, months_to

TODAY = date(2026, 11, 23)


def test_a_month_has_its_first_and_its_last_day():
    assert Month.read("2028-02").last_on == date(2028, 2, 29)
    assert Month.read("2026-12").period.holds(date(2026, 12, 31))
    assert Month.read("2026-10").words == "October 2026"


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)))
def test_every_day_is_in_its_month_and_the_month_reads_as_it_is_written(on):
    month = Month.of(on)
    assert month.period.holds(on)
    assert not month.before().period.holds(on)
    assert Month.read(str(month)) == month


def test_the_months_offered_go_back_from_this_one():
    offered = months_to(TODAY, since=date(2020, 1, 31))
    assert len(offered) == MONTHS_OFFERED
    assert [str(each) for each in offered[:3]] == ["2026-11", "2026-10", "2026-09"]
    assert list(offered) == sorted(offered, reverse=True)


def test_no_month_before_the_first_record_is_offered():
    offered = months_to(TODAY, since=date(2026, 9, 30))
    assert [str(each) for each in offered] == ["2026-11", "2026-10", "2026-09"]
    assert [str(each) for each in months_to(TODAY, since=None)] == ["2026-11"]


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "soon", "2026-10-01", "../../etc"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(Refused):
        Month.read(text)


def test_a_month_that_has_not_begun_is_refused():
    check_month(Month(2026, 11), today=TODAY)
    with pytest.raises(Refused, match="not begun"):
        check_month(Month(2026, 12), today=TODAY)


@given(st.text(max_size=60))
def test_a_file_s_name_is_plain_whatever_the_record_number_is(record_number):
    name = letter_name(7, record_number, Month(2026, 10))
    assert re.fullmatch(r"007-[A-Za-z0-9-]{1,40}-2026-10\.pdf", name)
