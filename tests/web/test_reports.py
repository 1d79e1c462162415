"""The report on screen and as a file: the same numbers, nobody's name in the file's."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.make.medicines import make_medicine
from tests.make.progress import make_better_course, make_running_course
from tracker.models.audit import AuditEventRow
from tracker.reports.typesetter import Typesetter, TypesettingFailed
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


def words_of(pdf):
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_the_page_shows_the_whole_report(browser, world, course_id):
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}/report")
    for words in (
        "Progress report for the referring clinician",
        "Sam SampleA",
        "A-1001",
        "60 → 20 (−40, 67 % better). Response",
        "3 of 6 infusions given",
        "151/93",
        "off-label",
        "not a diagnosis",
        "Site setting, needs clinical review",
        "Signature and date",
        "988",
    ):
        assert words in page.text, words


def test_medicines_beside_the_treatment_are_on_the_page_and_in_the_file(
    browser, db, world, course_id, clock
):
    make_medicine(db, world.a, "50 mg", on=date(2026, 1, 5), now=clock())
    make_medicine(db, world.a, "100 mg", on=date(2026, 11, 2), now=clock())
    clinician = browser(world.a.clinician)
    page = clinician.get_page(f"/courses/{course_id}/report").text
    pdf = words_of(clinician.get(f"/courses/{course_id}/report.pdf").data)
    for words in ("Taken when the course began", "Sertraline 50 mg → 100 mg"):
        assert words in page, words
        assert words in pdf, words


def test_the_pictures_of_the_page_are_those_for_paper(browser, world, course_id):
    clinician = browser(world.a.clinician)
    page = clinician.get_page(f"/courses/{course_id}/report")
    found = re.findall(r'src="(/courses/[^"]+-print/[^"]+)"', page.html)
    assert len(found) == 3
    assert all(clinician.get(src).status_code == 200 for src in found)


@pytest.mark.parametrize(("asked", "width"), [("letter", "612"), ("a4", "595")])
def test_the_file_is_set_for_the_sheet_that_was_chosen(browser, world, course_id, asked, width):
    answer = browser(world.a.clinician).get(f"/courses/{course_id}/report.pdf?paper={asked}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert re.search(rf"MediaBox ?\[ ?0 0 {width}".encode(), answer.data)


def test_the_name_of_the_file_says_nothing_of_the_patient(browser, world, course_id):
    answer = browser(world.a.clinician).get(f"/courses/{course_id}/report.pdf")
    disposition = answer.headers["Content-Disposition"]
    assert disposition == "inline; filename=progress-report-2026-11-23.pdf"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_same_data_give_the_same_bytes(browser, world, course_id):
    clinician = browser(world.a.clinician)
    first = clinician.get(f"/courses/{course_id}/report.pdf").data
    assert clinician.get(f"/courses/{course_id}/report.pdf").data == first


def test_the_file_has_the_numbers_of_the_page(browser, world, course_id):
    text = words_of(browser(world.a.clinician).get(f"/courses/{course_id}/report.pdf").data)
    for words in ("Sam SampleA", "151/93", "60 of 80", "20 of 80", "page 1 of", "off-label"):
        assert words.lower() in text.lower(), words


def test_a_report_is_printed_at_any_moment(browser, clock, world, course_id):
    clock.set(datetime(2026, 11, 23, 15, 0, 7, 123456, tzinfo=UTC))
    answer = browser(world.a.clinician).get(f"/courses/{course_id}/report.pdf")
    assert answer.status_code == 200


def test_printing_is_in_the_audit_trail(browser, db, world, course_id):
    browser(world.a.clinician).get(f"/courses/{course_id}/report.pdf")
    events = db.execute(
        select(AuditEventRow.object_id, AuditEventRow.patient_id).where(
            AuditEventRow.event == "report printed"
        )
    ).all()
    assert events == [(course_id, world.a.patient_id)]


def test_a_course_without_scores_has_a_report_that_says_so(browser, db, world):
    course_id = make_running_course(db, world.a, given=0)
    clinician = browser(world.a.clinician)
    page = clinician.get_page(f"/courses/{course_id}/report")
    assert "Not enough scores for a chart." in page.text
    assert "No data" in page.text
    assert clinician.get(f"/courses/{course_id}/report.pdf").status_code == 200


def test_a_failure_to_print_is_a_plain_page(browser, monkeypatch, world, course_id):
    def fail(self, report):
        raise TypesettingFailed("no", detail=report.patient.name)

    monkeypatch.setattr(Typesetter, "pdf", fail)
    answer = browser(world.a.clinician).get(f"/courses/{course_id}/report.pdf")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_another_clinics_report_is_not_found(browser, world, course_id):
    stranger = browser(world.b.clinician)
    assert stranger.get(f"/courses/{course_id}/report").status_code == 404
    assert stranger.get(f"/courses/{course_id}/report.pdf").status_code == 404


def test_a_patient_may_not_make_a_report(browser, world, course_id):
    assert browser(world.a.patient).get(f"/courses/{course_id}/report.pdf").status_code == 403
