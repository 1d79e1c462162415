"""The account page: what asks for the password again, and what somebody ends or changes there."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.make.accounts import PASSWORD, hash_of
from tests.make.second_factors import codes_on, enter, opens, set_up, with_password
from tracker.models.accounts import SignInRow, UserRow
from tracker.models.audit import AuditEventRow
from tracker.models.second_factors import RecoveryCodeRow, SecondFactorRow

pytestmark = pytest.mark.usefixtures("second_factor_needed")

NEW = "another long passphrase"


def test_a_button_that_waits_for_the_password_says_that_nothing_was_done(browser, clock):
    admin = with_password(browser, "administrator@a.test")
    app_on_phone, _ = set_up(admin, clock)
    clock.forward(minutes=6)
    answer = admin.post(
        "/account/recovery-codes", {}, headers={"Referer": "http://127.0.0.1:8000/account"}
    )
    assert answer.headers["Location"] == "/confirm"
    assert "Nothing was done yet" in admin.get("/confirm").text
    clock.forward(seconds=30)
    answer = admin.submit("/confirm", {"password": PASSWORD, "code": app_on_phone.at(clock())})
    assert answer.headers["Location"] == "/account"


def test_what_is_weighty_asks_for_the_password_again(browser, clock):
    admin = with_password(browser, "administrator@a.test")
    app_on_phone, _ = set_up(admin, clock)
    invite = "/admin/people/invite"
    assert opens(admin, invite)
    fields = admin.get_page(invite).form("email")["fields"]
    clock.forward(minutes=6)
    assert admin.get(f"{invite}?x=1").headers["Location"] == "/confirm"
    code = app_on_phone.at(clock())
    assert admin.submit("/confirm", {"password": "wrong", "code": code}).status_code == 422
    alone = admin.submit("/confirm", {"password": PASSWORD})
    assert (alone.status_code, "six digits" in alone.text) == (422, True)
    wrong = admin.submit("/confirm", {"password": PASSWORD, "code": "12"})
    assert (wrong.status_code, "This code is not right" in wrong.text) == (422, True)
    answer = admin.submit("/confirm", {"password": PASSWORD, "code": code})
    assert answer.headers["Location"] == f"{invite}?x=1"
    assert opens(admin, invite)
    clock.forward(minutes=14)
    answer = admin.client_post(invite, fields | {"email": ""})
    assert answer.status_code == 422, "a form that was opened in time may take its time"
    clock.forward(minutes=2)
    assert admin.client_post(invite, fields).headers["Location"] == "/confirm"


def test_a_patient_may_have_one_and_give_it_up(browser, clock):
    phone = with_password(browser, "patient@a.test")
    assert opens(phone, "/me")
    app_on_phone, _ = set_up(phone, clock)
    clock.forward(minutes=1)
    again = with_password(browser, "patient@a.test")
    assert again.get("/me").headers["Location"] == "/second-factor"
    assert enter(again, app_on_phone.at(clock())).status_code == 303
    assert again.post("/account/second-factor/remove", {}).status_code == 303
    assert opens(with_password(browser, "patient@a.test"), "/me")


def test_staff_cannot_give_theirs_up(browser, enrolled, clock, db):
    visitor = with_password(browser)
    enter(visitor, enrolled[0].at(clock()))
    assert "Remove" not in visitor.get_page("/account").text
    visitor.post("/account/second-factor/remove", {})
    assert "needs a second factor" in visitor.get_page("/account").text
    assert db.scalars(select(SecondFactorRow.ended_at)).all() == [None]


def test_new_recovery_codes_make_the_earlier_ones_void(browser, enrolled, clock, db):
    app_on_phone, codes = enrolled
    visitor = with_password(browser)
    enter(visitor, app_on_phone.at(clock()))
    answer = visitor.post("/account/recovery-codes", {})
    new = codes_on(answer.text)
    assert enter(with_password(browser), codes[0], "?recovery=yes").status_code == 422
    assert enter(with_password(browser), new[0], "?recovery=yes").status_code == 303
    left = select(RecoveryCodeRow.id).where(RecoveryCodeRow.replaced_at.is_(None))
    assert len(db.scalars(left).all()) == 10


def test_somebody_sees_and_ends_their_sign_ins_elsewhere(browser):
    here = with_password(browser, "patient@a.test")
    there = with_password(browser, "patient@a.test")
    page = here.get_page("/account")
    assert page.html.count("This browser") == 1
    (other,) = re.findall(r'name="sign_in_id" value="([0-9a-f-]+)"', page.html)
    assert here.post("/account/sign-ins/end", {"sign_in_id": "damaged"}).status_code == 400
    assert opens(there, "/me")
    assert here.post("/account/sign-ins/end", {"sign_in_id": other}).status_code == 303
    assert not opens(there, "/me")
    assert opens(here, "/me")
    third = with_password(browser, "patient@a.test")
    here.post("/account/sign-ins/end-others", {})
    assert not opens(third, "/me")
    assert opens(here, "/me")


def test_nobody_ends_a_sign_in_of_somebody_else(browser, db, world):
    here = with_password(browser, "patient@a.test")
    other = with_password(browser, "patient@b.test")
    theirs = db.scalar(select(SignInRow.id).where(SignInRow.user_id == world.b.patient.user_id))
    here.post("/account/sign-ins/end", {"sign_in_id": str(theirs)})
    assert opens(other, "/me")


def change(visitor, current=PASSWORD, new=NEW):
    return visitor.submit("/account/password", {"password": current, "new_password": new})


def test_a_changed_password_is_the_only_one_and_ends_what_was_open_elsewhere(browser, db):
    here = with_password(browser, "patient@a.test")
    there = with_password(browser, "patient@a.test")
    assert change(here).headers["Location"] == "/account"
    assert opens(here, "/me")
    assert not opens(there, "/me")
    with_old = {"email": "patient@a.test", "password": PASSWORD}
    assert browser(None).submit("/login", with_old).status_code == 422
    assert browser(None).submit("/login", with_old | {"password": NEW}).status_code == 303
    events = db.scalars(select(AuditEventRow.event)).all()
    assert events.count("password changed") == 1


@pytest.mark.parametrize(
    ("current", "new", "says"),
    [
        ("wrong", NEW, "The password is not right"),
        (PASSWORD, "short", "Use at least 15 characters"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "easy to guess"),
        (PASSWORD, "", "Choose a password."),
    ],
)
def test_an_unfit_change_changes_nothing(browser, db, current, new, says):
    here = with_password(browser, "patient@a.test")
    answer = change(here, current, new)
    assert answer.status_code == 422
    assert says in answer.text
    assert set(db.scalars(select(UserRow.password_hash)).all()) == {hash_of(PASSWORD)}
