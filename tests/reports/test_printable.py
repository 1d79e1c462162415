from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.examples import chart, scores, whole_report
from tracker.reports.printable import (
    LONGEST_CELL,
    LONGEST_SVG,
    LONGEST_TEXT,
    MOST_CHARTS,
    MOST_ROWS,
    ReportTooLarge,
    clean,
    printable,
    shortened,
)
from tracker.reports.progress_report import Note, ProgressReport
from tracker.reports.report_rows import EventRow


def _too_large() -> dict[str, ProgressReport]:
    report = whole_report()
    long_note = Note(title="Plan", paragraphs=("word " * LONGEST_TEXT,))
    notes = tuple(Note(title=str(n), paragraphs=("x" * 11_000,)) for n in range(30))
    drawn = chart()
    return {
        "rows": replace(report, scores=scores(MOST_ROWS + 1)),
        "text": replace(report, notes=(long_note,)),
        "cell": replace(report, events=(EventRow(date="", what="x" * (LONGEST_CELL + 1)),)),
        "all text": replace(report, notes=notes),
        "charts": replace(report, charts=(drawn,) * (MOST_CHARTS + 1)),
        "svg": replace(report, charts=(replace(drawn, svg="x" * (LONGEST_SVG + 1)),)),
        "alt": replace(report, charts=(replace(drawn, alt="x" * (LONGEST_TEXT + 1)),)),
    }


@pytest.mark.parametrize("what", ["rows", "text", "cell", "all text", "charts", "svg", "alt"])
def test_report_is_refused_when_it_holds_too_much(what: str) -> None:
    with pytest.raises(ReportTooLarge, match=r"rows|text|chart"):
        printable(_too_large()[what])


def test_report_is_taken_when_a_table_is_exactly_full() -> None:
    assert len(printable(replace(whole_report(), scores=scores(MOST_ROWS)))["scores"]) == MOST_ROWS


def test_chart_is_left_as_drawn_when_a_report_is_prepared() -> None:
    report = whole_report()
    assert [kept["svg"] for kept in printable(report)["charts"]] == [
        drawn.svg for drawn in report.charts
    ]


def test_control_characters_become_marks_when_text_is_cleaned() -> None:
    assert clean("a\x00b\x07c\ud800d") == "a\ufffdb\ufffdc\ufffdd"


def test_direction_overrides_vanish_when_text_is_cleaned() -> None:
    assert clean("dose \u202e05\u202c mg") == "dose 05 mg"


def test_lines_are_kept_only_when_the_section_has_lines() -> None:
    assert clean(" a \r\n b\tc ", keep_lines=True) == "a\nb c"
    assert clean(" a \r\n b\tc ") == "a b c"


def test_running_line_is_shortened_when_a_name_is_long() -> None:
    assert shortened("x" * 60, 44) == "x" * 43 + "…"
    assert shortened("x" * 44, 44) == "x" * 44


@given(st.text(max_size=400))
def test_no_word_is_too_long_for_a_line_when_text_is_cleaned(text: str) -> None:
    words = clean(text, keep_lines=True).replace("\u200b", " ").split()
    assert max(map(len, words), default=0) < 32


@given(st.text(max_size=400))
def test_no_word_is_too_long_for_a_column_when_text_is_cleaned(text: str) -> None:
    words = clean(text, in_cell=True).replace("\u200b", " ").split()
    assert max(map(len, words), default=0) < 18


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["C"])))
def test_words_stay_the_same_when_plain_text_is_cleaned(text: str) -> None:
    assert clean(text).replace("\u200b", "").split() == text.split()
