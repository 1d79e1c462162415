"""Resets: what opened an account opens nothing any more, and the link opens it once."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.browsing import BASE
from tests.make.accounts import PASSWORD
from tests.make.second_factors import enter, opens, set_up, with_password
from tracker.actions import account_resets
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import NotPermitted
from tracker.models.account_resets import AccountResetRow
from tracker.models.audit import AuditEventRow
from tracker.models.messages import MessageRow

pytestmark = pytest.mark.usefixtures("second_factor_needed")

NEW = "five words that are new"


@pytest.fixture
def clinician(browser, db, clock):
    """A whole sign-in of the clinician, and the app on the phone."""
    visitor = with_password(browser)
    app_on_phone, _codes = set_up(visitor, clock)
    assert opens(visitor)
    return visitor, app_on_phone


@pytest.fixture
def admin(browser, db, clock):
    visitor = with_password(browser, "administrator@a.test")
    set_up(visitor, clock)
    return visitor


def reset_on_the_page(admin, user_id: UUID) -> str:
    """The path of the link that the page shows."""
    answer = admin.post(f"/admin/people/{user_id}/reset", {})
    assert answer.status_code == 200, answer.text
    return re.search(r"/reset/[\w-]{43}", answer.text)[0]


def choose(browser, path, password=NEW):
    visitor = browser(None)
    return visitor, visitor.submit(path, {"password": password})


def events(db):
    found = db.scalars(select(AuditEventRow.event).order_by(AuditEventRow.seq)).all()
    db.rollback()
    return found


def test_after_a_reset_the_old_password_and_the_old_app_open_nothing(
    browser, db, clock, world, clinician, admin
):
    visitor, app_on_phone = clinician
    path = reset_on_the_page(admin, world.a.clinician.user_id)
    assert not opens(visitor), "whoever was signed in is out"
    clock.forward(seconds=30)
    old = browser(None).submit("/login", {"email": "clinician@a.test", "password": PASSWORD})
    assert (old.status_code, "is not right" in old.text) == (422, True)
    again, answer = choose(browser, path)
    assert answer.headers["Location"] == "/"
    assert again.get("/board").headers["Location"] == "/second-factor/set-up"
    enter(again, app_on_phone.at(clock()))
    assert not opens(again), "the app before the reset is no second factor any more"
    set_up(again, clock)
    assert opens(again)
    assert events(db).count("account reset") == 1
    assert events(db).count("reset link used") == 1


def test_a_reset_link_works_once_and_not_after_another_reset(browser, world, admin):
    first = reset_on_the_page(admin, world.a.clinician.user_id)
    second = reset_on_the_page(admin, world.a.clinician.user_id)
    assert browser(None).get(first).status_code == 404
    assert browser(None).get(second).status_code == 200, "looking uses nothing up"
    choose(browser, second)
    assert browser(None).get(second).status_code == 404


def test_a_reset_link_runs_out_and_the_old_password_stays_void(browser, clock, world, admin):
    path = reset_on_the_page(admin, world.a.clinician.user_id)
    clock.forward(hours=4)
    answer = browser(None).get(path)
    assert (answer.status_code, "has run out" in answer.text) == (404, True)
    old = browser(None).submit("/login", {"email": "clinician@a.test", "password": PASSWORD})
    assert old.status_code == 422


def test_an_unfit_password_uses_no_link_up(browser, world, admin):
    path = reset_on_the_page(admin, world.a.clinician.user_id)
    _, answer = choose(browser, path, "short")
    assert (answer.status_code, "Use at least" in answer.text) == (422, True)
    assert browser(None).get(path).status_code == 200


def test_the_person_is_told_without_link_or_name(db, world, admin):
    path = reset_on_the_page(admin, world.a.clinician.user_id)
    message = db.execute(select(MessageRow)).scalar_one()
    assert (message.kind, message.user_id) == ("reset", world.a.clinician.user_id)
    assert path.rpartition("/")[2] not in repr(message.__dict__)


def test_the_link_is_stored_as_its_hash_only(db, world, admin):
    path = reset_on_the_page(admin, world.a.clinician.user_id)
    row = db.execute(select(AccountResetRow)).scalar_one()
    assert len(row.token_hash) == 32
    assert path.rpartition("/")[2].encode() not in row.token_hash


def test_nobody_resets_themselves_another_clinic_or_a_patient(db, clock, world, admin):
    for person in (world.b.clinician, world.a.patient):
        answer = admin.get(f"/admin/people/{person.user_id}/reset")
        assert answer.status_code == 404
        with pytest.raises(NotFound):
            account_resets.reset_colleague(db, world.a.administrator, person.user_id, now=clock())
    with pytest.raises(Refused, match="your own account"):
        account_resets.reset_colleague(
            db, world.a.administrator, world.a.administrator.user_id, now=clock()
        )
    with pytest.raises(NotPermitted):
        account_resets.reset_colleague(
            db, world.a.clinician, world.a.therapist.user_id, now=clock()
        )


def test_a_reset_asks_for_a_fresh_password(clock, world, admin):
    clock.forward(minutes=6)
    answer = admin.client.get(f"/admin/people/{world.a.clinician.user_id}/reset", base_url=BASE)
    assert answer.headers["Location"] == "/confirm"


def test_a_sole_administrator_is_let_in_again_from_the_server(db, clock, browser):
    token = account_resets.reset_on_the_server(db, " Administrator@A.test ", now=clock())
    visitor, answer = choose(browser, f"/reset/{token}")
    assert answer.status_code == 303
    assert visitor.get("/admin").headers["Location"] == "/second-factor/set-up"
    row = db.execute(
        select(AuditEventRow).where(AuditEventRow.event == "account reset")
    ).scalar_one()
    assert (row.user_id, row.detail) == (None, {"by": "server"})


@pytest.mark.parametrize("email", ["patient@a.test", "nobody@a.test"])
def test_the_server_resets_staff_only(db, clock, email):
    with pytest.raises(Refused, match="No member of staff"):
        account_resets.reset_on_the_server(db, email, now=clock())
