"""The kinds of report: what each says and leaves out, on screen and on paper alike."""

from __future__ import annotations

import io
import json
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.make.check_ins import send_daily
from tests.make.progress import make_better_course
from tracker.actions.infusion_events import Happening, record_event
from tracker.models.infusions import GivenInfusionRow
from tracker.web import typesetting


@pytest.fixture
def course_id(db, world):
    return make_better_course(db, world.a)


@pytest.fixture(autouse=True)
def _no_child_stays(app):
    yield
    setter = app.extensions.get(typesetting.TYPESETTER)
    if setter is not None:
        setter.close()


def words_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"[\s\u200b]+", " ", " ".join(page.extract_text() for page in pages))


def syllables(word: str) -> int:
    """How many syllables an English word has, near enough for a grade: groups of vowels."""
    word = re.sub(r"(?<=[^aeiouyl])e$|(?<=[aeiouy].)es$|ed$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def reading_grade(sentences: list[str]) -> float:
    """The Flesch-Kincaid grade (Kincaid and others, 1975)."""
    words = [word for line in sentences for word in re.findall(r"[A-Za-z']+", line)]
    stops = sum(max(1, len(re.findall(r"[.?!](?:\s|$)", line))) for line in sentences)
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / stops + 11.8 * per_word - 15.59


def test_a_patients_report_is_plain_short_and_tagged(browser, world, course_id):
    clinician = browser(world.a.clinician)
    address = f"/courses/{course_id}/report"
    page = clinician.get_page(f"{address}?kind=patient")
    pdf = clinician.get(f"{address}.pdf?kind=patient").data
    text = words_of(pdf)
    said = re.findall(r"<p>([^<]+)</p>", page.html[page.html.index('class="sheet"') :])
    assert len(said) > 10
    assert reading_grade(said) <= 8
    for words in (
        "Your progress",
        "Sam SampleA",
        "A-1001",
        "went from 60 to 20",
        "Lower is better",
        "off-label",
        "not a diagnosis",
        "988",
        "Signature and date",
    ):
        assert words in page.text, words
        assert words in text, words
    for left_out in ("percentile", "Reliab", "Peak BP", "alert"):
        assert left_out not in page.text, left_out
        assert left_out not in text, left_out
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) <= 2
        assert bool(opened.Root.MarkInfo.Marked)
        assert str(opened.docinfo["/Title"]) == "Progress report"
        for sheet in opened.pages:
            for font in sheet.Resources.Font.values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
    assert "DRAFT, not signed" in text


def test_a_patients_report_is_spanish_where_asked(browser, world, course_id):
    clinician = browser(world.a.clinician)
    address = f"/courses/{course_id}/report"
    page = clinician.get_page(f"{address}?kind=patient&language=es")
    pdf = clinician.get(f"{address}.pdf?kind=patient&language=es").data
    text = words_of(pdf)
    assert 'lang="es"' in page.html
    for words in ("Cómo empezó y cómo está ahora", "Qué sigue", "Si necesita ayuda ahora mismo"):
        assert words in page.text, words
        assert words in text, words
    assert "BORRADOR, sin firma" in text
    assert "Página 1 de" in text
    for english in ("Lower is better", "Your ", "Record number", "Page 1"):
        assert english not in text, english
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang).startswith("es")


def test_an_insurer_gets_the_minimum(browser, world, course_id):
    clinician = browser(world.a.clinician)
    address = f"/courses/{course_id}/report"
    page = clinician.get_page(f"{address}?kind=insurer")
    text = words_of(clinician.get(f"{address}.pdf?kind=insurer").data)
    for words in (
        "for the insurer",
        "20 of 80",
        "Therapy sessions",
        "off-label",
        "What is requested",
        "Specialty of the prescriber",
        "Treatment and setting",
    ):
        assert words in page.text, words
        assert words in text, words
    infusions = page.text[page.text.index("Peak BP") : page.text.index("Therapy sessions")]
    for left_out in ("Events", "CADSS-6", "Therapist"):
        assert left_out not in page.text, left_out
    assert "Min after" in infusions
    for left_out in ("Symptom groups", "Side effects", "safety alert", "Medicines beside"):
        assert left_out not in page.text, left_out
        assert left_out not in text, left_out


@pytest.fixture
def with_safety(db, world, course_id):
    """An alert of the second day and a serious event of the second infusion."""
    at = datetime(2026, 10, 27, 21, tzinfo=ZoneInfo(world.a.clinic.timezone))
    send_daily(db, world.a, now=at, due_key="daily:2026-10-27", self_harm=3)
    sheet_id, started_at = db.execute(
        select(GivenInfusionRow.id, GivenInfusionRow.occurred_at).order_by(
            GivenInfusionRow.occurred_at.desc()
        )
    ).first()
    db.rollback()
    at = started_at + timedelta(minutes=15)
    happening = Happening(term="Laryngospasm", occurred_at=at, grade=3, is_serious=True)
    record_event(db, world.a.clinician, sheet_id, happening, submission=None, now=at)
    return course_id


