"""The second factor through HTTP: what a password alone opens, and what a code opens once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, text, update

from tests.browsing import BASE
from tests.conventions.test_routes import policy_of, rules
from tests.make.everything import ids_of, make_everything
from tests.make.world import known_id
from tracker.actions import passwords, second_factors
from tracker.domain.errors import Refused
from tracker.models.accounts import SignInRow, UserRow
from tracker.models.audit import AuditEventRow
from tracker.models.database import transaction
from tracker.models.second_factors import RecoveryCodeRow, SecondFactorRow
from tracker.web.cookies import LOOPBACK_NAME

PASSWORD = "a long enough passphrase"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
def app(app):
    """Staff need a second factor, as they do outside a demonstration; everybody has a password."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, needs_second_factor=True)
    return app


@pytest.fixture
def db(db):
    with transaction(db):
        db.execute(update(UserRow).values(password_hash=HASH))
    return db


def with_password(browser, email="clinician@a.test"):
    """A browser that got as far as a right password."""
    visitor = browser(None)
    answer = visitor.submit("/login", {"email": email, "password": PASSWORD})
    assert answer.status_code == 303
    return visitor


def set_up(visitor, clock):
    """Take an app into use; returns the app and the recovery codes."""
    page = visitor.get_page("/second-factor/set-up")
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.html)[1].replace(" ", "")
    app_on_phone = pyotp.TOTP(secret)
    answer = visitor.client_post(
        "/second-factor/set-up",
        page.form("code")["fields"] | {"code": app_on_phone.at(clock())},
    )
    assert answer.status_code == 200, answer.text
    codes = re.findall(r"<code>([a-z2-9-]+)</code>", answer.text)
    assert len(codes) == 10
    return app_on_phone, codes


def enter(visitor, code, query=""):
    return visitor.submit(f"/second-factor{query}", {"code": code})


def opens(visitor, path="/board"):
    return visitor.client.get(path, base_url=BASE).status_code == 200


@pytest.fixture
def enrolled(browser, clock, db):
    """The clinician's app and recovery codes, half a minute after they were set up."""
    visitor = with_password(browser)
    app_on_phone, codes = set_up(visitor, clock)
    assert opens(visitor)
    clock.forward(seconds=30)
    return app_on_phone, codes


def half_signed_in_reaches(app, visitor, allowed):
    """Call every route with ids that exist; returns those that answered with anything of theirs."""
    reached = set()
    for rule in rules(app):
        policy = policy_of(app, rule)
        if not policy.needs_sign_in or "GET" not in rule.methods:
            continue
        path = re.sub(r"<[^>]+>", lambda each: filled(each[0]), rule.rule)
        answer = visitor.client.get(path, base_url=BASE)
        if answer.status_code != 404 and answer.headers.get("Location") != allowed:
            reached.add(rule.rule)
    return reached


def filled(argument):
    name = argument.strip("<>").rpartition(":")[2]
    return str(ids_of("a").get(name, known_id("clinician a")))


def test_staff_without_a_factor_reach_only_its_set_up(app, browser, db, world, clock):
    make_everything(db, world, now=clock())
    visitor = with_password(browser)
    reached = half_signed_in_reaches(app, visitor, "/second-factor/set-up")
    assert reached == {"/second-factor/set-up"}


def test_with_a_factor_the_password_reaches_only_the_page_for_the_code(app, browser, db, enrolled):
    visitor = with_password(browser)
    reached = half_signed_in_reaches(app, visitor, "/second-factor")
    assert reached == {"/second-factor"}


def test_posts_of_a_half_sign_in_change_nothing(browser, db, enrolled):
    visitor = with_password(browser)
    for path in ("/account/recovery-codes", "/account/sign-ins/end", "/lock", "/patients/new"):
        answer = visitor.post(path, {})
        assert answer.headers["Location"] == "/second-factor", path
    answer = visitor.post("/second-factor/set-up", {"code": "123456"})
    assert answer.headers["Location"] == "/second-factor"
    assert len(db.scalars(select(SecondFactorRow.id)).all()) == 1


def test_a_part_of_a_page_is_refused_without_another_page(browser, enrolled):
    visitor = with_password(browser)
    answer = visitor.get("/board", headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.text) == (401, "")


def test_the_header_of_the_page_for_the_code_names_no_clinic(browser, enrolled):
    page = with_password(browser).get("/second-factor")
    assert "Clinic A" not in page.text
    assert "/patients" not in page.text


def test_a_code_opens_the_board_and_the_token_before_it_is_dead(app, browser, enrolled, clock):
    app_on_phone, _ = enrolled
    visitor = with_password(browser)
    before = visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1").value
    assert enter(visitor, app_on_phone.at(clock())).status_code == 303
    assert opens(visitor)
    copied = browser(None)
    copied.client.set_cookie(LOOPBACK_NAME, before, domain="127.0.0.1")
    assert copied.get("/board").headers["Location"] == "/login"


