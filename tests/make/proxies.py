"""Somebody who reads a patient's visits, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.make.world import ClinicPeople
from tracker.models.accounts import InvitationRow, UserRoleRow, UserRow
from tracker.models.database import transaction
from tracker.models.proxies import ProxyRow


def add_proxy(
    db: Session, people: ClinicPeople, proxy_id: UUID, now: datetime, **changes: Any
) -> None:
    """The proxy of a clinic's world with an account, in the open transaction."""
    person = people.proxy
    clinic_id = people.clinic.id
    link = InvitationRow(
        clinic_id=clinic_id,
        token_hash=proxy_id.bytes * 2,
        role="proxy",
        email=f"proxy@{people.clinic.name[-1].lower()}.test",
        name=person.name,
        patient_id=people.patient_id,
        created_by=people.clinician.user_id,
        created_at=now,
        expires_at=now + timedelta(hours=72),
        used_at=now,
    )
    db.add(link)
    db.add(
        UserRow(
            id=person.user_id,
            clinic_id=clinic_id,
            email=link.email or "",
            name=person.name,
            created_at=now,
        )
    )
    db.flush()
    db.add(UserRoleRow(clinic_id=clinic_id, user_id=person.user_id, role="proxy"))
    values: dict[str, Any] = {
        "id": proxy_id,
        "clinic_id": clinic_id,
        "patient_id": people.patient_id,
        "invitation_id": link.id,
        "name": person.name,
        "authority": "written authorisation of the patient",
        "arranged_at": now,
        "arranged_by": people.clinician.user_id,
        "user_id": person.user_id,
        "accepted_at": now,
    }
    db.add(ProxyRow(**(values | changes)))
    db.flush()


def make_proxy(
    db: Session, people: ClinicPeople, proxy_id: UUID, now: datetime, **changes: Any
) -> None:
    """The same, stored."""
    with transaction(db):
        add_proxy(db, people, proxy_id, now, **changes)
