"""Registering and changing patients."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.make.patients import NOW, details, make_patient
from tests.make.world import World
from tracker.actions.patients import change_patient, register_patient
from tracker.actions.submissions import Submission
from tracker.domain.errors import NotFound, Refused, StaleForm, SubmittedDifferently
from tracker.domain.permissions import NotPermitted
from tracker.models.audit import AuditEventRow
from tracker.models.patients import PatientRow
from tracker.queries.patients import get_patient


def count(db: Session) -> int:
    return db.execute(select(func.count()).select_from(PatientRow)).scalar_one()


def change(db: Session, world: World, patient_id: Any, new: Any, version: int = 1) -> Any:
    return change_patient(
        db,
        world.a.clinician,
        patient_id,
        new,
        seen_version=version,
        submission=None,
        now=NOW,
    )


def test_a_patient_is_stored_with_an_audit_event_when_registered(db: Session, world: World) -> None:
    days = frozenset({date(2026, 12, 24), date(2026, 12, 25)})
    new = details(allergies="latex", unavailable_on=days)
    patient_id = register_patient(db, world.a.clinician, new, submission=None, now=NOW)
    stored = get_patient(db, world.a.clinician, patient_id, now=NOW)
    assert stored.details == new
    assert stored.version == 1
    event = db.execute(
        select(AuditEventRow.event, AuditEventRow.detail).where(
            AuditEventRow.object_id == patient_id
        )
    ).one()
    assert tuple(event) == ("patient registered", {})


def test_one_patient_is_stored_when_the_form_is_sent_twice(db: Session, world: World) -> None:
    sent = Submission(id=uuid4(), payload_hash=b"a" * 32)
    before, new = count(db), details()
    first = register_patient(db, world.a.clinician, new, submission=sent, now=NOW)
    second = register_patient(db, world.a.clinician, new, submission=sent, now=NOW)
    assert first == second
    assert count(db) == before + 1


def test_nothing_is_stored_when_the_form_comes_again_with_other_answers(
    db: Session, world: World
) -> None:
    sent = Submission(id=uuid4(), payload_hash=b"a" * 32)
    register_patient(db, world.a.clinician, details(), submission=sent, now=NOW)
    before = count(db)
    other = replace(sent, payload_hash=b"b" * 32)
    with pytest.raises(SubmittedDifferently):
        register_patient(db, world.a.clinician, details(), submission=other, now=NOW)
    assert count(db) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"record_number": "a-1001"}, "record_number"),
        ({"born_on": date(2026, 11, 24)}, "born_on"),
        ({"born_on": date(1899, 12, 31)}, "born_on"),
    ],
)
def test_nothing_is_stored_when_a_detail_does_not_fit(
    db: Session, world: World, changes: dict[str, Any], field: str
) -> None:
    before = count(db)
    with pytest.raises(Refused) as refused:
        make_patient(db, world.a.clinician, **changes)
    assert refused.value.field == field
    assert count(db) == before


def test_another_clinic_may_use_the_same_record_number(db: Session, world: World) -> None:
    patient_id = make_patient(db, world.b.clinician, record_number="A-1001")
    assert get_patient(db, world.b.clinician, patient_id, now=NOW).details.name


def test_details_are_replaced_when_changed(db: Session, world: World) -> None:
    first = details(unavailable_on=frozenset({date(2026, 12, 24)}))
    patient_id = register_patient(db, world.a.clinician, first, submission=None, now=NOW)
    new = replace(first, phone="+1 555 0199", unavailable_on=frozenset({date(2026, 12, 31)}))
    change(db, world, patient_id, new)
    stored = get_patient(db, world.a.clinician, patient_id, now=NOW)
    assert stored.details == new
    assert stored.version == 2
    fields = db.scalars(
        select(AuditEventRow.detail).where(
            AuditEventRow.object_id == patient_id, AuditEventRow.event == "patient changed"
        )
    ).one()
    assert fields == {"fields": ["phone", "unavailable_on"]}


def test_both_versions_are_shown_when_somebody_else_was_faster(db: Session, world: World) -> None:
    first = details()
    patient_id = register_patient(db, world.a.clinician, first, submission=None, now=NOW)
    change(db, world, patient_id, replace(first, phone="111"))
    with pytest.raises(StaleForm) as stale:
        change(db, world, patient_id, replace(first, phone="222"))
    (row,) = stale.value.differences
    assert (row.label, row.yours, row.stored) == ("Telephone", "222", "111")
    assert get_patient(db, world.a.clinician, patient_id, now=NOW).details.phone == "111"


def test_a_patient_of_another_clinic_is_not_found(db: Session, world: World) -> None:
    with pytest.raises(NotFound):
        change(db, world, world.b.patient_id, details())
    with pytest.raises(NotFound):
        get_patient(db, world.a.clinician, world.b.patient_id, now=NOW)


def test_a_patient_may_not_register_patients(db: Session, world: World) -> None:
    with pytest.raises(NotPermitted):
        register_patient(db, world.a.patient, details(), submission=None, now=NOW)
