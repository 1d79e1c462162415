"""The letters of a month: ordered on a page, made by the worker, downloaded, deleted."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from sqlalchemy import select

from tests.make.progress import make_running_course
from tracker.models.audit import AuditEventRow
from tracker.models.report_batches import ReportBatchRow
from tracker.web import typesetting

OPTION = re.compile(r'<option[^>]* value="(\d{4}-\d\d)"')
WANTED = {"month": "2026-10", "kind": "insurer"}


@pytest.fixture(autouse=True)
def _no_child_stays(app):
    yield
    setter = app.extensions.get(typesetting.TYPESETTER)
    if setter is not None:
        setter.close()


def order(nurse):
    answer = nurse.submit("/reports/months", WANTED, containing="month")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def run_worker(app):
    done = app.test_cli_runner().invoke(args=["reports", "work", "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_letters_are_ordered_made_downloaded_and_deleted(app, browser, db, world):
    make_running_course(db, world.a, given=1)
    nurse = browser(world.a.clinician)
    where = order(nurse)
    waiting = nurse.get_page(where)
    assert "0 of 1 letters made" in waiting.text
    assert "Look again" in waiting.text
    assert nurse.get(f"{where}/letters.zip").status_code == 404
    db.rollback()
    assert run_worker(app) == {"made": 1, "failed": 0, "freed": 0, "files": 1, "expired": 0}
    done = nurse.get_page(where)
    assert "1 of 1 letters made" in done.text
    assert f'href="{where}/letters.zip"' in done.html
    answer = nurse.get(f"{where}/letters.zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=letters-2026-10-insurer.zip"
    )
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["001-A-1001-2026-10.pdf"]
        assert archive.read("001-A-1001-2026-10.pdf").startswith(b"%PDF-")
    assert nurse.submit(where, {}, containing="submission_id").status_code == 303
    assert "Deleted" in nurse.get_page(where).text
    assert nurse.get(f"{where}/letters.zip").status_code == 404
    events = db.scalars(select(AuditEventRow.event)).all()
    for event in ("ordered", "made", "downloaded", "deleted"):
        assert f"reports of a month {event}" in events


def test_the_page_leads_back_and_offers_the_months_that_have_something(browser, db, world):
    make_running_course(db, world.a, given=1)
    page = browser(world.a.clinician).get_page("/reports/months").html
    assert OPTION.findall(page) == ["2026-11", "2026-10"]
    assert '<p class="back"><a href="/patients">Patients</a></p>' in page
    other = browser(world.b.clinician).get_page("/reports/months").html
    assert OPTION.findall(other) == ["2026-11"]


def test_another_clinic_finds_nothing_and_other_roles_may_not(app, browser, db, world):
    make_running_course(db, world.a, given=1)
    where = order(browser(world.a.clinician))
    db.rollback()
    run_worker(app)
    for address in (where, f"{where}/letters.zip"):
        assert browser(world.b.clinician).get(address).status_code == 404
        assert browser(world.a.administrator).get(address).status_code == 403
        assert browser(world.a.patient).get(address).status_code == 403
    assert (
        "insurer"
        not in browser(world.b.clinician)
        .get_page("/reports/months")
        .text.split("Ordered before")[1]
    )


def test_a_file_that_was_exchanged_is_not_handed_out(app, browser, db, world):
    make_running_course(db, world.a, given=1)
    nurse = browser(world.a.clinician)
    where = order(nurse)
    db.rollback()
    run_worker(app)
    db.scalars(select(ReportBatchRow)).one().file = b"PK"
    db.commit()
    assert nurse.get(f"{where}/letters.zip").status_code == 303
    assert "differs from what was stored" in nurse.get_page(where).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"month": "2026-12"}, "Choose a month."),
        ({"month": "2026-09"}, "Choose a month."),
        ({"month": "2026-11"}, "No course has anything"),
        ({"kind": ""}, "Choose one of the answers."),
        ({"kind": "calendar"}, "Choose one of the answers."),
    ],
)
def test_what_does_not_fit_comes_back(browser, db, world, typed, words):
    make_running_course(db, world.a, given=1)
    answer = browser(world.a.clinician).submit(
        "/reports/months", WANTED | typed, containing="month"
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert db.scalars(select(ReportBatchRow.id)).all() == []