MARKED = "Safety alerts: 1. Serious events: 1."


def svgs_of(clinician, html):
    """Every drawing that a page shows."""
    found = re.findall(r'(?:src|srcset)="(/courses[^"]+\.svg[^"]*)"', html)
    assert found
    return [clinician.get(each.replace("&amp;", "&")).text for each in dict.fromkeys(found)]


def test_clinicians_see_marks_of_safety_on_pages_and_in_the_letter_to_a_colleague(
    browser, world, with_safety
):
    clinician = browser(world.a.clinician)
    address = f"/courses/{with_safety}"
    for path in ("", "/progress", "/report?kind=referrer"):
        page = clinician.get_page(address + path)
        assert MARKED in page.html, path
        drawn = [each for each in svgs_of(clinician, page.html) if "-safety-serious" in each]
        assert len(drawn) >= 2, path
    assert "27 Oct 2026 safety alert" in clinician.get_page(f"{address}/progress").text
    text = words_of(clinician.get(f"{address}/report.pdf?kind=referrer").data)
    for words in (MARKED, "serious event", "alert: now"):
        assert words in text, words


@pytest.mark.parametrize("query", ["kind=patient", "kind=patient&language=es", "kind=insurer"])
def test_patients_and_insurers_get_none_of_them(browser, world, with_safety, query):
    """Neither in a drawing nor in a word, on the page and on paper."""
    clinician = browser(world.a.clinician)
    address = f"/courses/{with_safety}/report"
    page = clinician.get_page(f"{address}?{query}")
    for svg in svgs_of(clinician, page.html):
        assert "point-" in svg
        assert not re.search("safety|alert|serious|Laryngospasm|medicine", svg)
    text = words_of(clinician.get(f"{address}.pdf?{query}").data)
    for shown in (text, page.html[page.html.index('class="sheet"') :]):
        assert not re.search("Safety alerts|safety alert|alert: |serious event", shown)
    own = browser(world.a.patient)
    html = own.get_page("/me/progress").html
    drawn = [own.get(each).text for each in set(re.findall(r'"(/me/progress/charts/[^"]+)"', html))]
    assert drawn
    assert not [svg for svg in drawn if re.search("safety|alert|serious", svg)]


def test_a_calendar_says_nothing_that_a_guest_may_not_see(browser, world, course_id):
    clinician = browser(world.a.clinician)
    address = f"/courses/{course_id}/report"
    page = clinician.get_page(f"{address}?kind=calendar&language=es").text
    pdf = clinician.get(f"{address}.pdf?kind=calendar")
    text = words_of(pdf.data)
    assert "Calendar of Sam" in text
    assert "Visit" in text
    assert "Visita" in page
    sheet = page[page.index("Calendario de Sam") :]
    for private in ("SampleA", "A-1001", "etamin", "PTSD", "nfus", "herap", "symptom"):
        assert private not in text, private
        assert private not in sheet, private
    assert pdf.headers["Content-Disposition"] == "inline; filename=calendar-2026-11-23.pdf"


def test_the_tables_tell_of_the_days_that_were_chosen(browser, world, course_id):
    clinician = browser(world.a.clinician)
    address = f"/courses/{course_id}/report?from=2026-10-27&to=2026-10-31"
    text = clinician.get_page(address).text
    assert "27 Oct 2026 to 31 Oct 2026" in text
    infusions = text[text.index("Peak BP") : text.index("Therapy sessions")]
    assert "30 Oct 2026" in infusions.replace("\xa0", " ")
    assert "26 Oct 2026" not in infusions.replace("\xa0", " ")
    assert "Baseline" in text


@pytest.mark.parametrize(
    "typed", ["from=2026-11-31", "from=soon", "from=2026-11-20&to=2026-11-01", "to=9999999"]
)
def test_days_that_make_no_period_are_said(browser, world, course_id, typed):
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}/report?{typed}")
    assert "The whole course is shown." in page.text


def test_every_kind_is_made_on_the_command_line(app, db, world, course_id, tmp_path):
    db.rollback()
    out = tmp_path / "report.pdf"
    done = app.test_cli_runner().invoke(
        args=["reports", "make", "--course", str(course_id), "--out", str(out), "--json"]
        + ["--kind", "patient", "--language", "es", "--from", str(date(2026, 10, 1))]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["bytes"] == out.stat().st_size
    assert (told["kind"], told["from"]) == ("patient", "2026-10-01")
    assert "Su próxima infusión" in words_of(out.read_bytes())
    wrong = app.test_cli_runner().invoke(
        args=["reports", "make", "--course", str(course_id), "--out", str(out)]
        + ["--from", "2026-10-02", "--to", "2026-10-01"]
    )
    assert wrong.exit_code == 1
    assert "ends before it begins" in wrong.output
