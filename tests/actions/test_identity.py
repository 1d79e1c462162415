from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.make.accounts import PASSWORD, give_app, give_password, make_colleague
from tests.make.patients import NOW
from tracker.actions import identity
from tracker.domain.accounts import FREE_FAILURES_PER_ACCOUNT
from tracker.domain.errors import Refused
from tracker.domain.people import Role
from tracker.models.accounts import SignInThrottleRow, UserRow
from tracker.models.audit import AuditEventRow
from tracker.models.database import transaction


def confirm_own(db, who, password=PASSWORD, now=NOW):
    identity.confirm_own(db, who, password, now=now)


def confirm_colleague(db, who, email="second@a.test", password=PASSWORD, now=NOW):
    return identity.confirm_colleague(db, who, email=email, password=password, now=now)


def events(db):
    found = db.scalars(select(AuditEventRow.event).order_by(AuditEventRow.seq)).all()
    db.rollback()
    return found


def test_a_right_password_confirms_and_leaves_no_count_behind(db, world):
    give_password(db, world.a.clinician)
    with pytest.raises(Refused):
        confirm_own(db, world.a.clinician, "wrong")
    confirm_own(db, world.a.clinician)
    assert db.scalars(select(SignInThrottleRow.failures)).all() == []


def test_a_wrong_password_is_refused_beside_its_field_and_recorded(db, world):
    give_password(db, world.a.clinician)
    with pytest.raises(Refused) as problem:
        confirm_own(db, world.a.clinician, "wrong")
    assert problem.value.field == "password"
    assert events(db) == ["identity not confirmed"]


@pytest.mark.parametrize("password", [PASSWORD, "", "\x00", "x" * 5000])
def test_nobody_is_confirmed_who_has_no_password(db, world, password):
    with pytest.raises(Refused):
        confirm_own(db, world.a.clinician, password)


def test_a_closed_account_confirms_nothing(db, world):
    give_password(db, world.a.clinician)
    with transaction(db):
        db.execute(
            update(UserRow)
            .where(UserRow.id == world.a.clinician.user_id)
            .values(deactivated_at=NOW)
        )
    with pytest.raises(Refused):
        confirm_own(db, world.a.clinician)


def test_too_many_wrong_passwords_make_even_the_right_one_wait(db, world):
    give_password(db, world.a.clinician)
    for _each in range(FREE_FAILURES_PER_ACCOUNT):
        with pytest.raises(Refused):
            confirm_own(db, world.a.clinician, "wrong")
    with pytest.raises(Refused, match="Too many attempts. Wait 1 min"):
        confirm_own(db, world.a.clinician)
    confirm_own(db, world.a.clinician, now=NOW + timedelta(seconds=31))


def test_a_colleague_confirms_with_a_name_and_password_of_their_own(db, world):
    colleague = make_colleague(db, world.a.clinic.id)
    found = confirm_colleague(db, world.a.clinician, email=" Second@A.test ")
    assert (found.user_id, found.name) == (colleague.user_id, "Second Colleague")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("second@a.test", "wrong"),
        ("nobody@a.test", PASSWORD),
        ("clinician@a.test", PASSWORD),  # oneself
        ("therapist@a.test", PASSWORD),  # no clinician
        ("clinician@b.test", PASSWORD),  # another clinic
        ("", ""),
    ],
)
def test_anybody_else_is_refused_in_the_same_words(db, world, email, password):
    make_colleague(db, world.a.clinic.id)
    for person in (world.a.clinician, world.a.therapist, world.b.clinician):
        give_password(db, person)
    with pytest.raises(Refused) as problem:
        confirm_colleague(db, world.a.clinician, email, password)
    assert problem.value.field == "witness_password"
    assert str(problem.value).startswith("This is not the e-mail address, password and code of")


def test_a_colleague_who_is_no_clinician_cannot_witness(db, world):
    make_colleague(db, world.a.clinic.id, email="third@a.test", role=Role.THERAPIST)
    with pytest.raises(Refused):
        confirm_colleague(db, world.a.clinician, "third@a.test")


def test_a_colleague_with_an_app_confirms_with_a_code_of_it_and_each_once(db, world):
    colleague = make_colleague(db, world.a.clinic.id)
    app, ring = give_app(db, colleague)
    asked = {"email": "second@a.test", "password": PASSWORD, "ring": ring, "now": NOW}
    for code in ("", "000000"):
        with pytest.raises(Refused, match="not the e-mail address, password and code"):
            identity.confirm_colleague(db, world.a.clinician, code=code, **asked)
    found = identity.confirm_colleague(db, world.a.clinician, code=app.at(NOW), **asked)
    assert found.user_id == colleague.user_id
    with pytest.raises(Refused):
        identity.confirm_colleague(db, world.a.clinician, code=app.at(NOW), **asked)


def test_one_person_cannot_try_many_colleagues(db, world):
    make_colleague(db, world.a.clinic.id)
    for number in range(identity.FREE_FAILURES_FOR_COLLEAGUES):
        with pytest.raises(Refused):
            confirm_colleague(db, world.a.clinician, f"nobody{number}@a.test")
    with pytest.raises(Refused, match="Too many attempts"):
        confirm_colleague(db, world.a.clinician)


def test_a_helper_with_a_known_password_does_not_reset_the_count(db, world):
    make_colleague(db, world.a.clinic.id)
    for number in range(identity.FREE_FAILURES_FOR_COLLEAGUES - 1):
        with pytest.raises(Refused):
            confirm_colleague(db, world.a.clinician, f"nobody{number}@a.test")
        if number < 5:
            confirm_colleague(db, world.a.clinician)
    with pytest.raises(Refused):
        confirm_colleague(db, world.a.clinician, "nobody@a.test")
    with pytest.raises(Refused, match="Too many attempts"):
        confirm_colleague(db, world.a.clinician)
