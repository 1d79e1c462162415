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
from tests.make.second_factors import enter, opens, set_up, with_password
from tests.make.world import known_id
from tracker.actions import second_factors
from tracker.domain.errors import Refused
from tracker.models.accounts import SignInRow
from tracker.models.audit import AuditEventRow
from tracker.models.database import transaction
from tracker.models.second_factors import SecondFactorRow
from tracker.web.cookies import LOOPBACK_NAME

pytestmark = pytest.mark.usefixtures("second_factor_needed")


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


def test_with_a_factor_the_password_reaches_only_the_page_for_the_code(app, browser, enrolled):
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


def test_the_code_of_the_set_up_is_used_up(browser, clock):
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


def test_setting_up_gives_the_sign_in_a_new_token(browser, clock):
    visitor = with_password(browser)
    before = visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1").value
    set_up(visitor, clock)
    copied = browser(None)
    copied.client.set_cookie(LOOPBACK_NAME, before, domain="127.0.0.1")
    assert copied.get("/board").headers["Location"] == "/login"


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
