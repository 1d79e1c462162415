"""The code of a printed report leads staff of its clinic to the report, and nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.make.everything import ids_of, make_everything
from tracker.domain.report_codes import report_code
from tracker.domain.signing import text_hash
from tracker.models.audit import AuditEventRow
from tracker.models.signed_reports import SignedReportRow
from tracker.models.triggers import unguard_reports


@pytest.fixture
def code(db, world, clock):
    make_everything(db, world, now=clock())
    db.rollback()
    return report_code(text_hash("{}"))


def check(visitor, typed):
    return visitor.submit("/reports/check", {"code": typed})


def test_a_code_tells_which_report_it_is_and_that_its_file_fits(browser, world, code, db):
    answer = check(browser(world.a.clinician), code.lower().replace("-", " "))
    assert answer.status_code == 200
    assert "Referring clinician".lower() in answer.text.lower()
    assert "SampleA" in answer.text
    assert "SampleB" not in answer.text
    assert "The stored file is the one that was signed" in answer.text
    assert f'href="/signed-reports/{ids_of("a")["signed_report"]}"' in answer.text
    asked = select(AuditEventRow.patient_id, AuditEventRow.detail)
    seen = db.execute(asked.where(AuditEventRow.object_kind == "signed_report")).one()
    assert seen.patient_id == world.a.patient_id
    assert seen.detail == {"page": "reports.check"}


def test_a_file_that_was_exchanged_is_named(browser, world, code, db):
    unguard_reports(db.connection())
    db.execute(update(SignedReportRow).values(pdf=b"%PDF-"))
    db.commit()
    answer = check(browser(world.a.clinician), code)
    assert "The stored file is not what was signed" in answer.text
    assert "Open the signed file" not in answer.text


@pytest.mark.parametrize("typed", ["0000-0000-0000", "____-____-____", "x", "", "%", "\x00"])
def test_a_code_of_nothing_says_so(browser, world, code, typed):
    answer = check(browser(world.a.clinician), typed)
    assert answer.status_code in {200, 422}
    assert "SampleA" not in answer.text
    assert (
        "No signed report of this clinic" in answer.text
        or "Enter" in answer.text
        or ("such as 3F9C-07B1-E2D4" in answer.text)
    )


def test_only_staff_who_make_reports_may_ask(browser, world, code):
    assert browser(None).get("/reports/check").status_code == 303
    for person in (world.a.patient, world.a.administrator):
        assert browser(person).get("/reports/check").status_code == 403
