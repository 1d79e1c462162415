from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import astuple, replace

import pikepdf
import pytest
from pypdf import PdfReader

from tests.reports.examples import (
    TEMPLATES,
    empty_report,
    infusions,
    scores,
    whole_report,
)
from tracker.reports.document import Paper
from tracker.reports.fonts import font_folders
from tracker.reports.progress_report import (
    Audience,
    Note,
    ProgressReport,
    ReportPatient,
    SignatureLine,
)
from tracker.reports.report_rows import EventRow
from tracker.reports.typesetter import Typesetter

LONG = replace(whole_report(), infusions=infusions(8, boosters=24), scores=scores(60), draft=True)


def _pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def _squeezed(text: str) -> str:
    """Text without spaces and break marks: where lines are broken says nothing about the words."""
    return re.sub(r"[\s\u200b]+", "", text)


def _elements(node: object) -> Iterator[pikepdf.Dictionary]:
    if isinstance(node, pikepdf.Array):
        for part in node:
            yield from _elements(part)
    if isinstance(node, pikepdf.Dictionary):
        yield node
        yield from _elements(node.get("/K"))


def _kinds(pdf: pikepdf.Pdf) -> dict[str, list[pikepdf.Dictionary]]:
    kinds: dict[str, list[pikepdf.Dictionary]] = {}
    for element in _elements(pdf.Root.StructTreeRoot.K):
        kinds.setdefault(str(element.get("/S")), []).append(element)
    return kinds


def test_every_number_is_on_paper_when_a_report_is_printed(typesetter: Typesetter) -> None:
    report = whole_report()
    text = _squeezed("".join(_pages(typesetter.pdf(report))))
    assert report.scores is not None
    assert report.groups is not None
    assert report.infusions is not None
    for row in (*report.scores, *report.groups, *report.infusions[:-1]):
        assert _squeezed("".join(astuple(row))) in text
    for sentence in (*report.summary, *report.limits, *report.crisis, report.safety):
        assert _squeezed(sentence) in text


@pytest.mark.parametrize("report", [whole_report(), LONG, empty_report()])
def test_every_page_says_whose_it_is_when_a_report_is_printed(
    typesetter: Typesetter, report: ProgressReport
) -> None:
    pages = _pages(typesetter.pdf(report))
    for number, page in enumerate(pages, start=1):
        assert report.patient.name in page
        assert f"Born {report.patient.born}" in page
        assert f"Record {report.patient.record_number}" in page
        assert f"Page {number} of {len(pages)}" in page
        assert f"Made {report.generated_text} by {report.generated_by}" in page
        assert ("DRAFT, not signed" in page) is report.draft


def test_letterhead_is_on_the_first_page_only_when_there_are_more(typesetter: Typesetter) -> None:
    pages = _pages(typesetter.pdf(whole_report()))
    assert ["Harbor Street Clinic" in page for page in pages] == [True] + [False] * (len(pages) - 1)


def test_missing_values_are_said_in_words_when_nothing_is_known(typesetter: Typesetter) -> None:
    text = " ".join(_pages(typesetter.pdf(empty_report()))).replace("\n", " ")
    for words in (
        "No data to summarize yet",
        "Not enough scores for a chart",
        "no scores in this period",
        "no infusions in this period",
        "no therapy sessions in this period",
        "None recorded in this period",
        "Born Not recorded",
    ):
        assert words in text


def test_sections_are_left_out_when_the_reader_does_not_need_them(typesetter: Typesetter) -> None:
    report = replace(
        whole_report(), audience=Audience.PATIENT, scores=None, infusions=None, events=None
    )
    text = "\n".join(_pages(typesetter.pdf(report)))
    assert "Progress report for the patient" in text
    assert "Peak BP" not in text
    assert "Side effects" not in text
    assert "58 of 80" not in text


def test_signature_never_stands_alone_when_it_falls_on_a_page_of_its_own(
    typesetter: Typesetter,
) -> None:
    for lines in range(0, 40, 4):
        notes = (Note(title="Plan", paragraphs=("A line of the plan.",) * lines),)
        pages = _pages(typesetter.pdf(replace(whole_report(), notes=notes)))
        assert "Signature and date" in pages[-1]
        assert "Limits of this report" in pages[-1]


def test_table_head_is_on_each_page_when_a_table_is_long(typesetter: Typesetter) -> None:
    pages = _pages(typesetter.pdf(LONG))
    rows_on = [page for page in pages if re.search(r"of 80\s", page) or " of 80" in page]
    assert len(rows_on) > 1
    assert all("Answered" in page for page in rows_on)


@pytest.mark.parametrize(
    ("paper", "width_mm", "height_mm"), [(Paper.LETTER, 215.9, 279.4), (Paper.A4, 210, 297)]
)
def test_sheet_has_its_size_when_a_paper_is_chosen(
    typesetter: Typesetter, paper: Paper, width_mm: float, height_mm: float
) -> None:
    reader = PdfReader(io.BytesIO(typesetter.pdf(replace(whole_report(), paper=paper))))
    for page in reader.pages:
        assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(width_mm, abs=0.1)
        assert float(page.mediabox.height) / 72 * 25.4 == pytest.approx(height_mm, abs=0.1)


