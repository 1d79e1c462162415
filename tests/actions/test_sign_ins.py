"""How many sign-ins an account may have at once, and which of too many ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make.accounts import give_app, give_password
from tracker.actions import second_factors, sign_ins
from tracker.actions.sign_ins import MOST_SIGN_INS_PER_ACCOUNT
from tracker.domain.people import Person
from tracker.models.accounts import SignInRow
from tracker.models.database import transaction


def open_one(
    db: Session, who: Person, device: str, *, at: datetime, factor_at: datetime | None = None
) -> None:
    with transaction(db):
        sign_ins.open_sign_in(
            db,
            who.user_id,
            who.clinic_id,
            address="",
            device=device,
            now=at,
            factor_at=factor_at,
        )


def open_devices(db: Session) -> set[str]:
    found = set(db.scalars(select(SignInRow.device).where(SignInRow.revoked_at.is_(None))))
    db.rollback()
    return found


def test_the_sixth_sign_in_ends_the_first(db, world, clock):
    for minute in range(6):
        at = clock() + timedelta(minutes=minute)
        open_one(db, world.a.clinician, str(minute), at=at)
    assert open_devices(db) == {"1", "2", "3", "4", "5"}


@pytest.mark.parametrize("has_factor", [False, True])
def test_of_many_sign_ins_at_one_moment_the_newest_lives(db, world, clock, has_factor):
    for number in range(30):
        factor_at = clock() if has_factor else None
        open_one(db, world.a.clinician, str(number), at=clock(), factor_at=factor_at)
        left = open_devices(db)
        assert str(number) in left
        assert len(left) == min(number + 1, MOST_SIGN_INS_PER_ACCOUNT)


def test_a_new_sign_in_lives_after_the_clock_was_set_back(db, world, clock):
    for minute in range(MOST_SIGN_INS_PER_ACCOUNT):
        open_one(db, world.a.clinician, f"before {minute}", at=clock() + timedelta(minutes=minute))
    earlier = clock() - timedelta(hours=1)
    open_one(db, world.a.clinician, "after", at=earlier)
    assert open_devices(db) == {"before 1", "before 2", "before 3", "before 4", "after"}


def test_who_signed_in_first_and_shows_the_factor_last_is_in(db, world, clock):
    """Five others went all the way in between: theirs began later and were whole earlier."""
    who = world.a.clinician
    give_password(db, who)
    app_on_phone, ring = give_app(db, who)
    open_one(db, who, "slow", at=clock())
    for minute in range(1, 1 + MOST_SIGN_INS_PER_ACCOUNT):
        at = clock() + timedelta(minutes=minute)
        open_one(db, who, f"quick {minute}", at=at, factor_at=at)
    slow = db.scalars(select(SignInRow.id).where(SignInRow.device == "slow")).one()
    db.rollback()
    later = clock() + timedelta(minutes=8)
    code = app_on_phone.at(later)
    second_factors.show_code(db, replace(who, sign_in_id=slow), code, ring=ring, now=later)
    assert open_devices(db) == {"slow", "quick 2", "quick 3", "quick 4", "quick 5"}