def test_a_code_works_once(browser, enrolled, clock):
    app_on_phone, _ = enrolled
    code = app_on_phone.at(clock())
    assert enter(with_password(browser), code).status_code == 303
    second = enter(with_password(browser), code)
    assert second.status_code == 422
    assert "was used before" in second.text


def test_the_code_of_the_set_up_is_used_up(browser, db, clock):
    app_on_phone, _ = set_up(with_password(browser), clock)
    assert enter(with_password(browser), app_on_phone.at(clock())).status_code == 422


@pytest.mark.parametrize("seconds", [-31, 30, 60])
def test_a_code_of_another_half_minute_is_refused(browser, enrolled, clock, seconds):
    app_on_phone, _ = enrolled
    clock.forward(minutes=2, seconds=10)
    typed = app_on_phone.at(clock() + timedelta(seconds=seconds))
    assert enter(with_password(browser), typed).status_code == 422


def test_a_code_that_was_on_the_screen_when_the_typing_began_counts(browser, enrolled, clock):
    app_on_phone, _ = enrolled
    clock.forward(minutes=2)
    typed = app_on_phone.at(clock() - timedelta(seconds=1))
    clock.forward(seconds=4)
    assert enter(with_password(browser), typed).status_code == 303


def test_a_recovery_code_works_once_and_says_how_many_are_left(browser, enrolled, db):
    _, codes = enrolled
    visitor = with_password(browser)
    answer = enter(visitor, codes[3].upper(), "?recovery=yes")
    assert answer.status_code == 303
    assert "9 recovery codes are left" in visitor.get_page("/board").text
    assert enter(with_password(browser), codes[3], "?recovery=yes").status_code == 422
    events = db.scalars(select(AuditEventRow.event)).all()
    assert events.count("recovery code used") == 1


def test_a_recovery_code_of_somebody_else_opens_nothing(browser, enrolled, clock):
    _, codes = enrolled
    therapist = with_password(browser, "therapist@a.test")
    set_up(therapist, clock)
    other = with_password(browser, "therapist@a.test")
    assert enter(other, codes[0], "?recovery=yes").status_code == 422


def test_guesses_have_to_wait_and_a_right_code_then_too(browser, enrolled, clock):
    app_on_phone, _ = enrolled
    visitor = with_password(browser)
    for _ in range(5):
        assert enter(visitor, "000000").status_code == 422
    said = enter(visitor, app_on_phone.at(clock()))
    assert "Too many attempts" in said.text
    clock.forward(minutes=2)
    assert enter(visitor, app_on_phone.at(clock())).status_code == 303


def test_a_right_password_waits_ten_minutes_for_its_code(browser, enrolled, clock):
    visitor = with_password(browser)
    clock.forward(minutes=10, seconds=1)
    assert visitor.get("/second-factor").headers["Location"] == "/login"


def test_a_new_app_ends_the_old_one_its_codes_and_every_other_sign_in(browser, enrolled, clock):
    app_on_phone, codes = enrolled
    here = with_password(browser)
    enter(here, app_on_phone.at(clock()))
    clock.forward(seconds=30)
    there = with_password(browser)
    enter(there, app_on_phone.at(clock()))
    assert opens(here)
    assert opens(there)
    set_up(here, clock)
    assert opens(here)
    assert not opens(there)
    clock.forward(minutes=1)
    third = with_password(browser)
    assert enter(third, app_on_phone.at(clock())).status_code == 422
    assert enter(third, codes[0], "?recovery=yes").status_code == 422


def test_neither_secret_nor_codes_are_readable_in_the_database(db, enrolled):
    app_on_phone, codes = enrolled
    for row in db.execute(text("SELECT * FROM second_factors")):
        assert app_on_phone.secret not in repr(row)
    for row in db.execute(text("SELECT * FROM recovery_codes")):
        assert not any(code.replace("-", "") in repr(row) for code in codes)


def test_a_secret_is_bound_to_its_row(browser, db, enrolled, clock):
    """Somebody with the database puts their own app's secret into a colleague's row."""
    mine, _ = set_up(with_password(browser, "therapist@a.test"), clock)
    clock.forward(minutes=1)
    users = {name: known_id(f"{name} a") for name in ("clinician", "therapist")}
    own = db.execute(
        select(SecondFactorRow.nonce, SecondFactorRow.ciphertext).where(
            SecondFactorRow.user_id == users["therapist"]
        )
    ).one()
    with transaction(db):
        db.execute(
            update(SecondFactorRow)
            .where(SecondFactorRow.user_id == users["clinician"])
            .values(nonce=own.nonce, ciphertext=own.ciphertext)
        )
    assert enter(with_password(browser), mine.at(clock())).status_code == 422


def test_of_two_who_send_one_code_at_once_one_gets_in(app, db, enrolled, world, browser, clock):
    """The second finds the half-minute taken, whatever it had read before."""
    app_on_phone, _ = enrolled
    who = of_the_clinician(db, world)
    key = app.config["SETTINGS"].field_keys
    code = app_on_phone.at(clock())
    second_factors.show_code(db, who, code, ring=key, now=clock())
    with pytest.raises(Refused, match="used before"):
        second_factors.show_code(db, who, code, ring=key, now=clock())


