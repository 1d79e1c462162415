"""How a patient is asked: their own settings, the same for staff, and what follows for the days."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.make.courses import make_course
from tests.make.infusions import course_of_today, make_end, make_infusion, planned_id
from tests.make.patients import NOW
from tracker.models import check_in_plans
from tracker.models.audit import AuditEventRow
from tracker.models.check_in_preferences import CheckInPreferencesRow

CHOSEN = {"language": "es", "weekly_weekday": "3", "timezone": "America/Los_Angeles"}


def stored(db: Any, world: Any) -> Any:
    row = db.execute(
        select(
            CheckInPreferencesRow.language,
            CheckInPreferencesRow.weekly_weekday,
            CheckInPreferencesRow.timezone,
            CheckInPreferencesRow.version,
        ).where(CheckInPreferencesRow.patient_id == world.a.patient_id)
    ).one()
    db.rollback()
    return row


def test_a_patient_chooses_language_weekday_and_zone(browser, world, db):
    phone = browser(world.a.patient)
    assert phone.submit("/me/settings", CHOSEN).status_code == 303
    assert tuple(stored(db, world)) == ("es", 3, "America/Los_Angeles", 2)
    page = phone.get_page("/me/settings")
    assert "Guardado: " in page.text
    assert page.form("timezone")["fields"]["weekly_weekday"] == ["3"]
    assert phone.submit("/me/settings", {"timezone": "", "language": ""}).status_code == 303
    assert tuple(stored(db, world)) == (None, 3, None, 3)


def test_zones_are_named_by_their_place_in_the_patient_s_language(browser, world):
    phone = browser(world.a.patient)
    assert ">Los Angeles, United States</option>" in phone.get_page("/me/settings").html
    phone.submit("/me/settings", CHOSEN)
    page = phone.get_page("/me/settings")
    assert ">Los Ángeles, Estados Unidos</option>" in page.html
    assert "La de la clínica: Nueva York, Estados Unidos" in page.text
    assert not re.search(r">[^<]*\w/\w[^<]*</option>", page.html)


def test_a_zone_that_was_chosen_under_an_older_name_stays_chosen(browser, world, db):
    phone = browser(world.a.patient)
    assert phone.submit("/me/settings", CHOSEN).status_code == 303
    older = {"timezone": "US/Pacific"}
    db.execute(update(CheckInPreferencesRow).values(older))
    db.commit()
    assert phone.get_page("/me/settings").form("timezone")["fields"]["timezone"] == ["US/Pacific"]
    assert phone.submit("/me/settings", {"weekly_weekday": "2"}).status_code == 303
    assert stored(db, world).timezone == "US/Pacific"


def test_a_choice_that_is_sent_twice_is_stored_once(browser, world, db):
    phone = browser(world.a.patient)
    form = phone.get_page("/me/settings").form("timezone")["fields"] | CHOSEN
    for _ in range(2):
        assert phone.client_post("/me/settings", form).status_code == 303
    assert stored(db, world).version == 2
    found = db.scalars(select(AuditEventRow.event)).all()
    assert found.count("check-in settings changed") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("timezone", "Etc/GMT+5"), ("timezone", "+05:00"), ("weekly_weekday", "7"), ("language", "x")],
)
def test_what_is_not_in_the_list_is_refused(browser, world, db, name, value):
    phone = browser(world.a.patient)
    assert phone.submit("/me/settings", {name: value}).status_code == 422
    assert stored(db, world).version == 1


def test_staff_choose_for_a_patient_and_the_patient_reads_it(browser, world, db):
    nurse = browser(world.a.clinician)
    path = f"/patients/{world.a.patient_id}/check-in-settings"
    assert path in nurse.get_page(f"/patients/{world.a.patient_id}/edit").html
    assert nurse.submit(path, {"weekly_weekday": "1"}).status_code == 303
    assert stored(db, world).weekly_weekday == 1
    page = browser(world.a.patient).get_page("/me/settings")
    assert page.form("timezone")["fields"]["weekly_weekday"] == ["1"]


def test_whoever_was_slower_learns_that_it_was_changed_meanwhile(browser, world, db):
    phone, nurse = browser(world.a.patient), browser(world.a.clinician)
    mine = phone.get_page("/me/settings").form("timezone")["fields"] | {"weekly_weekday": "2"}
    nurse.submit(f"/patients/{world.a.patient_id}/check-in-settings", {"weekly_weekday": "4"})
    assert phone.client_post("/me/settings", mine).status_code == 409
    assert stored(db, world).weekly_weekday == 4


def test_the_day_of_a_check_in_is_the_patients(browser, world, db, clock):
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    clock.set(datetime(2026, 11, 24, 8, 30, tzinfo=UTC))  # past three here, past midnight there
    phone = browser(world.a.patient)
    assert "daily:2026-11-24" in phone.get_page("/me/check-in/daily").html
    phone.submit("/me/settings", {"timezone": "America/Los_Angeles"})
    assert "daily:2026-11-23" in phone.get_page("/me/check-in/daily").html


def test_the_weekly_rating_is_asked_on_the_weekday_that_was_chosen(browser, world, db, clock):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    infusion_id = make_infusion(db, world.a.clinician, planned_id(db, course_id))
    make_end(db, world.a.clinician, infusion_id, now=NOW)
    phone = browser(world.a.patient)
    phone.submit("/me/settings", {"weekly_weekday": "3"})
    plan = check_in_plans.of_course(db, world.a.clinic.id, course_id)
    db.rollback()
    due = plan.due(datetime(2026, 12, 1, tzinfo=UTC), {})
    weekly = [one.due_on for one in due if one.due_key.startswith("weekly:2")]
    assert weekly
    assert {day.weekday() for day in weekly} == {3}
