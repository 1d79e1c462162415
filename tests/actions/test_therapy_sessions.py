"""Therapy sessions: planned, held, missed, edited by two people."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.make.infusions import course_of_today, make_therapy_session
from tests.make.patients import NOW
from tracker.actions import therapy_sessions
from tracker.actions.submissions import Submission
from tracker.domain.courses import TherapyKind, TherapyState
from tracker.domain.errors import NotFound, Refused, StaleForm
from tracker.domain.permissions import NotPermitted
from tracker.domain.therapy_record import TherapyRecord
from tracker.models.therapy_sessions import TherapySessionRow


@pytest.fixture
def therapist(world):
    return world.a.therapist


@pytest.fixture
def course_id(db, world):
    return course_of_today(db, world.a.clinician, world.a.patient_id)


@pytest.fixture
def session_id(db, therapist, course_id):
    return make_therapy_session(db, therapist, course_id)


def held(**changes):
    values = {
        "state": TherapyState.HELD,
        "planned_on": date(2026, 11, 23),
        "occurred_at": NOW - timedelta(hours=1),
        "minutes": 50,
        "kind": TherapyKind.PROLONGED_EXPOSURE,
    }
    return TherapyRecord(**(values | changes))


def save(db, who, session_id, record, *, seen_version=1, submission=None):
    return therapy_sessions.record_therapy_session(
        db,
        who,
        session_id,
        record,
        seen_version=seen_version,
        submission=submission,
        now=NOW,
    )


def test_a_held_therapy_session_names_who_held_it(db, therapist, session_id):
    record = held(suds_start=60, suds_peak=85, suds_end=40, focus="Imaginal exposure", risk="None")
    save(db, therapist, session_id, record)
    row = db.get(TherapySessionRow, session_id)
    assert (row.state, row.minutes, row.therapist_id) == ("held", 50, therapist.user_id)
    assert (row.kind, row.suds_peak, row.focus) == ("prolonged_exposure", 85, "Imaginal exposure")
    assert row.version == 2


def test_a_therapy_session_that_nobody_planned_can_be_recorded(db, therapist, course_id):
    session_id = make_therapy_session(
        db, therapist, course_id, state=TherapyState.HELD, occurred_at=NOW, minutes=30
    )
    assert db.get(TherapySessionRow, session_id).therapist_id == therapist.user_id


def test_answers_about_holding_it_are_dropped_when_it_was_missed(db, therapist, session_id):
    record = held(state=TherapyState.MISSED, suds_start=50, risk="Called: safe at home")
    save(db, therapist, session_id, record)
    row = db.get(TherapySessionRow, session_id)
    assert (row.state, row.occurred_at, row.minutes, row.suds_start) == (
        "missed",
        None,
        None,
        None,
    )
    assert row.risk == "Called: safe at home"


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (held(occurred_at=None), "held_time"),
        (held(minutes=None), "minutes"),
        (held(occurred_at=NOW + timedelta(minutes=6)), "held_time"),
        (held(suds_start=60, suds_peak=50), "suds_peak"),
        (held(state=TherapyState.MISSED, planned_on=date(2026, 11, 24)), "state"),
    ],
)
def test_what_cannot_be_is_refused(db, therapist, session_id, record, field):
    with pytest.raises(Refused) as raised:
        save(db, therapist, session_id, record)
    assert raised.value.field == field
    assert db.get(TherapySessionRow, session_id).state == "planned"


def test_two_people_do_not_overwrite_each_other(db, world, therapist, session_id):
    save(db, therapist, session_id, held(focus="Avoidance"))
    with pytest.raises(StaleForm) as raised:
        save(db, world.a.clinician, session_id, held(focus="Sleep"))
    assert [(each.label, each.yours, each.stored) for each in raised.value.differences] == [
        ("Focus", "Sleep", "Avoidance")
    ]
    assert db.get(TherapySessionRow, session_id).focus == "Avoidance"


def test_sending_twice_stores_once(db, therapist, session_id):
    form = Submission(id=uuid4(), payload_hash=b"a" * 32)
    save(db, therapist, session_id, held(), submission=form)
    assert save(db, therapist, session_id, held(), submission=form) == session_id
    assert db.get(TherapySessionRow, session_id).version == 2


def test_other_clinics_and_roles_are_kept_out(db, world, course_id, session_id):
    with pytest.raises(NotFound):
        save(db, world.b.therapist, session_id, held())
    with pytest.raises(NotFound):
        make_therapy_session(db, world.b.therapist, course_id)
    with pytest.raises(NotPermitted):
        save(db, world.a.administrator, session_id, held())
