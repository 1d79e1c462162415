"""Prior treatments and the diagnosis: typed, corrected, and printed for those who may read them."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from tests.make.case_history import make_assessment, make_trial
from tests.make.progress import make_better_course
from tracker.domain.prior_treatments import TreatmentKind, standing_trials
from tracker.models.case_history import CourseAssessmentRow, PriorTreatmentRow
from tracker.models.courses import CourseRow
from tracker.queries.prior_treatments import list_trials
from tracker.web import typesetting

TRIED = {
    "kind": "medicine",
    "treatment": "Sertraline",
    "treatment_class": "SSRI",
    "dose": "200 mg daily",
    "weeks": "12",
    "taken_percent": "90",
    "adequacy": "adequate",
    "outcome": "partial",
    "ended_because": "no_benefit",
}


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def path(world):
    return f"/patients/{world.a.patient_id}/prior-treatments"


@pytest.fixture(autouse=True)
def _no_child_stays(app):
    yield
    setter = app.extensions.get(typesetting.TYPESETTER)
    if setter is not None:
        setter.close()


def standing(db, world):
    db.rollback()
    return [
        each.trial
        for each in standing_trials(list_trials(db, world.a.clinician, world.a.patient_id))
    ]


def words_of(pdf):
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"[\s\u200b]+", " ", " ".join(page.extract_text() for page in pages))


def test_a_treatment_is_listed_and_can_be_reached_from_the_patient(nurse, db, world, path):
    assert nurse.submit(path, TRIED, containing="treatment").status_code == 303
    (trial,) = standing(db, world)
    assert (trial.treatment, trial.weeks, trial.taken_percent) == ("Sertraline", 12, 90)
    text = nurse.get_page(path).text
    for words in ("12 weeks", "Adequate, 90 % taken", "Partial response", "Too little benefit"):
        assert words in text
    assert f'href="{path}"' in nurse.get_page(f"/patients/{world.a.patient_id}").html


def test_the_class_of_what_is_no_medicine_is_its_kind_as_in_the_letters(db, nurse, world, path):
    kind = TreatmentKind.PSYCHOTHERAPY
    make_trial(db, world.a, kind=kind, treatment="EMDR", treatment_class="")
    cells = re.findall(r"<td[^>]*>(?:\s*)([^<]*?)\s*</td>", nurse.get_page(path).html)
    assert "Psychotherapy" in cells


def test_a_correction_and_a_strike_keep_what_was_written(nurse, db, world, path):
    first = make_trial(db, world.a)
    answer = nurse.submit(
        f"/prior-treatments/{first}/correct",
        {"dose": "150 mg", "correction_reason": "Misread"},
        containing="treatment",
    )
    assert answer.headers["Location"] == path
    assert [each.dose for each in standing(db, world)] == ["150 mg"]
    again = nurse.submit(
        f"/prior-treatments/{first}/strike",
        {"correction_reason": "Again"},
        containing="correction_reason",
    )
    assert again.status_code == 422
    assert "corrected or struck out already" in again.text
    second = db.scalars(select(PriorTreatmentRow.id).where(PriorTreatmentRow.id != first)).one()
    nurse.submit(
        f"/prior-treatments/{second}/strike",
        {"correction_reason": "Another patient"},
        containing="correction_reason",
    )
    assert standing(db, world) == []
    page = nurse.get_page(path)
    assert "<s>" in page.html
    assert "Reason: Another patient." in page.text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("treatment", "", "Enter treatment."),
        ("dose", "", "Enter the highest dose"),
        ("weeks", "", "Enter from when it was tried"),
        ("weeks", "0", "whole number from 1"),
        ("taken_percent", "101", "from 0 to 100"),
        ("started_on", "2026-11-24", "cannot be in the future"),
        ("outcome", "", "Choose the outcome."),
        ("ended_because", "bored", "Choose why it ended"),
    ],
)
def test_what_does_not_fit_comes_back_and_nothing_is_stored(
    nurse, db, world, path, field, typed, words
):
    answer = nurse.submit(path, TRIED | {field: typed}, containing="treatment")
    assert answer.status_code == 422
    assert words in answer.text
    assert "Sertraline" in answer.text or field == "treatment"
    assert standing(db, world) == []


def test_the_diagnosis_is_versioned_and_nothing_is_overwritten_unseen(nurse, db, world):
    course_id = make_better_course(db, world.a)
    where = f"/courses/{course_id}/assessment"
    early = nurse.get_page(where).form("icd10_code")["fields"]
    answers = {"icd10_code": "f4312", "trauma": "accident", "assessment": "Sleeps better"}
    assert nurse.submit(where, answers, containing="icd10_code").status_code == 303
    page = nurse.get_page(where)
    assert 'value="F43.12"' in page.html
    assert "Version 1, written" in page.text
    late = nurse.client_post(where, early | {"icd10_code": "F33.1"})
    assert late.status_code == 422
    assert "Somebody else wrote a new version" in late.get_data(as_text=True)
    wrong = nurse.submit(where, {"icd10_code": "PTSD"}, containing="icd10_code")
    assert wrong.status_code == 422
    assert "such as F43.10" in wrong.text
    assert 'value="PTSD"' in wrong.text
    rows = db.scalars(select(CourseAssessmentRow.icd10_code)).all()
    assert rows == ["F43.12"]


def test_the_letters_say_what_their_readers_need(nurse, db, world):
    course_id = make_better_course(db, world.a)
    db.execute(update(CourseRow).values(indication="After what uncle Bob did"))
    db.commit()
    make_assessment(db, world.a, course_id)
    make_trial(db, world.a, note="cried when asked")
    for kind in ("referrer", "insurer"):
        address = f"/courses/{course_id}/report"
        page = nurse.get_page(f"{address}?kind={kind}").text
        paper = words_of(nurse.get(f"{address}.pdf?kind={kind}").data)
        for words in ("F43.12", "Prior treatments", "Sertraline", "SSRI", "200 mg daily"):
            assert words in page, words
            assert words in paper, words
        for words in ("12 weeks", "90 %", "Adequate", "Partial response", "Too little benefit"):
            assert words in page, words
            assert words in paper, words
        for shown in (page, paper):
            assert "cried when asked" not in shown
            assert ("uncle Bob" in shown) is (kind == "referrer")
            assert ("Accident" in shown) is (kind == "referrer")
    patient = nurse.get_page(f"/courses/{course_id}/report?kind=patient").text
    assert "F43.12" not in patient
    assert "Sertraline" not in patient


def test_other_clinics_and_roles_are_kept_out(browser, db, world, path):
    course_id, trial = make_better_course(db, world.a), make_trial(db, world.a)
    for where in (
        path,
        f"/courses/{course_id}/assessment",
        f"/prior-treatments/{trial}/correct",
        f"/prior-treatments/{trial}/strike",
    ):
        assert browser(world.b.clinician).get(where).status_code == 404
        assert browser(world.a.administrator).get(where).status_code == 403
        assert browser(world.a.patient).get(where).status_code == 403
