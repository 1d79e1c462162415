"""The page of a therapy session."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_therapy_session,
    planned_id,
)
from tests.make.patients import NOW
from tracker.models.signatures import SignatureRow
from tracker.models.therapy_sessions import TherapySessionRow

HELD = {
    "state": "held",
    "kind": "prolonged_exposure",
    "format": "video",
    "held_time": "09:00",
    "minutes": "50",
}


@pytest.fixture
def therapist(browser, world):
    return browser(world.a.therapist)


@pytest.fixture
def course_id(db, world):
    return course_of_today(db, world.a.clinician, world.a.patient_id)


@pytest.fixture
def session_id(db, world, course_id):
    return make_therapy_session(db, world.a.therapist, course_id, planned_on=NOW.date())


@pytest.fixture
def path(session_id):
    return f"/therapy-sessions/{session_id}"


def stored(db, session_id):
    db.rollback()
    return db.scalars(select(TherapySessionRow).where(TherapySessionRow.id == session_id)).one()


def test_a_held_therapy_session_is_recorded(therapist, db, session_id, path):
    typed = {
        "suds_start": "60",
        "suds_peak": "85",
        "suds_end": "30",
        "risk": "None",
        "focus": "Car",
    }
    assert therapist.submit(path, HELD | typed).headers["Location"] == path
    row = stored(db, session_id)
    assert (row.state, row.minutes, row.suds_peak, row.focus) == ("held", 50, 85, "Car")
    assert row.occurred_at == NOW - timedelta(hours=1)
    page = therapist.get_page(path)
    assert page.form("minutes")["fields"]["held_time"] == ["09:00"]
    assert "This is part of the record" in page.html


def test_the_distance_to_the_nearest_infusion_is_said_with_its_side(
    browser, db, world, clock, course_id
):
    clinician = world.a.clinician
    infusion = make_infusion(db, clinician, planned_id(db, course_id))
    make_end(db, clinician, infusion, now=NOW + timedelta(minutes=40))
    clock.set(NOW + timedelta(hours=30))
    therapist = browser(world.a.therapist)
    answer = therapist.submit(
        f"/courses/{course_id}/therapy-sessions/new",
        HELD | {"planned_on": "2026-11-24", "held_time": "13:00"},
        containing="minutes",
    )
    assert "27 h after infusion 1" in therapist.get_page(answer.headers["Location"]).html


def test_a_new_therapy_session_can_be_planned(therapist, db, course_id):
    answer = therapist.submit(
        f"/courses/{course_id}/therapy-sessions/new",
        {"state": "planned", "kind": "integration", "format": "in_person", "planned_time": "14:30"},
        containing="minutes",
    )
    row = stored(db, UUID(answer.headers["Location"].rsplit("/", 1)[1]))
    assert (row.state, row.planned_on, f"{row.planned_time:%H:%M}") == (
        "planned",
        NOW.date(),
        "14:30",
    )


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("state", "", "Choose what became of it."),
        ("held_time", "", "Enter when it started."),
        ("held_time", "23:00", "cannot start later"),
        ("minutes", "", "Enter how many minutes it took."),
        ("minutes", "0", "from 1 to 600"),
        ("suds_peak", "101", "from 0 to 100"),
        ("planned_on", "2026-13-01", "does not exist"),
        ("kind", "hypnosis", "Choose the kind."),
        ("kind", "", "Choose the kind."),
        ("focus", "x" * 4001, "Shorten this to 4000 characters"),
    ],
)
def test_what_does_not_fit_comes_back(therapist, db, session_id, path, field, typed, words):
    answer = therapist.submit(path, HELD | {"homework": "Breathing", field: typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Breathing" in answer.text
    assert stored(db, session_id).state == "planned"


def test_two_people_see_both_versions(therapist, browser, world, path):
    form = therapist.get_page(path).form("minutes")
    assert browser(world.a.clinician).submit(path, HELD | {"focus": "Sleep"}).status_code == 303
    late = therapist.client_post(path, form["fields"] | HELD | {"focus": "Avoidance"})
    assert late.status_code == 409
    assert "Avoidance" in late.text
    assert "Sleep" in late.text


def test_a_signed_therapy_session_is_read_and_no_longer_changed(therapist, db, session_id, path):
    therapist.submit(path, HELD | {"focus": "Car", "homework_done": "Two walks"})
    form = therapist.get_page(path).form("minutes")["fields"]
    _sign(db, session_id)
    page = therapist.get_page(path)
    assert 'name="minutes"' not in page.html
    assert "Two walks" in page.html
    late = therapist.post(path, form | {"focus": "Something else"})
    assert late.status_code == 422
    assert stored(db, session_id).focus == "Car"


def test_what_is_half_typed_is_kept_for_the_record_and_not_for_the_private_note(therapist, path):
    assert "data-draft" in therapist.get_page(path).html
    assert "data-draft" not in therapist.get_page(f"{path}/private-note").html


def _sign(db, session_id):
    row = stored(db, session_id)
    db.add(
        SignatureRow(
            clinic_id=row.clinic_id,
            therapy_session_id=session_id,
            meaning="performed",
            signer_id=row.recorded_by,
            signer_name="Therapist A",
            signer_role="therapist",
            signed_at=NOW,
            content="{}",
            content_hash="0" * 64,
            key_id="00000000",
            seal="0" * 64,
        )
    )
    db.commit()
