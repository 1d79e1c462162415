"""Closing a safety alert."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.make.check_ins import send_daily
from tests.make.courses import make_course
from tracker.actions.alerts import close_alert
from tracker.actions.submissions import Submission
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import NotPermitted
from tracker.models.check_ins import SafetyAlertRow
from tracker.queries import alerts


@pytest.fixture
def alert_id(db, world, clock):
    make_course(db, world.a.clinician, world.a.patient_id)
    send_daily(db, world.a, now=clock(), self_harm=2)
    found = db.scalar(select(SafetyAlertRow.id))
    db.rollback()
    return found


def close(db, who, alert_id, *, now, words="Spoke by telephone, safe for now.", submission=None):
    return close_alert(db, who, alert_id, action_taken=words, submission=submission, now=now)


def test_who_when_and_what_are_stored_when_an_alert_is_closed(db, world, clock, alert_id):
    clock.forward(hours=1)
    close(db, world.a.therapist, alert_id, now=clock())
    assert alerts.list_open(db, world.a.clinician) == ()
    (line,) = alerts.list_closed(db, world.a.clinician)
    assert (line.closed_by, line.closed_at) == ("Therapist A", clock())
    assert line.action_taken == "Spoke by telephone, safe for now."


@pytest.mark.parametrize("words", ["", "   ", "\n"])
def test_an_alert_stays_open_when_nothing_is_written(db, world, clock, alert_id, words):
    with pytest.raises(Refused, match="what was done"):
        close(db, world.a.therapist, alert_id, now=clock(), words=words)
    assert len(alerts.list_open(db, world.a.clinician)) == 1


def test_the_first_words_stand_when_a_colleague_closes_it_too(db, world, clock, alert_id):
    close(db, world.a.therapist, alert_id, now=clock())
    with pytest.raises(Refused, match="colleague"):
        close(db, world.a.clinician, alert_id, now=clock(), words="Also called.")
    (line,) = alerts.list_closed(db, world.a.clinician)
    assert line.closed_by == "Therapist A"


def test_a_form_that_is_sent_twice_closes_once(db, world, clock, alert_id):
    form = Submission(id=uuid4(), payload_hash=b"x" * 32)
    close(db, world.a.therapist, alert_id, now=clock(), submission=form)
    close(db, world.a.therapist, alert_id, now=clock() + timedelta(1), submission=form)
    (line,) = alerts.list_closed(db, world.a.clinician)
    assert line.closed_at == clock()


def test_another_clinics_alert_is_not_found(db, world, clock, alert_id):
    with pytest.raises(NotFound):
        close(db, world.b.clinician, alert_id, now=clock())


def test_a_patient_cannot_close_an_alert(db, world, clock, alert_id):
    with pytest.raises(NotPermitted):
        close(db, world.a.patient, alert_id, now=clock())