def test_file_says_nothing_about_the_patient_when_only_its_metadata_is_read(
    typesetter: Typesetter,
) -> None:
    pdf = pikepdf.open(io.BytesIO(typesetter.pdf(whole_report())))
    metadata = pdf.Root.Metadata.read_bytes().decode()
    assert "Progress report" in metadata
    assert str(pdf.docinfo["/Title"]) == "Progress report"
    for private in ("Whitfield", "HS-004217", "Harbor", "etamine", "PTSD"):
        assert private not in metadata
        assert private not in str(dict(pdf.docinfo))


def test_file_is_accessible_when_a_report_is_printed(typesetter: Typesetter) -> None:
    pdf = pikepdf.open(io.BytesIO(typesetter.pdf(whole_report())))
    assert "<pdfuaid:part>1</pdfuaid:part>" in pdf.Root.Metadata.read_bytes().decode()
    assert str(pdf.Root.Lang).startswith("en")
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    kinds = _kinds(pdf)
    assert len(kinds["/H1"]) == 1
    assert [str(figure.Alt) for figure in kinds["/Figure"]] == [
        chart.alt for chart in whole_report().charts
    ]
    assert len(kinds["/THead"]) == len(kinds["/Table"]) == 8
    assert len(kinds["/TH"]) == 9 + 8 + 6 + 3 + 13 + 5 + 3 + 5


def test_every_font_is_in_the_file_when_a_report_is_printed(typesetter: Typesetter) -> None:
    report = replace(whole_report(), summary=("Ελληνικά, עברית, عربية, Кириллица, ≥ 30",))
    pdf = pikepdf.open(io.BytesIO(typesetter.pdf(report)))
    fonts_used = [font for page in pdf.pages for font in page.Resources.Font.values()]
    names = {str(font.BaseFont).split("+")[-1].split("-")[0] for font in fonts_used}
    assert names == {"SourceSansPro", "DejaVuSans"}
    for font in fonts_used:
        described = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in described or "/FontFile3" in described


def test_bytes_are_equal_when_the_same_report_is_printed_by_two_processes(
    typesetter: Typesetter,
) -> None:
    first = typesetter.pdf(whole_report())
    typesetter.pdf(LONG)
    assert typesetter.pdf(whole_report()) == first
    other = Typesetter(TEMPLATES, font_folders(), time_limit_seconds=30)
    try:
        assert other.pdf(whole_report()) == first
    finally:
        other.close()


HOSTILE = (
    '#read("/etc/passwd")',
    '#eval("1+1") #import "@preview/x:1.0.0": *',
    "$ x^2 $ *bold* _under_ `raw` = Heading",
    "<script>alert(1)</script> <label> @reference",
    "\\u{41} // comment /* open",
    "]} #panic() [{",
    "[[1]] \\[ #sys.inputs",
    "'quotes' \"double\" -- --- ... ~",
    "{{ 7*7 }} ${7*7} %s",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_stay_words_when_they_look_like_markup(typesetter: Typesetter, words: str) -> None:
    report = replace(
        whole_report(),
        patient=ReportPatient(name=words, born="3 May 1984", record_number=words),
        summary=(words,),
        events=(EventRow(date="5 Sep 2026", what=words),),
        notes=(Note(title=words, paragraphs=(words,)),),
        signatures=(SignatureLine(name=words, role=words, signed=words),),
        recipient=words,
        limits=(words,),
        crisis=(words,),
    )
    text = _squeezed("".join(_pages(typesetter.pdf(report))))
    assert text.count(_squeezed(words)) >= 10


AWKWARD = (
    "😀 emoji 中文 \U000f0000",
    "عربى and עברית and Ελληνικά",
    "\x00\x01\x1b[31m\x7f\x9f control",
    "x" * 10_000,
    "a\u0301" * 500,
    "\u202egnp.exe",
    "\ufeff\ufffe\uffff\ufdd0 \ud83d lone",
    "line\nbreak\r\nand\ttab\u2028separator",
    " ",
)


@pytest.mark.parametrize("words", AWKWARD)
def test_report_is_printed_when_a_note_is_awkward(typesetter: Typesetter, words: str) -> None:
    report = replace(
        whole_report(),
        patient=replace(whole_report().patient, name=words[:200]),
        notes=(Note(title="Plan", paragraphs=(words, "After it.")),),
        events=(EventRow(date="", what=words[:900]),),
    )
    text = "\n".join(_pages(typesetter.pdf(report)))
    assert "After it." in text
    assert "Signature and date" in text


def test_letters_without_a_glyph_are_marked_when_printed(typesetter: Typesetter) -> None:
    report = replace(whole_report(), summary=("Before 中文 after",))
    assert "Before \ufffd\ufffd after" in "\n".join(_pages(typesetter.pdf(report)))


def test_an_ordinary_course_fits_on_four_pages(typesetter: Typesetter) -> None:
    for paper in Paper:
        report = replace(whole_report(), paper=paper)
        assert len(PdfReader(io.BytesIO(typesetter.pdf(report))).pages) <= 4
