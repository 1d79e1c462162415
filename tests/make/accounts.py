"""Passwords and colleagues for tests."""

from __future__ import annotations

from functools import cache
from uuid import UUID, uuid4

import pyotp
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.make.patients import NOW
from tracker.actions import passwords
from tracker.domain import second_factors
from tracker.domain.key_ring import KeyRing
from tracker.domain.people import Person, Role
from tracker.models import sealed_text
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.database import transaction
from tracker.models.second_factors import SecondFactorRow

PASSWORD = "four words in a row"


@cache
def hash_of(password: str) -> str:
    """Made once: it costs what it has to cost."""
    return passwords.hash_password(password)


def give_password(db: Session, person: Person, password: str = PASSWORD) -> None:
    """Let somebody sign in and sign with this password."""
    with transaction(db):
        db.execute(
            update(UserRow)
            .where(UserRow.id == person.user_id)
            .values(password_hash=hash_of(password))
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
                password_hash=hash_of(PASSWORD),
                created_at=NOW,
            )
        )
        db.flush()
        db.add(UserRoleRow(clinic_id=clinic_id, user_id=person.user_id, role=role))
    return person


def give_app(db: Session, person: Person) -> tuple[pyotp.TOTP, KeyRing]:
    """An authenticator app for somebody, and the keys that open its secret."""
    secret, factor_id, ring = pyotp.random_base32(), uuid4(), KeyRing([b"f" * 32])
    about = second_factors.bound_to(user_id=person.user_id, factor_id=factor_id)
    sealed = sealed_text.seal(ring, secret, about=about)
    with transaction(db):
        db.add(
            SecondFactorRow(
                id=factor_id,
                clinic_id=person.clinic_id,
                user_id=person.user_id,
                key_id=sealed.key_id,
                nonce=sealed.nonce,
                ciphertext=sealed.ciphertext,
                last_step=0,
                set_up_at=NOW,
            )
        )
    return pyotp.TOTP(secret), ring
