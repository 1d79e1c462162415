"""Ending a course, maintenance and boosters."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.make.courses import make_course
from tests.make.patients import NOW
from tests.make.world import World
from tracker.actions.course_states import add_booster, end_course
from tracker.actions.submissions import Submission
from tracker.domain.courses import CourseState
from tracker.domain.errors import NotFound, Refused, StaleForm
from tracker.domain.permissions import NotPermitted
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.therapy_sessions import TherapySessionRow


@pytest.fixture
def course_id(db: Session, world: World) -> UUID:
    return make_course(db, world.a.clinician, world.a.patient_id)


def in_state(db: Session, course_id: UUID, state: CourseState) -> None:
    db.execute(update(CourseRow).where(CourseRow.id == course_id).values(state=state))
    db.commit()


def end(db: Session, world: World, course_id: UUID, to: CourseState, **changes: Any) -> UUID:
    values: dict[str, Any] = {
        "ended_on": date(2026, 11, 23),
        "reason": "moved away",
        "seen_version": 1,
        "submission": None,
        "now": NOW,
    }
    return end_course(db, world.a.clinician, course_id, to=to, **(values | changes))


def booster(db: Session, world: World, course_id: UUID, **changes: Any) -> UUID:
    values: dict[str, Any] = {
        "on": date(2027, 1, 11),
        "time_of_day": time(10, 30),
        "seen_version": 1,
        "submission": None,
        "now": NOW,
    }
    return add_booster(db, world.a.clinician, course_id, **(values | changes))


def course(db: Session, course_id: UUID) -> Any:
    db.expire_all()
    return db.execute(select(CourseRow).where(CourseRow.id == course_id)).scalar_one()


def test_what_is_planned_is_cancelled_when_a_course_stops(
    db: Session, world: World, course_id: UUID
) -> None:
    end(db, world, course_id, CourseState.STOPPED)
    stored = course(db, course_id)
    assert (stored.state, stored.ended_on, stored.end_reason, stored.version) == (
        "stopped",
        date(2026, 11, 23),
        "moved away",
        2,
    )
    for row in (PlannedInfusionRow, TherapySessionRow):
        states = db.scalars(select(row.state).where(row.course_id == course_id))
        assert set(states) == {"cancelled"}


def test_therapy_goes_on_when_a_course_goes_to_maintenance(
    db: Session, world: World, course_id: UUID
) -> None:
    in_state(db, course_id, CourseState.ACTIVE)
    end(db, world, course_id, CourseState.MAINTENANCE, reason="")
    assert course(db, course_id).ended_on is None
    states = db.scalars(
        select(TherapySessionRow.state).where(TherapySessionRow.course_id == course_id)
    )
    assert set(states) == {"planned"}
    end(db, world, course_id, CourseState.COMPLETED, reason="", seen_version=2)
    assert course(db, course_id).ended_on == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("to", "changes", "field"),
    [
        (CourseState.COMPLETED, {}, "to"),
        (CourseState.MAINTENANCE, {}, "to"),
        (CourseState.STOPPED, {"reason": ""}, "kind"),
        (CourseState.STOPPED, {"ended_on": date(2026, 11, 24)}, "ended_on"),
    ],
)
def test_nothing_changes_when_a_course_cannot_end_like_this(
    db: Session,
    world: World,
    course_id: UUID,
    to: CourseState,
    changes: dict[str, Any],
    field: str,
) -> None:
    with pytest.raises(Refused) as refused:
        end(db, world, course_id, to, **changes)
    assert refused.value.field == field
    assert course(db, course_id).state == "planned"


def test_nothing_changes_when_somebody_else_was_faster(
    db: Session, world: World, course_id: UUID
) -> None:
    with pytest.raises(StaleForm):
        end(db, world, course_id, CourseState.STOPPED, seen_version=7)
    assert course(db, course_id).state == "planned"


def test_one_booster_is_stored_when_it_is_sent_twice(
    db: Session, world: World, course_id: UUID
) -> None:
    in_state(db, course_id, CourseState.MAINTENANCE)
    sent = Submission(id=uuid4(), payload_hash=b"a" * 32)
    booster(db, world, course_id, submission=sent)
    booster(db, world, course_id, submission=sent)
    rows = db.execute(
        select(
            PlannedInfusionRow.number,
            PlannedInfusionRow.planned_on,
            PlannedInfusionRow.planned_time,
        ).where(PlannedInfusionRow.course_id == course_id, PlannedInfusionRow.is_booster)
    ).all()
    assert [tuple(row) for row in rows] == [(7, date(2027, 1, 11), time(10, 30))]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"on": date(2026, 11, 22)}, "past"),
        ({"on": date(2099, 1, 4)}, "within two years"),
        ({"on": date(2026, 11, 24)}, "planned on this day already"),
        ({"on": date(2027, 1, 10)}, "closed on Sun 10 Jan 2027"),
    ],
)
def test_a_booster_is_refused_when_its_day_does_not_fit(
    db: Session, world: World, course_id: UUID, changes: dict[str, Any], says: str
) -> None:
    in_state(db, course_id, CourseState.MAINTENANCE)
    with pytest.raises(Refused, match=says):
        booster(db, world, course_id, **changes)
    assert course(db, course_id).version == 1


def test_a_booster_on_a_closed_day_is_stored_when_a_note_says_why(
    db: Session, world: World, course_id: UUID
) -> None:
    in_state(db, course_id, CourseState.MAINTENANCE)
    booster(db, world, course_id, on=date(2027, 1, 10), note="the clinic opens for this")
    assert course(db, course_id).version == 2


def test_a_booster_is_refused_outside_maintenance(
    db: Session, world: World, course_id: UUID
) -> None:
    with pytest.raises(Refused, match="maintenance"):
        booster(db, world, course_id)


def test_only_clinicians_of_the_clinic_end_courses(
    db: Session, world: World, course_id: UUID
) -> None:
    values: dict[str, Any] = {
        "to": CourseState.STOPPED,
        "ended_on": date(2026, 11, 23),
        "reason": "x",
        "seen_version": 1,
        "submission": None,
        "now": NOW,
    }
    with pytest.raises(NotPermitted):
        end_course(db, world.a.therapist, course_id, **values)
    with pytest.raises(NotFound):
        end_course(db, world.b.clinician, course_id, **values)
    assert course(db, course_id).state == "planned"
