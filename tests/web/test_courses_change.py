"""Changing a plan, ending a course and adding boosters in a browser."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.browsing import Browser, Page
from tests.make.courses import make_course
from tests.make.patients import NOW
from tests.make.world import World
from tests.statements import count_reads
from tracker.models.courses import CourseRow, PlanChangeRow, PlannedInfusionRow
from tracker.queries.courses import get_plan

WHY = {"whose": "patient", "reason": "has flu"}


@pytest.fixture
def course_id(db: Session, world: World) -> UUID:
    return make_course(db, world.a.clinician, world.a.patient_id)


def days(db: Session, course_id: UUID) -> dict[int, date]:
    db.rollback()
    rows = db.execute(
        select(PlannedInfusionRow.number, PlannedInfusionRow.planned_on)
        .where(PlannedInfusionRow.course_id == course_id, PlannedInfusionRow.state == "planned")
        .order_by(PlannedInfusionRow.number)
    )
    return {row.number: row.planned_on for row in rows}


def move_to(clinician: Browser, path: str, day: date, **changes: str) -> Any:
    answers = {"change": "move", "to_on": "other", "other_on": day.isoformat(), "step": "show"}
    return clinician.submit(path, answers | WHY | changes)


def save(clinician: Browser, path: str, answer: Any) -> Any:
    fields = Page(answer.text).form("shown")["fields"]
    return clinician.client_post(path, fields | {"step": "accept"})


def test_what_moves_is_shown_before_it_is_stored(
    browser: Any, world: World, db: Session, course_id: UUID
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/plan/3"
    before = days(db, course_id)
    to_on = before[3] + timedelta(days=1)
    shown = move_to(clinician, path, to_on)
    assert shown.status_code == 200
    page = Page(shown.text)
    assert "What moves" in page.text
    assert f"Infusion 3 {_words(before[3])} {_words(to_on)}" in page.text
    assert "Reason: Patient: has flu" in page.text
    assert days(db, course_id) == before
    saved = save(clinician, path, shown)
    assert (saved.status_code, saved.headers["Location"]) == (303, f"/courses/{course_id}")
    assert days(db, course_id)[3] == to_on
    changes = db.execute(
        select(PlanChangeRow.reason, PlanChangeRow.moves).where(
            PlanChangeRow.course_id == course_id
        )
    )
    moves = {row.reason: row.moves for row in changes}["Patient: has flu"]
    assert {"number": 3, "from_on": before[3].isoformat(), "to_on": to_on.isoformat()} in moves


def _words(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b} {on.year}"


def test_an_offered_day_can_be_chosen(
    browser: Any, world: World, db: Session, course_id: UUID
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/plan/4"
    page = clinician.get_page(path)
    offered = [given["value"] for _, given in page.labelled if given.get("name") == "to_on"]
    assert len(offered) == 4
    assert offered[-1] == "other"
    assert "days after infusion 3" in page.text
    answers = {"change": "move", "to_on": offered[0], "step": "show"} | WHY
    shown = clinician.submit(path, answers)
    assert save(clinician, path, shown).status_code == 303
    assert days(db, course_id)[4].isoformat() == offered[0]


def test_nothing_is_stored_twice_when_the_change_is_sent_twice(
    browser: Any, world: World, db: Session, course_id: UUID
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/plan/3"
    shown = move_to(clinician, path, days(db, course_id)[3] + timedelta(days=1))
    assert save(clinician, path, shown).status_code == 303
    after = days(db, course_id)
    assert save(clinician, path, shown).status_code == 303
    assert days(db, course_id) == after


def test_the_second_of_two_people_sees_both_versions(
    browser: Any, world: World, db: Session, course_id: UUID
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/plan/3"
    third = days(db, course_id)[3]
    one = move_to(clinician, path, third + timedelta(days=1))
    other = move_to(clinician, path, third - timedelta(days=1))
    assert save(clinician, path, one).status_code == 303
    after = days(db, course_id)
    stale = save(clinician, path, other)
    assert stale.status_code == 409
    assert "Infusion 3" in stale.text
    assert days(db, course_id) == after


def test_a_broken_gap_is_named_before_saving(
    browser: Any, world: World, db: Session, course_id: UUID
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/plan/6"
    shown = move_to(clinician, path, days(db, course_id)[6] + timedelta(days=7))
    page = Page(shown.text)
    assert "1 gap is outside the agreed range" in page.text
    assert "more than the rule allows" in page.text


def test_a_cancelled_infusion_gets_a_new_day_and_stays_readable(
    browser: Any, world: World, db: Session, course_id: UUID
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/plan/2"
    before = days(db, course_id)
    shown = clinician.submit(path, {"change": "cancelled", "step": "show"} | WHY)
    assert save(clinician, path, shown).status_code == 303
    after = days(db, course_id)
    assert after[2] != before[2]
    page = clinician.get_page(f"/courses/{course_id}/plan")
    assert "Cancelled" in page.text
    assert "Patient: has flu" in page.text


def test_infusions_are_added_when_the_number_changes(
    browser: Any, world: World, db: Session, course_id: UUID
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/plan"
    answers = {"change": "count", "infusion_count": "8", "step": "show"} | WHY
    shown = clinician.submit(path, answers, containing="infusion_count")
    assert "Infusion 8 No date" in Page(shown.text).text
    assert save(clinician, path, shown).status_code == 303
    assert sorted(days(db, course_id)) == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"change": ""}, "change"),
        ({"change": "explode"}, "change"),
        ({"to_on": ""}, "to_on"),
        ({"to_on": "never"}, "to_on"),
        ({"other_on": ""}, "other_on"),
        ({"other_on": "2026-02-30"}, "other_on"),
        ({"later": "maybe"}, "later"),
        ({"whose": ""}, "whose"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 161}, "reason"),
        ({"reason": "\x00"}, "reason"),
    ],
)
def test_the_form_comes_back_and_nothing_moves_when_an_answer_does_not_fit(
    browser: Any,
    world: World,
    db: Session,
    course_id: UUID,
    changes: dict[str, str],
    field: str,
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/plan/3"
    before = days(db, course_id)
    answer = move_to(clinician, path, before[3] + timedelta(days=1), **changes)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert days(db, course_id) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"other_on": "2026-11-22"}, "in the past"),
        ({"other_on": "2028-11-22"}, "more than a year"),
        ({"change": "missed"}, "still to come"),
    ],
)
def test_the_planner_says_what_to_do_when_it_cannot(
    browser: Any,
    world: World,
    db: Session,
    course_id: UUID,
    change: dict[str, str],
    says: str,
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/plan/3"
    before = days(db, course_id)
    answer = move_to(clinician, path, before[3], **change)
    assert answer.status_code == 422
    assert says in answer.text
    assert days(db, course_id) == before


@pytest.mark.parametrize("count", ["", "0", "5", "9", "many", "61"])
def test_the_number_is_asked_again_when_it_does_not_fit(
    browser: Any, world: World, db: Session, course_id: UUID, count: str
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/plan"
    answers = {"change": "count", "infusion_count": count, "step": "show"} | WHY
    answer = clinician.submit(path, answers, containing="infusion_count")
    assert answer.status_code == 422
    assert 'id="infusion_count-error"' in answer.text


def test_an_infusion_that_is_not_planned_leads_back_to_the_plan(
    browser: Any, world: World, course_id: UUID
) -> None:
    clinician = browser(world.a.clinician)
    for number in (0, 7, 200):
        answer = clinician.get(f"/courses/{course_id}/plan/{number}")
        assert answer.headers["Location"] == f"/courses/{course_id}/plan"
    assert clinician.get(f"/courses/{course_id}/plan/201").status_code == 404


def test_a_course_can_be_stopped_with_a_reason_only(
    browser: Any, world: World, db: Session, course_id: UUID
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/end"
    page = clinician.get_page(path)
    assert "6 planned infusions and 4 planned therapy sessions" in page.text
    refused = clinician.submit(path, {"to": "stopped"}, containing="ended_on")
    assert refused.status_code == 422
    assert 'id="kind-error"' in refused.text
    for to in ("completed", "planned", "exploded"):
        answer = clinician.submit(path, {"to": to, "reason": "x"}, containing="ended_on")
        assert answer.status_code == 422, to
    why = {"to": "stopped", "kind": "access", "reason": "moved"}
    stopped = clinician.submit(path, why, containing="ended_on")
    assert stopped.status_code == 303
    lead = clinician.get_page(f"/courses/{course_id}").text
    assert "Reason for the end: Cost, travel or a move: moved." in lead
    assert days(db, course_id) == {}
    ended = clinician.get_page(f"/courses/{course_id}/plan")
    assert "Move or cancel" not in ended.text
    assert clinician.get(path).status_code == 303


def test_a_booster_can_be_added_in_maintenance_and_moves_alone(
    browser: Any, world: World, db: Session, course_id: UUID
) -> None:
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/boosters"
    assert clinician.get(path).status_code == 303
    db.execute(update(CourseRow).where(CourseRow.id == course_id).values(state="maintenance"))
    db.commit()
    for changes in ({"on": ""}, {"on": "2026-11-01"}, {"on": "2027-01-10"}, {"on": "x"}):
        answer = clinician.submit(path, changes)
        assert answer.status_code == 422, changes
        assert 'id="on-error"' in answer.text
    assert clinician.submit(path, {"on": "2027-01-11"}).status_code == 303
    assert days(db, course_id)[7] == date(2027, 1, 11)
    move = f"/courses/{course_id}/plan/7"
    assert "Change booster 7" in clinician.get_page(move).text
    shown = move_to(clinician, move, date(2027, 1, 18))
    assert save(clinician, move, shown).status_code == 303
    assert days(db, course_id)[7] == date(2027, 1, 18)


def test_the_plan_takes_a_fixed_number_of_statements(
    world: World, db: Session, course_id: UUID
) -> None:
    assert count_reads(db, lambda: get_plan(db, world.a.clinician, course_id, now=NOW)) == 11
