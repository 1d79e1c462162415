"""A forgotten password: a link by mail for whoever has an account, and the same answer for all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from tests.browsing import BASE
from tests.mailbox import Mailbox, serve_mail
from tests.make.accounts import PASSWORD
from tests.make.reminders import stored_messages, want_reminders
from tests.make.second_factors import enter, opens, set_up, with_password
from tests.make.sessions import command_session
from tests.statements import statements_sent
from tests.web.test_account_resets import NEW, choose, events, reset_on_the_page
from tracker.actions import asked_resets, throttles
from tracker.models import db as flask_db
from tracker.models.account_resets import AccountResetRow, AskedResetRow
from tracker.models.accounts import UserRow
from tracker.models.clinics import ClinicRow
from tracker.models.database import transaction

pytestmark = pytest.mark.usefixtures("second_factor_needed")

PATIENT = "patient@a.test"
CLINICIAN = "clinician@a.test"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with serve_mail() as served:
        yield served


@pytest.fixture
def app(app: Any, mailbox: Mailbox) -> Any:
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"],
        smtp_url=mailbox.url,
        mail_from="hello@post.test",
    )
    return app


@pytest.fixture
def send(app: Any) -> Any:
    """One run of the command that sends what waits; its counts."""

    def run() -> dict[str, int]:
        done = app.test_cli_runner().invoke(args=["reminders", "send", "--json"])
        assert done.exit_code == 0, done.output
        counts: dict[str, int] = json.loads(done.stdout)
        return counts

    return run


def ask(visitor: Any, email: str, **kwargs: Any) -> Any:
    return visitor.post("/reset", {"email": email}, **kwargs)


def link_in(mail: Any) -> str:
    """The path of the link in a mail."""
    return re.search(r"http://127\.0\.0\.1:8000(/reset/[\w-]{43})\s", mail.get_content())[1]


def forgot(browser: Any, send: Any, mailbox: Mailbox, email: str = PATIENT) -> str:
    """Ask, let the sender run, and read the mail: the path of the link."""
    assert ask(browser(None), email).headers["Location"] == "/reset/asked"
    assert send()["sent"] >= 1
    return link_in(mailbox.arrived[-1])


def test_a_patient_comes_back_with_the_link_of_a_mail(browser, db, send, mailbox):
    visitor = browser(None)
    assert 'href="/reset"' in visitor.get("/login").text
    answer = visitor.submit("/reset", {"email": " Patient@A.test "})
    assert answer.headers["Location"] == "/reset/asked"
    assert "for 30 minutes" in visitor.get("/reset/asked").text
    assert send()["asked"] == 1
    again, answer = choose(browser, link_in(mailbox.arrived[-1]))
    assert answer.headers["Location"] == "/"
    assert opens(again, "/me")
    assert browser(None).submit("/login", {"email": PATIENT, "password": NEW}).status_code == 303
    old = browser(None).submit("/login", {"email": PATIENT, "password": PASSWORD})
    assert old.status_code == 422
    found = events(db)
    for name in ("reset link asked for", "reset link made", "reset link used"):
        assert found.count(name) == 1, name


def test_every_other_sign_in_and_link_ends_and_the_person_is_told(browser, db, send, mailbox):
    elsewhere = with_password(browser, PATIENT)
    assert opens(elsewhere, "/me")
    first, second = (forgot(browser, send, mailbox) for _ in range(2))
    assert browser(None).get(first).status_code == 200, "asking again takes no link away"
    choose(browser, second)
    assert not opens(elsewhere, "/me")
    for spent in (first, second):
        assert browser(None).get(spent).status_code == 404
    assert send()["sent"] == 1
    told = mailbox.arrived[-1]
    assert (told["Subject"], told["To"]) == ("Your password was changed", PATIENT)
    assert link_in_words(told) == "http://127.0.0.1:8000/reset"


def link_in_words(mail: Any) -> str:
    return re.search(r"http://\S+", mail.get_content())[0]


def test_nothing_changes_until_the_link_is_used(browser, db, send, mailbox):
    elsewhere = with_password(browser, PATIENT)
    path = forgot(browser, send, mailbox)
    for _ in range(3):  # a mail scanner opens every link
        browser(None).client.head(path, base_url=BASE)
        assert browser(None).get(path).status_code == 200
    assert opens(elsewhere, "/me")
    assert opens(with_password(browser, PATIENT), "/me")


def test_a_link_runs_out_after_half_an_hour(browser, db, send, mailbox, clock):
    path = forgot(browser, send, mailbox)
    clock.forward(minutes=29)
    assert browser(None).get(path).status_code == 200
    clock.forward(minutes=1)
    assert browser(None).get(path).status_code == 404


def test_it_is_stored_as_its_hash_only_and_the_typed_address_is_gone(browser, db, send, mailbox):
    token = forgot(browser, send, mailbox).rpartition("/")[2]
    tables = ("account_resets", "messages", "audit_events", "asked_resets")
    stored = {name: db.execute(text(f"SELECT * FROM {name}")).all() for name in tables}
    assert token not in repr(stored)
    assert len(stored["account_resets"]) == 1
    assert stored["asked_resets"] == []


def test_a_second_factor_is_asked_for_after_the_new_password(browser, db, send, mailbox, clock):
    visitor = with_password(browser)
    app_on_phone, _codes = set_up(visitor, clock)
    path = forgot(browser, send, mailbox, CLINICIAN)
    assert "Your second factor stays" in browser(None).get(path).text
    again, _answer = choose(browser, path)
    assert again.get("/board").headers["Location"] == "/second-factor"
    clock.forward(seconds=30)
    enter(again, app_on_phone.at(clock()))
    assert opens(again)


def closed(db: Any, world: Any, clock: Any) -> None:
    db.execute(update(UserRow).where(UserRow.email == PATIENT).values(deactivated_at=clock()))


def without_password(db: Any, world: Any, clock: Any) -> None:
    db.execute(update(UserRow).where(UserRow.email == PATIENT).values(password_hash=None))


def of_a_demonstration(db: Any, world: Any, clock: Any) -> None:
    db.execute(update(ClinicRow).values(is_demo=True))


@pytest.mark.parametrize("made", [closed, without_password, of_a_demonstration])
def test_who_may_not_come_back_like_this_gets_nothing(
    browser, db, world, clock, send, mailbox, made
):
    with transaction(db):
        made(db, world, clock)
    assert ask(browser(None), PATIENT).headers["Location"] == "/reset/asked"
    assert send()["asked"] == 0
    assert mailbox.arrived == []


def test_staff_without_the_factor_that_they_need_get_nothing(browser, db, send, mailbox):
    """Whoever reads their mail would set up a factor of their own."""
    ask(browser(None), CLINICIAN)
    assert send()["asked"] == 0
    assert mailbox.arrived == []


def test_a_mailbox_does_not_undo_what_an_administrator_reset(browser, db, world, send, clock):
    admin = with_password(browser, "administrator@a.test")
    set_up(admin, clock)
    set_up(with_password(browser), clock)
    reset_on_the_page(admin, world.a.clinician.user_id)
    ask(browser(None), CLINICIAN)
    assert send()["asked"] == 0


def test_an_account_that_closes_before_the_mail_goes_out_gets_none(
    browser, db, world, clock, send, mailbox, app
):
    ask(browser(None), PATIENT)
    with app.app_context():
        rules = asked_resets.ResetRules(staff_need_factor=True, demo=False)
        assert asked_resets.queue_links(command_session(), rules, now=clock()) == 1
        flask_db.session.remove()
    with transaction(db):
        without_password(db, world, clock)
    assert send()["sent"] == 0
    assert [row.state for row in stored_messages(db, kind="forgotten")] == ["not_needed"]
    assert db.scalars(select(AccountResetRow.id)).all() == []


def test_what_was_asked_for_an_hour_ago_is_forgotten(browser, db, clock, send, mailbox):
    ask(browser(None), PATIENT)
    clock.forward(hours=1)
    assert send()["asked"] == 0
    assert mailbox.arrived == []


def test_known_and_unknown_addresses_get_one_answer_for_the_same_work(browser, app, db):
    visitors = [browser(None) for _ in range(3)]
    ask(browser(None), "somebody@a.test")  # from then on the network is counted already
    seen = []
    for visitor, email in zip(visitors, (PATIENT, CLINICIAN, "nobody@a.test"), strict=True):
        visitor.get("/reset")
        with statements_sent(app) as sent:
            answer = ask(visitor, email)
        seen.append((answer.status_code, answer.headers["Location"], answer.data, tuple(sent)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][3]
    assert not any("users" in each for each in seen[0][3]), "nobody is looked up"


def test_one_account_is_asked_for_so_often_from_however_many_networks(
    browser, db, clock, send, mailbox
):
    """Limits by network alone let a mailbox be flooded."""
    codes = [
        ask(browser(None), PATIENT, environ_overrides={"REMOTE_ADDR": f"10.0.{n}.1"}).status_code
        for n in range(20)
    ]
    assert codes == [303] * 3 + [422] * 17
    assert opens(with_password(browser, PATIENT), "/me"), "nobody is locked out"
    clock.forward(minutes=1)
    assert ask(browser(None), PATIENT).status_code == 303
    send()
    assert mailbox.to() == [PATIENT]


def test_one_network_asks_for_so_many_accounts(browser, db, clock):
    codes = [ask(browser(None), f"person{n}@a.test").status_code for n in range(25)]
    assert codes == [303] * 20 + [422] * 5
    answer = ask(browser(None), PATIENT)
    assert "Too many attempts. Wait" in answer.text


def test_addresses_that_nobody_has_fill_no_table(db, clock, monkeypatch):
    monkeypatch.setattr(asked_resets, "MOST_ASKED", 5)
    monkeypatch.setattr(throttles, "count_attempt", lambda *_args, **_named: None)
    for n in range(9):
        asked_resets.ask_for_link(
            db, f"p{n}@x.test", address="", language="en", now=clock() + timedelta(seconds=n)
        )
    kept = db.scalars(select(AskedResetRow.email).order_by(AskedResetRow.email)).all()
    assert kept == [f"p{n}@x.test" for n in range(4, 9)]


def test_the_mail_is_in_the_language_that_the_patient_chose(browser, db, world, send, mailbox):
    want_reminders(db, world.a, language="es")
    path = forgot(browser, send, mailbox)
    (mail,) = mailbox.arrived
    assert mail["Subject"] == "El enlace que usted pidió"
    assert mail["Content-Language"] == "es"
    choose(browser, path)
    send()
    assert mailbox.arrived[-1]["Subject"] == "Su contraseña se cambió"


def test_without_a_choice_it_is_in_the_language_of_the_page(browser, db, send, mailbox):
    ask(browser(None), PATIENT, headers={"Accept-Language": "es"})
    send()
    assert mailbox.arrived[-1]["Subject"] == "El enlace que usted pidió"


def test_where_no_mail_leaves_the_page_says_so_and_takes_nothing(app, browser, db):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="")
    visitor = browser(None)
    assert "No e-mail leaves this site" in visitor.get("/reset").text
    assert ask(visitor, PATIENT).status_code == 200
    assert db.scalars(select(AskedResetRow.email)).all() == []


def test_a_link_of_another_kind_resets_nothing(browser, db, send, mailbox, app):
    """One secret opens one door: not the feed, not a check-in, not an invitation."""
    token = forgot(browser, send, mailbox).rpartition("/")[2]
    for path in (f"/welcome/{token}", f"/open/{token}"):
        answer = browser(None).get(path)
        assert "New password" not in answer.text, path
    assert browser(None).get(f"/reset/{'t' * 43}").status_code == 404


def test_whoever_changes_the_password_while_signed_in_is_told_too(browser, db, send, mailbox):
    visitor = with_password(browser, PATIENT)
    answer = visitor.submit("/account/password", {"password": PASSWORD, "new_password": NEW})
    assert answer.status_code == 303
    send()
    assert [each["Subject"] for each in mailbox.arrived] == ["Your password was changed"]
