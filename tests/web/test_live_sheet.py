"""The run sheet that keeps itself current: what it costs, and that it misses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.make.infusions import course_of_today, make_infusion, make_vital_signs, planned_id
from tests.statements import but_beginnings, statements_sent
from tracker.models.base import Base
from tracker.queries.sheet_versions import ROWS_ADDED

OPEN = {"X-Background-Refresh": "1"}


@pytest.fixture
def sheet_id(db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    return make_infusion(db, world.a.clinician, planned_id(db, course_id))


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


def ask(visitor, sheet_id, etag=""):
    headers = OPEN | ({"If-None-Match": etag} if etag else {})
    return visitor.client.get(
        f"/infusions/{sheet_id}/live", base_url="http://127.0.0.1:8000", headers=headers
    )


def test_an_unchanged_sheet_is_neither_read_nor_rendered(app, nurse, sheet_id):
    first = ask(nurse, sheet_id)
    assert first.status_code == 200
    with statements_sent(app) as sent:
        again = ask(nurse, sheet_id, first.headers["ETag"])
    assert (again.status_code, again.text) == (304, "")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert len(but_beginnings(sent)) == 3  # the sign-in, whose sheet it is, its version


def test_a_new_entry_and_a_new_minute_are_seen(nurse, sheet_id, db, world, clock):
    before = ask(nurse, sheet_id).headers["ETag"]
    make_vital_signs(db, world.a.clinician, sheet_id, now=clock())
    after = ask(nurse, sheet_id, before)
    assert after.status_code == 200
    clock.forward(seconds=60)
    later = ask(nurse, sheet_id, after.headers["ETag"])
    assert later.status_code == 200
    clock.set(clock() + timedelta(seconds=1))
    assert ask(nurse, sheet_id, later.headers["ETag"]).status_code == 304


def test_everything_that_points_at_a_sheet_is_counted():
    pointing = {
        table.name for table in Base.metadata.tables.values() if "run_sheet_id" in table.columns
    }
    assert {row.__tablename__ for row in ROWS_ADDED} == pointing


def test_an_etag_of_one_person_is_none_of_another(nurse, browser, world, sheet_id):
    etag = ask(nurse, sheet_id).headers["ETag"]
    assert ask(browser(world.a.therapist), sheet_id, etag).status_code == 200


def test_minutes_that_go_on_say_since_when_and_stand_as_words_without_scripts(
    nurse, sheet_id, clock
):
    clock.forward(minutes=12)
    page = nurse.get(f"/infusions/{sheet_id}").text
    assert 'data-words="min">12 min</p>' in page
    assert 'data-words="min late" data-tone="caution">2 min late</p>' in page
    assert f'data-now="{clock().isoformat()}"' in page
