"""Accepting a plan and changing it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.make.courses import course_wish, make_course
from tests.make.infusions import course_of_today, make_sheet, planned_id
from tests.make.patients import NOW
from tests.make.world import World
from tracker.actions import clinics
from tracker.actions.courses import PlanIsAnother, change_course_plan, plan_course
from tracker.actions.submissions import Submission
from tracker.domain.course_plan import CourseWish
from tracker.domain.errors import NotFound, Refused, StaleForm
from tracker.domain.permissions import NotPermitted
from tracker.domain.plan_change import ChangeKind, ChangeWish
from tracker.models.courses import CourseRow, PlanChangeRow, PlannedInfusionRow
from tracker.models.therapy_sessions import TherapySessionRow
from tracker.queries.courses import get_plan, preview_change, preview_course


def rows(db: Session, course_id: UUID) -> list[tuple[Any, ...]]:
    found = db.execute(
        select(PlannedInfusionRow.number, PlannedInfusionRow.planned_on, PlannedInfusionRow.state)
        .where(PlannedInfusionRow.course_id == course_id)
        .order_by(PlannedInfusionRow.number, PlannedInfusionRow.planned_on)
    )
    return [tuple(row) for row in found]


def therapy(db: Session, course_id: UUID) -> list[tuple[Any, ...]]:
    found = db.execute(
        select(TherapySessionRow.planned_on, TherapySessionRow.state)
        .where(TherapySessionRow.course_id == course_id)
        .order_by(TherapySessionRow.planned_on)
    )
    return [tuple(row) for row in found]


def courses_stored(db: Session) -> int:
    return db.execute(select(func.count()).select_from(CourseRow)).scalar_one()


def accept(db: Session, world: World, wish: CourseWish, **changes: Any) -> UUID:
    values: dict[str, Any] = {"submission": None, "now": NOW} | changes
    if "shown" not in values:
        values["shown"] = preview_course(db, world.a.clinician, wish, now=NOW).fingerprint
    return plan_course(db, world.a.clinician, wish, **values)


def change(db: Session, world: World, course_id: UUID, wish: ChangeWish, **others: Any) -> UUID:
    values: dict[str, Any] = {
        "reason": "Patient: has flu",
        "seen_version": 1,
        "submission": None,
        "now": NOW,
    } | others
    if "shown" not in values:
        preview = preview_change(db, world.a.clinician, course_id, wish, now=values["now"])
        values["shown"] = preview.fingerprint
    return change_course_plan(db, world.a.clinician, course_id, wish, **values)


def test_infusions_and_therapy_are_stored_when_a_plan_is_accepted(
    db: Session, world: World
) -> None:
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    stored = rows(db, course_id)
    assert [number for number, _, _ in stored] == [1, 2, 3, 4, 5, 6]
    gaps = [(b[1] - a[1]).days for a, b in zip(stored, stored[1:], strict=False)]
    assert all(3 <= gap <= 5 for gap in gaps)
    assert len(therapy(db, course_id)) == 4
    assert {state for _, state in therapy(db, course_id)} == {"planned"}
    change_row = db.execute(
        select(PlanChangeRow.moves).where(PlanChangeRow.course_id == course_id)
    ).scalar_one()
    assert [move["to_on"] for move in change_row] == [on.isoformat() for _, on, _ in stored]


def test_no_therapy_is_stored_when_none_is_wanted(db: Session, world: World) -> None:
    course_id = make_course(db, world.a.clinician, world.a.patient_id, has_therapy=False)
    assert therapy(db, course_id) == []


def test_one_course_is_stored_when_the_plan_is_accepted_twice(db: Session, world: World) -> None:
    sent = Submission(id=uuid4(), payload_hash=b"a" * 32)
    wish = course_wish(db, world.a.clinician, world.a.patient_id)
    first = accept(db, world, wish, submission=sent)
    assert accept(db, world, wish, submission=sent) == first
    assert courses_stored(db) == 1


def test_nothing_is_stored_when_a_closure_came_after_the_preview(db: Session, world: World) -> None:
    wish = course_wish(db, world.a.clinician, world.a.patient_id)
    shown = preview_course(db, world.a.clinician, wish, now=NOW).fingerprint
    clinics.close_on(db, world.a.administrator, day=date(2026, 11, 24), reason="", now=NOW)
    with pytest.raises(PlanIsAnother):
        accept(db, world, wish, shown=shown)
    assert courses_stored(db) == 0


def test_a_second_open_course_is_refused(db: Session, world: World) -> None:
    make_course(db, world.a.clinician, world.a.patient_id)
    with pytest.raises(Refused, match="open course"):
        make_course(db, world.a.clinician, world.a.patient_id)
    assert courses_stored(db) == 1


def test_a_broken_gap_needs_a_reason(db: Session, world: World) -> None:
    wish = course_wish(
        db,
        world.a.clinician,
        world.a.patient_id,
        min_gap_days=1,
        max_gap_days=1,
        preferred_gap_days=1,
    )
    proposal = preview_course(db, world.a.clinician, wish, now=NOW)
    assert proposal.needs_reason
    assert proposal.explanation
    with pytest.raises(Refused) as refused:
        accept(db, world, wish)
    assert refused.value.field == "reason"
    assert courses_stored(db) == 0
    course_id = accept(db, world, wish, reason="agreed with Dr Lee")
    gaps = db.execute(
        select(PlanChangeRow.reason, PlanChangeRow.broken_gaps).where(
            PlanChangeRow.course_id == course_id
        )
    ).one()
    assert gaps.reason == "agreed with Dr Lee"
    assert gaps.broken_gaps[0]["gap_days"] > 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"infusion_count": 9}, "infusion_count"),
        ({"start_on": date(2026, 11, 22)}, "start_on"),
        ({"start_on": date(2028, 1, 1)}, "start_on"),
        ({"preferred_gap_days": 7}, "preferred_gap_days"),
    ],
)
def test_nothing_is_stored_when_an_answer_does_not_fit(
    db: Session, world: World, changes: dict[str, Any], field: str
) -> None:
    wish = course_wish(db, world.a.clinician, world.a.patient_id, **changes)
    with pytest.raises(Refused) as refused:
        accept(db, world, wish, shown="")
    assert refused.value.field == field
    assert courses_stored(db) == 0


def test_ids_of_another_clinic_are_not_found_when_planning(db: Session, world: World) -> None:
    ours = course_wish(db, world.a.clinician, world.a.patient_id)
    theirs = course_wish(db, world.b.clinician, world.b.patient_id)
    with pytest.raises(NotFound):
        accept(db, world, theirs, shown="")
    mixed = course_wish(db, world.a.clinician, world.a.patient_id, protocol_id=theirs.protocol_id)
    with pytest.raises(NotFound):
        accept(db, world, mixed, shown="")
    with pytest.raises(NotPermitted):
        plan_course(db, world.a.therapist, ours, shown="", submission=None, now=NOW)
    assert courses_stored(db) == 0


def test_planned_times_stay_the_same_when_summer_time_ends(db: Session, world: World) -> None:
    now = datetime(2026, 10, 19, 12, 0, tzinfo=UTC)
    course_id = make_course(
        db,
        world.b.clinician,
        world.b.patient_id,
        start_on=date(2026, 10, 20),
        time_of_day=time(9, 0),
        now=now,
    )
    plan = get_plan(db, world.b.clinician, course_id, now=now)
    assert {each.planned_time for each in plan.appointments} == {time(9, 0)}


def test_later_infusions_and_therapy_move_when_one_moves(db: Session, world: World) -> None:
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    before = rows(db, course_id)
    to_on = before[2][1] + timedelta(days=1)
    wish = ChangeWish(kind=ChangeKind.MOVE, number=3, to_on=to_on)
    change(db, world, course_id, wish)
    after = rows(db, course_id)
    assert after[:2] == before[:2]
    assert after[2][1] == to_on
    infusion_days = {on for _, on, _ in after}
    assert not infusion_days & {on for on, state in therapy(db, course_id) if state == "planned"}
    plan = get_plan(db, world.a.clinician, course_id, now=NOW)
    assert plan.head.version == 2
    assert next(each for each in plan.appointments if each.number == 3).moved_times == 1


def test_an_appointment_is_not_moved_when_the_patient_has_arrived_for_it(
    db: Session, world: World
) -> None:
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    make_sheet(db, world.a.clinician, planned_id(db, course_id))
    before = rows(db, course_id)
    wish = ChangeWish(kind=ChangeKind.MOVE, number=1, to_on=before[0][1] + timedelta(days=1))
    with pytest.raises(Refused, match=r"has arrived for infusion 1\. Start it, or cancel it"):
        change(db, world, course_id, wish)
    assert rows(db, course_id) == before


def test_the_missed_appointment_stays_when_its_infusion_is_booked_again(
    db: Session, world: World
) -> None:
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    first = rows(db, course_id)[0][1]
    later = datetime(first.year, first.month, first.day, 20, tzinfo=UTC)
    change(
        db,
        world,
        course_id,
        ChangeWish(kind=ChangeKind.MISSED, number=1),
        now=later,
        reason="Patient: overslept",
    )
    ones = [row for row in rows(db, course_id) if row[0] == 1]
    assert [state for _, _, state in ones] == ["missed", "planned"]
    assert ones[0][1] == first
    assert ones[1][1] > first
    reason = db.execute(
        select(PlannedInfusionRow.not_given_reason).where(
            PlannedInfusionRow.course_id == course_id, PlannedInfusionRow.state == "missed"
        )
    ).scalar_one()
    assert reason == "Patient: overslept"


def test_infusions_are_added_and_dropped_when_the_number_changes(db: Session, world: World) -> None:
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    change(db, world, course_id, ChangeWish(kind=ChangeKind.COUNT, infusion_count=8))
    assert [number for number, _, _ in rows(db, course_id)] == [1, 2, 3, 4, 5, 6, 7, 8]
    change(
        db, world, course_id, ChangeWish(kind=ChangeKind.COUNT, infusion_count=6), seen_version=2
    )
    assert [state for number, _, state in rows(db, course_id) if number > 6] == ["cancelled"] * 2
    change(
        db, world, course_id, ChangeWish(kind=ChangeKind.COUNT, infusion_count=7), seen_version=3
    )
    sevens = [state for number, _, state in rows(db, course_id) if number == 7]
    assert sorted(sevens) == ["cancelled", "planned"]


def test_both_versions_are_shown_when_two_people_change_a_plan(db: Session, world: World) -> None:
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    third = rows(db, course_id)[2][1]
    wish = ChangeWish(kind=ChangeKind.MOVE, number=3, to_on=third + timedelta(days=1))
    change(db, world, course_id, wish)
    before = rows(db, course_id)
    with pytest.raises(StaleForm) as stale:
        change(
            db,
            world,
            course_id,
            ChangeWish(kind=ChangeKind.MOVE, number=3, to_on=third),
            shown="",
        )
    assert stale.value.stored_version == 2
    assert "Infusion 3" in {row.label for row in stale.value.differences}
    assert rows(db, course_id) == before


def test_nothing_changes_when_no_reason_is_given_or_nothing_would_move(
    db: Session, world: World
) -> None:
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    before = rows(db, course_id)
    third = before[2][1]
    move = ChangeWish(kind=ChangeKind.MOVE, number=3, to_on=third + timedelta(days=1))
    with pytest.raises(Refused) as refused:
        change(db, world, course_id, move, reason="")
    assert refused.value.field == "reason"
    with pytest.raises(Refused, match="Nothing would change"):
        change(db, world, course_id, ChangeWish(kind=ChangeKind.MOVE, number=3, to_on=third))
    with pytest.raises(PlanIsAnother):
        change(db, world, course_id, move, shown="2026-01-01/")
    assert rows(db, course_id) == before


def test_a_plan_of_another_clinic_is_not_found(db: Session, world: World) -> None:
    course_id = make_course(db, world.b.clinician, world.b.patient_id)
    with pytest.raises(NotFound):
        change(db, world, course_id, ChangeWish(kind=ChangeKind.AGAIN), shown="")
    with pytest.raises(NotFound):
        get_plan(db, world.a.clinician, course_id, now=NOW)


def test_a_plan_is_left_alone_when_the_course_has_ended(db: Session, world: World) -> None:
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    db.execute(
        update(CourseRow)
        .where(CourseRow.id == course_id)
        .values(state="stopped", ended_on=date(2026, 11, 23))
    )
    db.commit()
    with pytest.raises(Refused, match="has ended"):
        change(db, world, course_id, ChangeWish(kind=ChangeKind.COUNT, infusion_count=7))