def of_the_clinician(db, world):
    """The clinician by the first sign-in, which is still open."""
    mine = SignInRow.user_id == world.a.clinician.user_id
    sign_in_id = db.scalar(select(SignInRow.id).where(mine, SignInRow.revoked_at.is_(None)))
    db.rollback()
    return replace(world.a.clinician, sign_in_id=sign_in_id)


def test_who_has_a_password_alone_ends_no_whole_sign_in(browser, enrolled, clock):
    app_on_phone, _ = enrolled
    nurse = with_password(browser)
    enter(nurse, app_on_phone.at(clock()))
    for _ in range(7):
        clock.forward(seconds=1)
        with_password(browser)
    assert opens(nurse)


def test_wrong_codes_keep_nobody_from_a_recovery_code(browser, enrolled):
    _, codes = enrolled
    visitor = with_password(browser)
    for _ in range(6):
        enter(visitor, "000000")
    assert enter(visitor, codes[0], "?recovery=yes").status_code == 303


def test_of_two_who_set_up_at_once_the_second_is_refused(app, db, browser, world, clock):
    """Both passed the gate while there was no factor; the first one's stays."""
    with_password(browser)
    with_password(browser)
    key = app.config["SETTINGS"].field_keys
    mine, theirs = pyotp.random_base32(), pyotp.random_base32()
    who = of_the_clinician(db, world)
    asked = {"ring": key, "may_replace": False, "now": clock()}
    second_factors.set_up(db, who, secret=mine, typed=pyotp.TOTP(mine).at(clock()), **asked)
    (thief,) = db.scalars(
        select(SignInRow.id).where(SignInRow.user_id == who.user_id, SignInRow.id != who.sign_in_id)
    ).all()
    db.rollback()
    with pytest.raises(Refused, match="has ended"):
        second_factors.set_up(
            db,
            replace(who, sign_in_id=thief),
            secret=theirs,
            typed=pyotp.TOTP(theirs).at(clock()),
            **asked,
        )
    with pytest.raises(Refused, match="set up meanwhile"):
        second_factors.set_up(db, who, secret=theirs, typed=pyotp.TOTP(theirs).at(clock()), **asked)
    db.rollback()
    assert db.scalars(select(SecondFactorRow.ended_at)).all() == [None]


def test_setting_up_gives_the_sign_in_a_new_token(browser, db, clock):
    visitor = with_password(browser)
    before = visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1").value
    set_up(visitor, clock)
    copied = browser(None)
    copied.client.set_cookie(LOOPBACK_NAME, before, domain="127.0.0.1")
    assert copied.get("/board").headers["Location"] == "/login"


def test_a_button_that_waits_for_the_password_says_that_nothing_was_done(browser, db, clock):
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


def test_what_is_weighty_asks_for_the_password_again(browser, db, clock):
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


def test_a_patient_may_have_one_and_give_it_up(browser, db, clock):
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
    new = re.findall(r"<code>([a-z2-9-]+)</code>", answer.text)
    assert len(new) == 10
    assert enter(with_password(browser), codes[0], "?recovery=yes").status_code == 422
    assert enter(with_password(browser), new[0], "?recovery=yes").status_code == 303
    left = select(RecoveryCodeRow.id).where(RecoveryCodeRow.replaced_at.is_(None))
    assert len(db.scalars(left).all()) == 10


def test_somebody_sees_and_ends_their_sign_ins_elsewhere(browser, db, clock):
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


def test_nobody_ends_a_sign_in_of_somebody_else(browser, db, clock, world):
    here = with_password(browser, "patient@a.test")
    other = with_password(browser, "patient@b.test")
    theirs = db.scalar(select(SignInRow.id).where(SignInRow.user_id == world.b.patient.user_id))
    here.post("/account/sign-ins/end", {"sign_in_id": str(theirs)})
    assert opens(other, "/me")


def test_a_picture_for_somebody_else_is_not_taken(browser, db, clock):
    """The sealed secret of one person's page is good for nobody else, and not for long."""
    clinician = with_password(browser)
    fields = clinician.get_page("/second-factor/set-up").form("code")["fields"]
    therapist = with_password(browser, "therapist@a.test")
    own = therapist.get_page("/second-factor/set-up").form("code")["fields"]
    answer = therapist.client_post(
        "/second-factor/set-up", own | {"sealed_secret": fields["sealed_secret"], "code": "123456"}
    )
    assert answer.headers["Location"] == "/second-factor/set-up"
    assert db.scalar(select(SecondFactorRow.id)) is None


NEW = "another long passphrase"


def change(visitor, current=PASSWORD, new=NEW):
    return visitor.submit("/account/password", {"password": current, "new_password": new})


def test_a_changed_password_is_the_only_one_and_ends_what_was_open_elsewhere(browser, db, clock):
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
    assert set(db.scalars(select(UserRow.password_hash)).all()) == {HASH}
