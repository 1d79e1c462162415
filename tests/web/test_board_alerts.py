"""More open alerts than the board lists: which ones stand there, and where the others are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.make.infusions import course_of_today
from tests.make.patients import make_patient
from tracker.domain.people import Person
from tracker.domain.safety import AlertLevel
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.courses import CourseRow
from tracker.models.database import transaction
from tracker.queries.alerts import list_first_open, list_open
from tracker.queries.board import ALERTS_LISTED, get_board


@pytest.fixture
def course(db: Session, world: Any) -> UUID:
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return course_id


def raise_alerts(
    db: Session, course_id: UUID, count: int, *, level: AlertLevel, due_at: datetime
) -> list[UUID]:
    """Open alerts of a course's patient, one rule each."""
    course = db.execute(
        select(CourseRow.clinic_id, CourseRow.patient_id).where(CourseRow.id == course_id)
    ).one()
    rows = [
        {
            "id": uuid4(),
            "clinic_id": course.clinic_id,
            "patient_id": course.patient_id,
            "course_id": course_id,
            "due_key": "daily",
            "instrument_key": "daily",
            "instrument_version": 2,
            "rule": f"{level} {number} {due_at}",
            "level": int(level),
            "met_by": {},
            "raised_at": due_at - timedelta(hours=4),
            "due_at": due_at,
            "action_taken": "",
        }
        for number in range(count)
    ]
    with transaction(db):
        db.execute(insert(SafetyAlertRow), rows)
    return [row["id"] for row in rows]


def first(db: Session, who: Person, now: datetime) -> tuple[list[UUID], int]:
    found = list_first_open(db, who, most=ALERTS_LISTED, now=now)
    return [each.id for each in found.lines], found.more


def test_an_overdue_alert_of_the_lowest_level_does_not_fall_off(db, world, course, clock):
    soon, late = clock() + timedelta(hours=2), clock() - timedelta(hours=1)
    raise_alerts(db, course, ALERTS_LISTED + 5, level=AlertLevel.SOON, due_at=soon)
    (overdue,) = raise_alerts(db, course, 1, level=AlertLevel.WATCH, due_at=late)
    (urgent,) = raise_alerts(db, course, 1, level=AlertLevel.NOW, due_at=clock())
    listed, more = first(db, world.a.clinician, clock())
    assert listed[:2] == [urgent, overdue]
    assert (len(listed), more) == (ALERTS_LISTED, 7)


def test_the_board_says_how_many_more_are_open_and_leads_to_all_of_them(
    browser, db, world, course, clock
):
    soon = clock() + timedelta(hours=2)
    raise_alerts(db, course, ALERTS_LISTED, level=AlertLevel.SOON, due_at=soon)
    staff = browser(world.a.clinician)
    assert "more open alert" not in staff.get_page("/board").text
    raise_alerts(db, course, 2, level=AlertLevel.WATCH, due_at=soon)
    page = staff.get_page("/board")
    assert page.text.count("Safety alert") == ALERTS_LISTED
    assert '<a href="/alerts">And 2 more open alerts</a>' in page.html
    everything = staff.get_page("/alerts")
    assert everything.html.count('href="/alerts/') == ALERTS_LISTED + 2
    assert "more open alert" not in browser(world.b.clinician).get_page("/board").text


def test_the_page_of_all_alerts_leaves_none_out(db, world, course, clock):
    raise_alerts(db, course, 250, level=AlertLevel.WATCH, due_at=clock())
    assert len(list_open(db, world.a.clinician)) == 250
    assert list_open(db, world.b.clinician) == ()


def test_an_alert_beyond_those_listed_still_holds_the_infusion(db, world, course, clock):
    """Those that are overdue come first: the one that holds may stand behind them."""
    who = world.a.clinician
    late, soon = clock() - timedelta(hours=1), clock() + timedelta(hours=2)
    raise_alerts(db, course, ALERTS_LISTED, level=AlertLevel.WATCH, due_at=late)
    other = make_patient(db, who)
    held = raise_alerts(db, course_of_today(db, who, other), 1, level=AlertLevel.NOW, due_at=soon)
    assert held[0] not in first(db, who, clock())[0]
    assert get_board(db, who, world.a.clinic, now=clock()).held == {other}
