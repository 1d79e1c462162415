"""What is queued when an alert is raised or its deadline passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tests.conftest import START
from tests.make.check_ins import send_daily
from tests.make.courses import make_course
from tracker.actions.messages import queue_alert, queue_escalation
from tracker.models.accounts import UserRow
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.database import transaction
from tracker.models.messages import MessageRow, OnCallRow


@pytest.fixture
def alert_id(db: Any, world: Any) -> UUID:
    """An alert of clinic A that told nobody: nobody was on call."""
    make_course(db, world.a.clinician, world.a.patient_id)
    send_daily(db, world.a, now=START, self_harm=2)
    return db.scalars(select(SafetyAlertRow.id)).one()


def put_on_call(db: Any, people: Any, person: Any, tier: int) -> None:
    row = {
        "user_id": person.user_id,
        "clinic_id": people.clinic.id,
        "tier": tier,
        "recorded_at": START,
        "recorded_by": people.administrator.user_id,
    }
    with transaction(db):
        db.execute(insert(OnCallRow), [row])


def queued(db: Any, kind: str) -> list[Any]:
    columns = (MessageRow.user_id, MessageRow.address, MessageRow.state, MessageRow.patient_id)
    found = db.execute(select(*columns).where(MessageRow.kind == kind)).all()
    db.rollback()
    return list(found)


def test_everybody_of_the_first_tier_is_told_once(db, world, alert_id):
    put_on_call(db, world.a, world.a.clinician, 1)
    put_on_call(db, world.a, world.a.therapist, 1)
    put_on_call(db, world.a, world.a.administrator, 2)
    put_on_call(db, world.b, world.b.clinician, 1)
    with transaction(db):
        told = queue_alert(db, clinic_id=world.a.clinic.id, alert_id=alert_id, now=START)
    assert told == 2
    assert {(each.user_id, each.address) for each in queued(db, "alert")} == {
        (world.a.clinician.user_id, "clinician@a.test"),
        (world.a.therapist.user_id, "therapist@a.test"),
    }
    assert {each.patient_id for each in queued(db, "alert")} == {None}


def test_with_nobody_on_call_nothing_is_queued(db, world, alert_id):
    with transaction(db):
        assert queue_alert(db, clinic_id=world.a.clinic.id, alert_id=alert_id, now=START) == 0
    assert queued(db, "alert") == []


def test_the_backup_is_told_at_the_deadline_and_the_first_tier_where_there_is_none(
    db, world, alert_id
):
    put_on_call(db, world.a, world.a.clinician, 1)
    later = START + timedelta(hours=5)
    with transaction(db):
        assert queue_escalation(db, clinic_id=world.a.clinic.id, alert_id=alert_id, now=later)
    assert [each.address for each in queued(db, "escalation")] == ["clinician@a.test"]
    put_on_call(db, world.a, world.a.therapist, 2)
    with transaction(db):
        queue_escalation(db, clinic_id=world.a.clinic.id, alert_id=alert_id, now=later)
    addresses = {each.address for each in queued(db, "escalation")}
    assert addresses == {"clinician@a.test", "therapist@a.test"}


def test_somebody_whose_account_is_closed_is_not_told(db, world, alert_id):
    put_on_call(db, world.a, world.a.clinician, 1)
    with transaction(db):
        db.get_one(UserRow, world.a.clinician.user_id).deactivated_at = START
    with transaction(db):
        assert queue_alert(db, clinic_id=world.a.clinic.id, alert_id=alert_id, now=START) == 0


def test_what_is_undone_queues_nothing(db, world, alert_id):
    put_on_call(db, world.a, world.a.clinician, 1)
    with pytest.raises(IntegrityError):  # the same alert twice: all of the transaction is undone
        queue_twice(db, world.a.clinic.id, alert_id)
    assert queued(db, "alert") == []


def queue_twice(db: Any, clinic_id: UUID, alert_id: UUID) -> None:
    with transaction(db):
        for _ in range(2):
            queue_alert(db, clinic_id=clinic_id, alert_id=alert_id, now=START)
