"""Nothing that a cell holds is run by a spreadsheet, and it all can be read back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.interop.csv_tables import csv_file, safe_cell

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


@pytest.mark.parametrize("start", [*DANGEROUS, " =", "\u00a0@"])
def test_what_looks_like_a_formula_gets_an_apostrophe(start):
    assert safe_cell(f"{start}HYPERLINK(1)").startswith("'")


def test_numbers_stay_numbers():
    assert [safe_cell(each) for each in (-17, -17.25, 0, None, "58")] == [
        "-17",
        "-17.25",
        "0",
        "",
        "58",
    ]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=1), max_size=4))
def test_no_cell_begins_like_a_formula_and_rows_keep_their_number(rows):
    text = csv_file(rows).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in found if row] == [len(row) for row in rows if row != [""]] or rows
    for row in found:
        assert not any(cell.startswith(DANGEROUS) for cell in row)
