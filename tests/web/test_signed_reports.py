"""A signed report stays as it went out, and is made again from its data, byte for byte."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from tests.make.accounts import PASSWORD, give_password
from tests.make.progress import give, make_running_course
from tracker.domain.report_codes import report_code
from tracker.models.signed_reports import SignedReportRow as Row
from tracker.models.triggers import unguard_reports
from tracker.reports.typesetter import with_code
from tracker.web import typesetting


@pytest.fixture
def course_id(db, world):
    give_password(db, world.a.clinician)
    return make_running_course(db, world.a)


@pytest.fixture(autouse=True)
def _no_child_stays(app):
    yield
    setter = app.extensions.get(typesetting.TYPESETTER)
    if setter is not None:
        setter.close()


def sign(clinician, course_id, password=PASSWORD, *, asked="kind=referrer", before=None):
    address = f"/courses/{course_id}/report/sign?{asked}"
    page = clinician.get_page(address)
    if before:
        before()
    fields = page.form("password")["fields"]
    return clinician.client_post(address, fields | {"password": password})


def test_the_file_is_kept_as_it_was_signed_and_made_again_from_its_data(
    app, browser, db, world, course_id, clock
):
    clinician = browser(world.a.clinician)
    assert sign(clinician, course_id).status_code == 303
    stored = db.execute(select(Row.__table__)).mappings().one()
    db.rollback()
    assert hashlib.sha256(stored["pdf"]).hexdigest() == stored["pdf_hash"]
    text_of = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(stored["pdf"])).pages)
    assert "DRAFT" not in text_of
    assert "Signed 23 Nov 2026" in text_of
    page = clinician.get_page(f"/courses/{course_id}/report")
    assert "Signed reports of this course" in page.text
    assert "Only what is new since the last signed report" in page.text
    on_course = clinician.get_page(f"/courses/{course_id}")
    assert f'href="/signed-reports/{stored["id"]}"' in on_course.html
    give(db, world.a, course_id, 4)
    clock.forward(minutes=5)
    answer = clinician.get(f"/signed-reports/{stored['id']}")
    assert answer.data == stored["pdf"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].endswith("-2026-11-23-signed.pdf")
    code = f"Code {report_code(stored['content_hash'])}"
    assert code in text_of
    with app.app_context():
        again = with_code(stored["content"], code)
        assert typesetting.typesetter().pdf_of(again) == stored["pdf"]
    assert browser(world.b.clinician).get(f"/signed-reports/{stored['id']}").status_code == 404


def test_nothing_is_signed_with_a_wrong_password_or_on_what_has_changed(
    browser, db, world, course_id
):
    clinician = browser(world.a.clinician)
    wrong = sign(clinician, course_id, "wrong-wrong-wrong")
    assert wrong.status_code == 422
    assert "The password is not right" in wrong.get_data(as_text=True)
    changed = sign(clinician, course_id, before=lambda: give(db, world.a, course_id, 4))
    assert changed.status_code == 422
    assert "Read the report again" in changed.get_data(as_text=True)
    assert db.execute(select(Row.id)).all() == []


def test_a_file_that_was_exchanged_is_not_shown(browser, db, world, course_id):
    clinician = browser(world.a.clinician)
    answer = sign(clinician, course_id)
    assert answer.status_code == 303, re.sub(r"<[^>]+>|\s+", " ", answer.get_data(as_text=True))
    stored = db.execute(select(Row.id)).scalar_one()
    db.rollback()
    unguard_reports(db.connection())
    db.execute(update(Row).values(pdf=b"%PDF-"))
    db.commit()
    answer = clinician.get(f"/signed-reports/{stored}")
    assert answer.status_code != 200
    assert not answer.data.startswith(b"%PDF")
