"""Batch scoring: a table of cells in, a table of results out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.instruments import check_answers, definitions, get
from tracker.domain.scoring import ScoredTable, TableFault, score


def header(key: str) -> list[str]:
    return [f"q{number}" for number in range(1, len(get(key).items) + 1)]


def scored(key: str, cells: Sequence[object], names: Sequence[str] = ()) -> dict[str, object]:
    table = ScoredTable(get(key), names or header(key)[: len(cells)])
    return dict(zip(table.header, table.score_row([str(cell) for cell in cells]), strict=True))


def test_pcl_5_has_its_columns_in_order() -> None:
    assert ScoredTable(get("pcl-5"), header("pcl-5")).header == (
        "answered", "complete", "prorated", "total", "b", "c", "d", "e",
        "endorsed_b", "endorsed_c", "endorsed_d", "endorsed_e", "provisional_diagnosis", "flags",
    )  # fmt: skip
    assert ScoredTable(get("gad-7"), header("gad-7")).header[4:] == ("band", "flags")
    assert ScoredTable(get("phq-9"), header("phq-9")).header[4:] == ("band", "item9", "flags")


def test_a_whole_row_has_every_output() -> None:
    row = scored("pcl-5", [3, 3, 2, 3, 2, 3, 3, 1, 3, 2, 3, 3, 3, 2, 2, 1, 4, 3, 3, 4])
    assert list(row.values()) == [20, "yes", "no", 53, 13, 6, 17, 17, 5, 2, 6, 5, "yes", ()]


def test_a_skipped_cell_leaves_open_what_it_could_turn_and_nothing_else() -> None:
    row = scored("pcl-5", [*[2] * 5, 2, "", *[0] * 13])
    assert row["answered"] == 19
    assert row["complete"] == "no"
    assert (row["prorated"], row["total"]) == ("yes", Decimal("12.63"))
    assert (row["b"], row["c"]) == (10, None)
    assert (row["endorsed_b"], row["endorsed_c"]) == (5, None)
    assert row["provisional_diagnosis"] == "no"
    open_one = scored("pcl-5", [*[2] * 5, 0, "", *[2] * 13])
    assert open_one["provisional_diagnosis"] == "undetermined"


def test_flags_name_alerts_prorated_groups_and_contradictions() -> None:
    row = scored("pcl-5", ["", *[1] * 14, 3, *[1] * 4])
    assert row["flags"] == ("risky-behaviour", "prorated-b")
    assert scored("phq-9", [*[0] * 8, ""])["flags"] == ("self-harm-skipped",)
    odd = scored("c-ssrs-screener", [0, 0, "", 1, "", 0, ""])
    assert (odd["triage"], odd["flags"]) == ("high", ("triage-high", "contradiction-q4"))


def test_phq_9_is_taken_with_and_without_its_difficulty() -> None:
    nine, ten = scored("phq-9", [2] * 9), scored("phq-9", [*[2] * 9, 3])
    assert nine == ten
    assert (nine["answered"], nine["complete"], nine["total"]) == (9, "yes", 18)
    assert (nine["band"], nine["item9"]) == ("moderately severe", 2)
    assert scored("phq-9", ["", *[2] * 7, 2], header("phq-9")[:9])["band"] == "moderately severe"
    assert scored("phq-9", [""] * 9)["band"] is None


def test_bam_never_has_a_total() -> None:
    row = scored("bam", [4, 4, 4, 1, 0, 0, 0, 0, 1, 1, 0, 2, 3, 3, 0, 2, 0])
    assert row["total"] is None
    assert (row["use"], row["risk"], row["protective"], row["prorated"]) == (1, 12, 12, "no")
    assert (row["use_flag"], row["risk_flag"], row["protective_flag"]) == ("yes", "yes", "yes")


def test_a_list_of_answers_is_one_cell_with_semicolons() -> None:
    row = scored("after-infusion", [1, 2, 3, 4, " tired;nausea"])
    assert (row["total"], row["side_effects"]) == (10, ("nausea", "tired"))


def test_columns_may_be_in_any_order_and_case() -> None:
    names = [" Q2", "q1"]
    row = scored("phq-2", ["3", " 1 "], names)
    assert row["total"] == 4


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        (["q1"], "q2 missing"),
        (["q1", "q2", "age"], "age unknown"),
        (["q1", "q2", "q2"], "q2 there twice"),
        (["q1", "", "q1"], r"q2 missing; \(empty\) unknown; q1 there twice"),
        (["q1;q2"], "q1, q2 missing; q1;q2 unknown"),
    ],
)
def test_header_is_refused_with_every_column_that_is_wrong(names: list[str], fault: str) -> None:
    with pytest.raises(TableFault, match=fault):
        ScoredTable(get("phq-2"), names)


@pytest.mark.parametrize("cell", ["4", "-1", "1.0", "+1", "01", "²", "yes", "NA", "0x1", "9" * 99])
def test_a_cell_is_refused_when_it_is_not_offered(cell: str) -> None:
    with pytest.raises(TableFault, match="^q2 is .*: write a whole number from 0 to 3"):
        scored("phq-2", ["1", cell])


@pytest.mark.parametrize("cell", ["none;nausea", "cough", "nausea,tired", "1", "nausea\n;x"])
def test_a_list_is_refused_when_it_cannot_be(cell: str) -> None:
    with pytest.raises(TableFault, match="^q5 is "):
        scored("after-infusion", [1, 2, 3, 4, cell])


@pytest.mark.parametrize("cells", [[], ["1"], ["1", "2", "3"]])
def test_a_row_is_refused_when_cells_are_missing_or_too_many(cells: list[str]) -> None:
    with pytest.raises(TableFault, match=f"has {len(cells)} cells, the header has 2"):
        ScoredTable(get("phq-2"), ["q1", "q2"]).score_row(cells)


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, list[str]]:
    key = draw(st.sampled_from(sorted(set(definitions()) - {"after-infusion"})))
    cells = []
    for item in get(key).items:
        highest = get(key).answer_scale(item).highest
        cells.append(draw(st.just("") | st.integers(0, highest).map(str)))
    return key, cells


@given(rows())
def test_a_row_scores_as_a_check_in_of_the_same_answers_does(row: tuple[str, list[str]]) -> None:
    key, cells = row
    instrument = get(key)
    raw = {
        item.id: int(cell) if cell else None
        for item, cell in zip(instrument.items, cells, strict=True)
    }
    alone = {made.scale: made.value for made in score(instrument, check_answers(instrument, raw))}
    shown = scored(key, cells)
    assert shown["total"] == alone.get(instrument.total)
    for column in instrument.columns:
        if column.scale:
            assert shown[column.name] == alone[column.scale]


@given(key=st.sampled_from(sorted(definitions())), cells=st.lists(st.text(max_size=4), max_size=8))
def test_junk_is_scored_or_refused_but_never_fails_otherwise(key: str, cells: list[str]) -> None:
    table = ScoredTable(get(key), header(key))
    try:
        made = table.score_row(cells)
    except TableFault as fault:
        assert "\n" not in str(fault)  # noqa: PT017 -- both ways are right
    else:
        assert len(made) == len(table.header)
