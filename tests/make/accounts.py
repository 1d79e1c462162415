"""Passwords and colleagues for tests."""

from __future__ import annotations

from functools import cache
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.make.patients import NOW
from tracker.actions import passwords
from tracker.domain.people import Person, Role
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.database import transaction

PASSWORD = "four words in a row"


@cache
def _hash(password: str) -> str:
    return passwords.hash_password(password)


def give_password(db: Session, person: Person, password: str = PASSWORD) -> None:
    """Let somebody sign in and sign with this password."""
    with transaction(db):
        db.execute(
            update(UserRow)
            .where(UserRow.id == person.user_id)
            .values(password_hash=_hash(password))
        )


def make_colleague(
    db: Session, clinic_id: UUID, *, email: str = "second@a.test", role: Role = Role.CLINICIAN
) -> Person:
    """One more member of the staff, with a password."""
    person = Person(
        user_id=uuid4(), clinic_id=clinic_id, name="Second Colleague", roles=frozenset({role})
    )
    with transaction(db):
        db.add(
            UserRow(
                id=person.user_id,
                clinic_id=clinic_id,
                email=email,
                name=person.name,
                password_hash=_hash(PASSWORD),
                created_at=NOW,
            )
        )
        db.flush()
        db.add(UserRoleRow(clinic_id=clinic_id, user_id=person.user_id, role=role))
    return person
