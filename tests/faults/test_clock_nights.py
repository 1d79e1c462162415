"""Nights on which the clocks change, through the pages: nothing lost, moved or counted wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.browsing import BASE
from tests.make.infusions import course_of_today, make_infusion, planned_id
from tests.make.world import open_every_day
from tracker.models.run_sheets import VitalSignsRow

pytestmark = pytest.mark.fault

BACK = datetime(2027, 11, 7, 6, 0, tzinfo=UTC)
"""In New York 2:00 becomes 1:00 again."""
FORWARD = datetime(2027, 3, 14, 7, 0, tzinfo=UTC)
"""In New York 2:00 becomes 3:00."""
SIGNS = {"diastolic_mmhg": 80, "heart_rate_bpm": 70, "spo2_percent": 98}


@pytest.fixture
def sheet(db, world, clock):
    """Opens the sheet of an infusion that began so many minutes before the clocks change."""

    def begin(change: datetime, minutes: int) -> str:
        clock.set(change - timedelta(minutes=minutes))
        who, on = world.a.clinician, (change - timedelta(hours=5)).date()
        open_every_day(db, world.a.clinic.id)
        course_id = course_of_today(db, who, world.a.patient_id, start_on=on, now=clock())
        made = make_infusion(db, who, planned_id(db, course_id), started_at=clock(), now=clock())
        db.rollback()
        return f"/infusions/{made}"

    return begin


def save(nurse, path, systolic, **typed):
    answers = SIGNS | {"systolic_mmhg": systolic, "csrf_token": nurse.csrf_token()} | typed
    return nurse.client.post(f"{path}/vital-signs", base_url=BASE, data=answers)


def stored(db):
    rows = db.execute(select(VitalSignsRow.systolic_mmhg, VitalSignsRow.occurred_at)).all()
    db.rollback()
    return dict(rows)


def test_sets_of_an_hour_that_comes_twice_keep_their_order_and_their_minutes(
    db, browser, world, clock, sheet
):
    path = sheet(BACK, 45)
    nurse = browser(world.a.clinician)
    for minutes, systolic in ((20, 121), (50, 122), (80, 123)):
        clock.set(BACK + timedelta(minutes=minutes - 45))
        assert save(nurse, path, systolic).status_code == 303
    began = BACK - timedelta(minutes=45)
    found = stored(db)
    assert {value: (at - began) // timedelta(minutes=1) for value, at in found.items()} == {
        121: 20,
        122: 50,
        123: 80,
    }
    page = nurse.get_page(path).html
    places = [page.index(f"T+{minutes}") for minutes in (80, 50, 20)]
    assert places == sorted(places), "newest first, by what passed and not by the wall clock"
    assert "T-" not in page


def test_a_typed_time_that_came_twice_is_taken_as_the_first_and_says_so(
    db, browser, world, clock, sheet
):
    path = sheet(BACK, 45)
    clock.set(BACK + timedelta(minutes=40))  # 1:40 for the second time
    nurse = browser(world.a.clinician)
    assert save(nurse, path, 131, measured_time="01:30").status_code == 303
    assert stored(db)[131] == BACK - timedelta(minutes=30)
    assert "taken as the first of two" in nurse.get(path).text


def test_a_typed_time_that_the_clocks_skipped_is_refused_and_kept(db, browser, world, clock, sheet):
    path = sheet(FORWARD, 45)
    clock.set(FORWARD + timedelta(minutes=20))  # 3:20
    nurse = browser(world.a.clinician)
    answer = save(nurse, path, 141, measured_time="02:30")
    assert answer.status_code == 422
    assert 'value="141"' in answer.text
    assert 'value="02:30"' in answer.text
    assert 141 not in stored(db)
    assert save(nurse, path, 141, measured_time="03:10").status_code == 303
    assert stored(db)[141] == FORWARD + timedelta(minutes=10)


@pytest.mark.parametrize("change", [BACK, FORWARD])
def test_no_page_fails_in_any_quarter_of_the_night(browser, world, clock, sheet, change):
    path = sheet(change, 60)
    for quarter in range(16):
        clock.set(change + timedelta(minutes=15 * quarter - 60))
        nurse = browser(world.a.clinician)
        for where in ("/board", path, "/patients", "/check-ins"):
            assert nurse.client.get(where, base_url=BASE).status_code == 200, (quarter, where)
