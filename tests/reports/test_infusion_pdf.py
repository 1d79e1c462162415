"""The printed infusion record, read back from its pages."""

from __future__ import annotations

import io
import re
from dataclasses import astuple, replace

import pikepdf
import pytest
from pypdf import PdfReader

from tests.reports.infusion_examples import (
    empty_record,
    long_record,
    ordinary_record,
    whole_record,
)
from tracker.reports.document import Paper
from tracker.reports.infusion_record import (
    CheckLine,
    InfusionRecord,
    LogLine,
    NoticeLine,
    RecordPatient,
    StepLine,
    checklist,
)
from tracker.reports.progress_report import SignatureLine
from tracker.reports.typesetter import Typesetter


def _pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def test_every_entry_is_on_paper_when_a_record_is_printed(typesetter: Typesetter) -> None:
    record = whole_record()
    text = _squeezed("".join(_pages(typesetter.pdf(record))))
    lines = (
        *record.vital_sets,
        *record.notices,
        *record.steps,
        *record.checks.runs,
        *record.checks.lines,
        *record.log,
        *record.drug,
        *record.recovery,
        *record.discharge.runs,
        *record.discharge.lines,
        *record.facts,
        *record.dose,
    )
    for line in lines:
        words = [each for each in astuple(line) if isinstance(each, str)]
        if getattr(line, "gap", ""):
            words = [line.gap]
        assert all(_squeezed(each) in text for each in words)
    for words in (record.left, record.integrity, record.drug_sum, record.addenda[0].text):
        assert _squeezed(words) in text


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("record", [ordinary_record(), empty_record()])
def test_an_infusion_is_one_page_when_it_went_as_it_should(
    typesetter: Typesetter, record: InfusionRecord, paper: Paper
) -> None:
    assert len(_pages(typesetter.pdf(replace(record, paper=paper)))) == 1


def test_an_ordinary_infusion_is_not_made_small_to_fit() -> None:
    record = ordinary_record()
    assert len(record.vital_sets) == 12
    assert sum(line.kind == "Event" for line in record.log) == 2
    before, after = (
        sum(run.words.count(" · ") + 1 for run in each.runs)
        for each in (record.checks, record.discharge)
    )
    assert (before, after) == (14, 7)
    assert len(record.drug) == 1
    assert len(record.signatures) == 2


def test_plain_checks_are_said_in_one_run_when_one_person_did_them() -> None:
    done = [
        CheckLine(item=item, result="Done", by="Kim Ade, 9:52", plain=True) for item in ("A", "B")
    ]
    noted = CheckLine(item="C", result="Done", remark="at 7", by="Kim Ade, 9:52", plain=True)
    moved = CheckLine(item="D", result="Overridden", remark="Why", by="Kim Ade, 9:52")
    made = checklist([*done, moved, noted, CheckLine(item="E", plain=True)])
    assert [(run.label, run.words) for run in made.runs] == [
        ("Done, Kim Ade, 9:52", "A · B · C (at 7)"),
        ("Open", "E"),
    ]
    assert made.lines == (moved,)


@pytest.mark.parametrize(
    "record", [ordinary_record(), whole_record(), long_record(), empty_record()]
)
@pytest.mark.parametrize("paper", list(Paper))
def test_every_page_says_whose_it_is_when_a_record_is_printed(
    typesetter: Typesetter, record: InfusionRecord, paper: Paper
) -> None:
    pages = _pages(typesetter.pdf(replace(record, paper=paper)))
    for number, page in enumerate(pages, start=1):
        assert record.patient.name in page
        assert f"Record {record.patient.record_number}" in page
        assert f"Page {number} of {len(pages)}" in page
        assert ("DRAFT, not signed" in page) is record.draft


def test_rows_stay_whole_and_heads_repeat_when_a_record_is_long(typesetter: Typesetter) -> None:
    pages = _pages(typesetter.pdf(long_record()))
    with_sets = [page for page in pages if re.search(r"T\+\d+ \d\d:\d0", page)]
    assert len(with_sets) > 1
    assert all("CADSS-6" in page for page in with_sets)
    assert sum(page.count("210/86") for page in pages) == 1


def test_gaps_and_struck_entries_stay_readable_when_printed(typesetter: Typesetter) -> None:
    text = "\n".join(_pages(typesetter.pdf(whole_record())))
    assert "No set between 10:20 and 10:44: 24 min, every 10 asked." in text
    assert "210/86" in text
    assert "Corrected 10:24 by Kim Ade" in text


def test_missing_parts_are_said_in_words_when_nothing_was_recorded(typesetter: Typesetter) -> None:
    text = " ".join(_pages(typesetter.pdf(empty_record()))).replace("\n", " ")
    for words in (
        "No vital signs were entered.",
        "No limit of the site was reached",
        "No step was recorded.",
        "No check was answered.",
        "No draw from a vial was recorded.",
        "No recovery score was recorded.",
        "No discharge check was answered.",
        "DRAFT, not signed",
    ):
        assert words in text


HOSTILE = (
    '#read("/etc/passwd")',
    "$ x^2 $ *bold* _under_ `raw` = Heading",
    "<script>alert(1)</script> <label> @reference",
    "]} #panic() [{",
    "\x00\x1b[31m\u202egnp.exe",
    "x" * 900,
)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_stay_words_when_they_look_like_markup(typesetter: Typesetter, words: str) -> None:
    record = replace(
        whole_record(),
        patient=RecordPatient(name=words, record_number=words, allergies=words),
        heading=words,
        steps=(StepLine(when="10:00", what=words, remark=words, struck=True),),
        log=(LogLine(minute="T+1", when="10:01", kind="Note", what=words, remark=words),),
        notices=(NoticeLine(when="10:02", notice=words, action=words, by=words),),
        left=words,
        signatures=(SignatureLine(name=words, role=words, signed=words),),
    )
    text = _squeezed("".join(_pages(typesetter.pdf(record))))
    if words.isprintable():
        assert text.count(_squeezed(words)) >= 8
    assert "Steps" in text


def test_file_is_accessible_and_neutral_when_a_record_is_printed(typesetter: Typesetter) -> None:
    pdf = pikepdf.open(io.BytesIO(typesetter.pdf(whole_record())))
    metadata = pdf.Root.Metadata.read_bytes().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert str(pdf.docinfo["/Title"]) == "Run sheet"
    assert bool(pdf.Root.MarkInfo.Marked)
    for private in ("Whitfield", "HS-004217", "Harbor", "etamine"):
        assert private not in metadata


def test_record_refuses_a_naive_moment_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(whole_record(), generated_at=whole_record().generated_at.replace(tzinfo=None))
