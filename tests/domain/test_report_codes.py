"""The code of a printed report: as printed, and as people type it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import Refused
from tracker.domain.report_codes import DIGITS, read_report_code, report_code


@given(st.binary())
def test_what_is_printed_is_read_back(content):
    hashed = hashlib.sha256(content).hexdigest()
    assert read_report_code(report_code(hashed)) == hashed[:DIGITS]


@pytest.mark.parametrize(
    "typed",
    ["3F9C-07B1-E2D4", "3f9c07b1e2d4", " 3f9c 07b1 e2d4 ", "3F9C\u201307B1\u2013E2D4"],
)
def test_people_type_it_in_many_ways(typed):
    assert read_report_code(typed) == "3f9c07b1e2d4"


def test_letters_that_look_like_digits_are_read_as_digits():
    assert read_report_code("OIL0-0000-0000") == "011000000000"


@pytest.mark.parametrize("typed", ["", "3F9C", "3F9C-07B1-E2DG", "%%%%%%%%%%%%", "3F9C-07B1-E2D44"])
def test_anything_else_says_what_a_code_looks_like(typed):
    with pytest.raises(Refused, match="such as 3F9C-07B1-E2D4"):
        read_report_code(typed)
