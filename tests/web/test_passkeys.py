"""Passkeys through HTTP: what opens, what does not, and that each answer counts once."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import select, update

from tests.browsing import BASE
from tests.make.passkeys import PRESENT, SoftPasskey
from tests.make.second_factors import opens, set_up, with_password
from tracker.actions import account_resets
from tracker.models.accounts import UserRow
from tracker.models.audit import AuditEventRow
from tracker.models.database import transaction
from tracker.models.passkeys import PasskeyRow, UsedChallengeRow

pytestmark = pytest.mark.usefixtures("second_factor_needed")


@pytest.fixture
def app(app):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="http://localhost:8000")
    return app


@pytest.fixture
def key(db, world, clock):
    made = SoftPasskey()
    made.give_to(db, world.a.clinician, now=clock())
    return made


def question(visitor, path):
    """The options and the sealed challenge that a page holds."""
    page = visitor.get_page(path)
    options = json.loads(unescape(re.search(r'data-options="([^"]*)"', page.html)[1]))
    return options, page.form("sealed")["fields"] | {"credential": ""}


def answer(visitor, key, path="/login", to="/login/passkey", **how):
    options, fields = question(visitor, path)
    return visitor.client_post(to, fields | {"credential": key.sign(options, **how)})


def test_a_passkey_alone_opens_the_board_without_a_code(browser, key, db):
    visitor = browser(None)
    assert answer(visitor, key).headers["Location"] == "/"
    assert opens(visitor)
    row = db.execute(select(PasskeyRow)).scalar_one()
    assert (row.sign_count, row.last_used_at is not None) == (4, True)
    events = db.scalars(select(AuditEventRow.event).order_by(AuditEventRow.seq)).all()
    assert "passkey used" in events


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"flags": PRESENT}, id="nobody unlocked the device"),
        pytest.param({"count": 3}, id="a copy signs too"),
    ],
)
def test_what_is_not_verified_or_counts_backwards_opens_nothing(browser, key, how, db):
    visitor = browser(None)
    assert answer(visitor, key, **how).headers["Location"] == "/login"
    assert "This passkey was not taken" in visitor.get("/login").text
    assert not opens(visitor)
    db.rollback()
    assert "sign-in failed" in db.scalars(select(AuditEventRow.event)).all()


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"origin": "http://localhost:9999"},
        {"origin": "https://localhost.evil.example"},
        {"host": "evil.example"},
    ],
)
def test_what_was_signed_for_another_site_opens_nothing(browser, key, elsewhere):
    visitor = browser(None)
    for name, value in elsewhere.items():
        setattr(key, name, value)
    assert answer(visitor, key).headers["Location"] == "/login"
    assert not opens(visitor)


def test_an_answer_counts_once(browser, key, db):
    visitor = browser(None)
    options, fields = question(visitor, "/login")
    sent = fields | {"credential": key.sign(options)}
    assert visitor.client_post("/login/passkey", sent).headers["Location"] == "/"
    again = browser(None)
    page = again.get_page("/login").form("sealed")["fields"]
    sent["csrf_token"] = page["csrf_token"]
    assert again.client_post("/login/passkey", sent).headers["Location"] == "/login"
    assert not opens(again)
    assert len(db.scalars(select(UsedChallengeRow.challenge_hash)).all()) == 1


def test_a_challenge_of_our_own_is_asked_for(browser, key):
    visitor = browser(None)
    options, fields = question(visitor, "/login")
    options["challenge"] = "AAAA"
    sent = fields | {"credential": key.sign(options)}
    assert visitor.client_post("/login/passkey", sent).headers["Location"] == "/login"
    for sealed in ("", "x", fields["sealed"][0] + "x"):
        sent = fields | {"credential": key.sign(options), "sealed": sealed}
        assert visitor.client_post("/login/passkey", sent).headers["Location"] == "/login"


@pytest.mark.parametrize("junk", ["", "{}", "null", "[]", "[[[", '{"id":"YQ","rawId":"YQ"}'])
def test_junk_is_refused_in_words(browser, key, junk):
    visitor = browser(None)
    _, fields = question(visitor, "/login")
    sent = fields | {"credential": junk}
    assert visitor.client_post("/login/passkey", sent).headers["Location"] == "/login"
    assert "was not taken" in visitor.get("/login").text


def test_after_the_password_one_s_own_passkey_is_as_good_as_a_code(browser, key, db, clock, world):
    set_up(with_password(browser), clock)
    visitor = with_password(browser)
    assert not opens(visitor)
    done = answer(visitor, key, "/second-factor", "/second-factor/passkey")
    assert done.headers["Location"] == "/"
    assert opens(visitor)
    theirs = with_password(browser, "administrator@a.test")
    set_up(theirs, clock)
    half = with_password(browser, "administrator@a.test")
    page = half.get_page("/second-factor")
    assert "data-passkey" not in page.html, "they have none"
    SoftPasskey().give_to(db, world.a.administrator, now=clock())
    refused = answer(half, key, "/second-factor", "/second-factor/passkey", count=9)
    assert refused.headers["Location"] == "/second-factor"
    assert not opens(half, "/admin")


def before_something_weighty(browser, key, clock):
    """Signed in with the passkey; by now the proof is old, and a weighty page was asked for."""
    visitor = browser(None)
    answer(visitor, key)
    clock.forward(minutes=6)
    assert visitor.get("/account/passkeys/new").headers["Location"] == "/confirm"
    return visitor


def test_before_something_weighty_a_passkey_is_as_good_as_the_password(browser, key, clock, db):
    visitor = before_something_weighty(browser, key, clock)
    done = answer(visitor, key, "/confirm", "/confirm/passkey", count=9)
    assert done.headers["Location"] == "/account/passkeys/new"
    assert visitor.get("/account/passkeys/new").status_code == 200
    events = db.scalars(select(AuditEventRow.event).order_by(AuditEventRow.seq)).all()
    assert [each for each in events if each != "page seen"][-2:] == [
        "passkey used",
        "identity confirmed",
    ]
    clock.forward(minutes=6)
    assert visitor.get("/account/passkeys/new").headers["Location"] == "/confirm"


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"flags": PRESENT, "count": 9}, id="nobody unlocked the device"),
        pytest.param({"count": 4}, id="a copy signs too"),
    ],
)
def test_a_passkey_that_is_not_verified_confirms_nobody(browser, key, clock, how):
    visitor = before_something_weighty(browser, key, clock)
    refused = answer(visitor, key, "/confirm", "/confirm/passkey", **how)
    assert refused.headers["Location"] == "/confirm"
    assert "This passkey was not taken" in visitor.get_page("/confirm").text
    assert visitor.get("/account/passkeys/new").headers["Location"] == "/confirm"


def test_a_colleague_s_passkey_confirms_nobody(browser, key, clock, db, world):
    visitor = before_something_weighty(browser, key, clock)
    theirs = SoftPasskey()
    theirs.give_to(db, world.a.administrator, now=clock())
    refused = answer(visitor, theirs, "/confirm", "/confirm/passkey", count=9)
    assert refused.headers["Location"] == "/confirm"
    assert visitor.get("/account/passkeys/new").headers["Location"] == "/confirm"


def test_an_answer_confirms_once_and_only_where_it_was_asked_for(browser, key, clock):
    visitor = before_something_weighty(browser, key, clock)
    options, fields = question(visitor, "/confirm")
    sent = fields | {"credential": key.sign(options, count=9)}
    elsewhere = browser(None)
    sent["csrf_token"] = elsewhere.get_page("/login").form("sealed")["fields"]["csrf_token"]
    assert elsewhere.client_post("/login/passkey", sent).headers["Location"] == "/login"
    sent["csrf_token"] = fields["csrf_token"]
    assert visitor.client_post("/confirm/passkey", sent).headers["Location"] != "/confirm"
    clock.forward(minutes=4)
    sent["csrf_token"] = visitor.get_page("/confirm").form("password")["fields"]["csrf_token"]
    assert visitor.client_post("/confirm/passkey", sent).headers["Location"] == "/confirm"


def test_whoever_has_no_passkey_is_asked_for_none(browser, clock):
    visitor = with_password(browser)
    set_up(visitor, clock)
    assert "data-passkey" not in visitor.get_page("/confirm").html


def test_the_question_of_one_page_answers_no_other(browser, key, clock):
    set_up(with_password(browser), clock)
    half = with_password(browser)
    options, fields = question(half, "/second-factor")
    sent = fields | {"credential": key.sign(options)}
    visitor = browser(None)
    sent["csrf_token"] = visitor.get_page("/login").form("sealed")["fields"]["csrf_token"]
    assert visitor.client_post("/login/passkey", sent).headers["Location"] == "/login"


def test_a_reset_and_a_closed_account_end_passkeys(browser, key, db, world, clock):
    account_resets.reset_colleague(
        db, world.a.administrator, world.a.clinician.user_id, now=clock()
    )
    assert answer(browser(None), key).headers["Location"] == "/login"


def test_a_closed_account_opens_with_nothing(browser, key, db, world, clock):
    with transaction(db):
        mine = UserRow.id == world.a.clinician.user_id
        db.execute(update(UserRow).where(mine).values(deactivated_at=clock()))
    assert answer(browser(None), key).headers["Location"] == "/login"


def test_one_s_own_passkey_is_removed_and_nobody_else_s(browser, key, db, world, clock):
    passkey_id = str(db.scalars(select(PasskeyRow.id)).one())
    db.rollback()
    other = with_password(browser, "administrator@a.test")
    set_up(other, clock)
    other.post("/account/passkeys/remove", {"passkey_id": passkey_id})
    assert db.scalars(select(PasskeyRow.ended_at)).one() is None
    db.rollback()
    mine = with_password(browser)
    set_up(mine, clock)
    clock.forward(minutes=6)
    late = mine.post("/account/passkeys/remove", {"passkey_id": passkey_id})
    assert late.headers["Location"] == "/confirm"
    assert "Soft key" in mine.get_page("/account").text
    answer(mine, key, "/confirm", "/confirm/passkey")
    mine.post("/account/passkeys/remove", {"passkey_id": passkey_id})
    assert db.scalars(select(PasskeyRow.ended_at)).one() is not None
    assert answer(browser(None), key, count=9).headers["Location"] == "/login"


def test_a_passkey_that_was_not_made_for_this_challenge_is_not_kept(browser, db, clock):
    mine = with_password(browser)
    set_up(mine, clock)
    page = mine.get_page("/account/passkeys/new")
    fields = page.form("sealed")["fields"] | {"name": "My phone", "credential": "{}"}
    refused = mine.client_post("/account/passkeys/new", fields)
    assert (refused.status_code, "was not taken" in refused.text) == (422, True)
    assert 'value="My phone"' in refused.text, "what was typed is kept"
    assert db.scalars(select(PasskeyRow.id)).all() == []


def test_at_an_address_of_numbers_nothing_is_said_of_passkeys(app, browser, clock):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="http://127.0.0.1:8000")
    assert "passkey" not in browser(None).get("/login").text
    mine = with_password(browser)
    set_up(mine, clock)
    assert "asskey" not in mine.get("/account").text
    assert mine.client.get("/account/passkeys/new", base_url=BASE).status_code == 404
