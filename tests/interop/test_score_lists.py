"""Reading lists of scores: encodings, separators, and what a whole file can have wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import instruments
from tracker.domain.historic_scores import HistoricLine, check_lines
from tracker.interop.score_lists import LARGEST_BYTES, UnreadableList, read_score_list

TODAY = date(2026, 11, 23)
HEAD = "record_number,instrument,date"
QUESTIONS = ",".join(f"q{number}" for number in range(1, 8))


def read(text: str) -> tuple[HistoricLine, ...]:
    return read_score_list(text.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_both_encodings_and_both_line_ends_are_read(encoding, end):
    raw = end.join([f"{HEAD},total", "Ñ-1,gad-7,2026-01-05,9", "", "B-2,gad-7,2026-01-05, 8 "])
    lines = read_score_list(raw.encode(encoding))
    assert [(each.line, each.record_number, each.total) for each in lines] == [
        (2, "Ñ-1", "9"),
        (4, "B-2", "8"),
    ]


def test_columns_may_stand_in_any_order():
    (line,) = read("total,date,Instrument ,record_number\n3,2026-01-05,gad-7,A-1")
    assert (line.record_number, line.instrument, line.on, line.total) == (
        "A-1",
        "gad-7",
        "2026-01-05",
        "3",
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (b"record_number;instrument;date;total\n", "separated by semicolons"),
        (b"record_number\tinstrument\tdate\ttotal\n", "separated by tabs"),
        (f"{HEAD},total\nJosé".encode("latin-1"), "Line 2 is not in UTF-8"),
        (f"{HEAD},total\n".encode("utf-16"), "is not in UTF-8"),
        (f"{HEAD},total\nA\x00".encode(), "NUL"),
        (b"x" * (LARGEST_BYTES + 1), "larger than 10 MB"),
        (f"{HEAD}\n".encode(), "Neither q1"),
        (b"instrument,total\n", "record_number, date missing"),
        (f"{HEAD},total,total\n".encode(), "stands there 2 times"),
        (f"{HEAD},total,sign_off\n".encode(), "“sign_off” is no column"),
        (f"{HEAD},q1,q3\n".encode(), "without a gap"),
        (",".join(f"no{n}" for n in range(50)).encode(), "“no7” is no column.* And 44 more."),
        (f'{HEAD},total\n"A'.encode(), "The file is not CSV"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused(raw, says):
    with pytest.raises(UnreadableList, match=says):
        read_score_list(raw)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("A-1,gad-7,2026-01-05,9,1,1,1,1,1,1,1,1", "There are 12 cells, the header has 11"),
        (",gad-7,2026-01-05,,1,1,1,1,1,1,1", "record number"),
        ("A-1,gad-77,2026-01-05,9,,,,,,,", "There is no instrument “gad-77”"),
        ("A-1,gad-7,05/01/2026,9,,,,,,,", "“05/01/2026” is not a date such as"),
        ("A-1,gad-7,20260105,9,,,,,,,", "is not a date"),
        ("A-1,gad-7,2026-02-30,9,,,,,,,", "is not a date"),
        ("A-1,gad-7,2026-11-24,9,,,,,,,", "is in the future"),
        ("A-1,gad-7,0099-01-05,9,,,,,,,", "before 1950"),
        ("A-1,gad-7,2026-01-05,,,,,,,,", "neither answers nor a total"),
        ("A-1,gad-7,2026-01-05,22,,,,,,,", "is not a number from 0 to 21"),
        ("A-1,gad-7,2026-01-05,-1,,,,,,,", "is not a number from 0 to 21"),
        ("A-1,gad-7,2026-01-05,1e1,,,,,,,", "is not a number"),
        ("A-1,gad-7,2026-01-05,NaN,,,,,,,", "is not a number"),
        ("A-1,gad-7,2026-01-05,,1,1,4,1,1,1,1", "q3 is “4”"),
        ("A-1,gad-7,2026-01-05,,1,1,٣,1,1,1,1", "q3 is “٣”"),
        ("A-1,gad-7,2026-01-05,9,1,1,1,1,1,1,1", "The answers give 7, but the total says 9"),
        ("A-1,phq-2,2026-01-05,,1,1,1,,,,", "PHQ-2 has 2 questions, but q3 is “1”"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_of_that_line(row, says):
    good = "A-1,gad-7,2026-01-04,7,1,1,1,1,1,1,1"
    lines = read(f"{HEAD},total,{QUESTIONS}\n{good}\n{row}")
    scores, problems = check_lines(lines, today=TODAY)
    assert [each.line for each in scores] == [2]
    assert [each.line for each in problems] == [3]
    assert says in problems[0].words


def test_two_lines_of_the_same_day_are_a_problem():
    text = f"{HEAD},total\nA-1,gad-7,2026-01-05,7\na-1,GAD-7,2026-01-05,8\nA-1,phq-2,2026-01-05,1"
    scores, problems = check_lines(read(text), today=TODAY)
    assert [each.line for each in scores] == [2, 4]
    assert [(each.line, each.words) for each in problems] == [
        (3, "It is about the same day as line 2.")
    ]


def test_an_empty_answer_was_skipped_and_is_no_zero():
    text = f"{HEAD},{QUESTIONS}\nA-1,gad-7,2026-01-05,1,1,,1,1,1,1"
    (score,), problems = check_lines(read(text), today=TODAY)
    assert problems == ()
    third = instruments.get("gad-7").items[2].id
    assert score.answers.skipped == (third,)
    assert score.total is None


CELLS = st.sampled_from(
    [
        "",
        "A-1",
        "gad-7",
        "phq-9",
        "2026-01-05",
        "9",
        "0",
        "=1+1",
        '"',
        ",",
        "\n",
        "x" * 40,
        "9" * 30,
    ]
)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(st.lists(CELLS, min_size=1, max_size=9).map(",".join), max_size=8).map(
            lambda rows: "\n".join([f"{HEAD},total,q1,q2", *rows]).encode()
        ),
    )
)
def test_any_file_ends_in_scores_or_in_sentences(raw):
    try:
        lines = read_score_list(raw)
    except UnreadableList as problem:
        refusal = str(problem)
    else:
        scores, problems = check_lines(lines, today=TODAY)
        assert len(scores) + len(problems) == len(lines)
        refusal = ".".join(each.words for each in problems) or "."
    assert refusal.endswith(".")
