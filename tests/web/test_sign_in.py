"""Signing in and out through HTTP: what a copied cookie, a guess or a stale sign-in can do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from tests.browsing import BASE
from tests.make.sessions import command_session
from tests.make.world import known_id
from tests.statements import begins_to_write, statements_sent
from tracker.actions import passwords, sign_ins, throttles
from tracker.domain import accounts
from tracker.models import db as flask_db
from tracker.models.accounts import SignInRow, SignInThrottleRow, UserRow
from tracker.models.audit import AuditEventRow
from tracker.models.database import transaction
from tracker.web.cookies import LOOPBACK_NAME, SECURE_NAME

PASSWORD = "a long enough passphrase"
CLINICIAN = "clinician@a.test"


@pytest.fixture
def with_password(app, db):
    """The clinician of clinic A can sign in with `PASSWORD`."""
    with transaction(db):
        db.execute(
            update(UserRow)
            .where(UserRow.email == CLINICIAN)
            .values(password_hash=passwords.hash_password(PASSWORD))
        )
    return db


def sign_in(browser, email=CLINICIAN, password=PASSWORD):
    return browser.submit("/login", {"email": email, "password": password})


def test_a_right_password_opens_the_board(with_password, browser):
    visitor = browser(None)
    answer = sign_in(visitor)
    assert answer.status_code == 303
    assert visitor.get("/board").status_code == 200


def test_the_address_counts_without_its_case(with_password, browser):
    assert sign_in(browser(None), email=" Clinician@A.test ").status_code == 303


@pytest.mark.parametrize(
    ("email", "password"),
    [(CLINICIAN, "wrong"), ("nobody@a.test", PASSWORD), (CLINICIAN, PASSWORD + " ")],
)
def test_a_wrong_pair_gets_the_same_answer_whichever_part_is_wrong(
    with_password, browser, email, password
):
    answer = sign_in(browser(None), email=email, password=password)
    assert answer.status_code == 422
    assert "The e-mail address or the password is not right" in answer.text
    assert password not in answer.text


def test_a_closed_account_gets_the_answer_of_a_wrong_password(with_password, browser, db, clock):
    with transaction(db):
        db.execute(update(UserRow).where(UserRow.email == CLINICIAN).values(deactivated_at=clock()))
    answer = sign_in(browser(None))
    assert answer.status_code == 422
    assert "The e-mail address or the password is not right" in answer.text


class CountingHasher:
    """Stands in for argon2: remembers what it was asked to verify."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def hash(self, password: str) -> str:
        return f"hash of {len(password)}"

    def verify(self, stored: str, password: str) -> bool:
        self.asked.append((stored, password))
        return True


@pytest.fixture
def hasher(monkeypatch):
    """A counting hasher; the hash for unknown names is its own, never kept for other tests."""
    counting = CountingHasher()
    monkeypatch.setattr(passwords, "_HASHER", counting)
    monkeypatch.setattr(passwords, "_dummy_hash", lambda: counting.hash("nobody's password"))
    return counting


def test_an_unknown_name_costs_the_same_hash_as_a_known_one(hasher):
    assert not passwords.verify(None, "x")
    assert passwords.verify("stored", "x")
    assert [password for _, password in hasher.asked] == ["x", "x"]


def test_an_overlong_password_never_reaches_the_hash(hasher):
    assert not passwords.verify("stored", "x" * (accounts.PASSWORD_MAX_LENGTH + 1))
    assert [password for _, password in hasher.asked] == [""]


def test_signing_in_makes_an_old_hash_anew(with_password, browser, db):
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with transaction(db):
        db.execute(update(UserRow).where(UserRow.email == CLINICIAN).values(password_hash=weak))
    assert sign_in(browser(None)).status_code == 303
    db.rollback()
    kept = db.scalars(select(UserRow.password_hash).where(UserRow.email == CLINICIAN)).one()
    assert kept != weak
    assert passwords.verify(kept, PASSWORD)


def test_a_cookie_copied_before_signing_out_opens_nothing_afterwards(with_password, browser, app):
    visitor = browser(None)
    sign_in(visitor)
    copied = visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1").value
    visitor.submit_logout()
    thief = app.test_client()
    thief.set_cookie(LOOPBACK_NAME, copied, domain="127.0.0.1")
    answer = thief.get("/board", base_url=BASE)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/login")


def test_a_fresh_cookie_begins_at_sign_in_and_is_empty_after_sign_out(with_password, browser, app):
    signer = app.session_interface.get_signing_serializer(app)

    def held(visitor):
        cookie = visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1")
        return signer.loads(cookie.value) if cookie else {}

    visitor = browser(None)
    visitor.get_page("/login")
    before = held(visitor)
    sign_in(visitor)
    after = held(visitor)
    assert before["csrf_token"] != after.get("csrf_token")
    assert "token" in after
    visitor.submit_logout()
    assert set(held(visitor)) <= {"_flashes"}


def test_the_database_holds_no_live_token(with_password, browser, app, db):
    visitor = browser(None)
    sign_in(visitor)
    signer = app.session_interface.get_signing_serializer(app)
    cookie = visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1")
    token = signer.loads(cookie.value)["token"]
    dump = b"".join(repr(row).encode() for row in db.execute(select(SignInRow.__table__)).all())
    assert token.encode() not in dump


@pytest.mark.parametrize("idle", [timedelta(minutes=61), timedelta(hours=13)])
def test_a_sign_in_ends_by_itself(browser, world, clock, idle):
    nurse = browser(world.a.clinician)
    assert nurse.get("/board").status_code == 200
    clock.forward(seconds=idle.total_seconds())
    assert nurse.get("/board").status_code == 303


def test_no_parameter_keeps_a_sign_in_alive(browser, world, clock):
    nurse = browser(world.a.clinician)
    clock.forward(minutes=61)
    for query in ("skip_timeout_reset=1", "keepalive=1", "refresh=true"):
        assert nurse.get(f"/board?{query}").status_code == 303


def test_a_page_that_refreshes_itself_does_not_count_as_use(browser, world, clock, db):
    nurse = browser(world.a.clinician)
    for _ in range(3):
        clock.forward(minutes=25)
        answer = nurse.get("/board", headers={"X-Background-Refresh": "1"})
    assert answer.status_code == 303


def test_use_keeps_a_sign_in_alive_until_the_absolute_limit(browser, world, clock):
    nurse = browser(world.a.clinician)
    for _ in range(14):
        clock.forward(minutes=50)
        assert nurse.get("/board").status_code == 200
    clock.forward(minutes=50)
    assert nurse.get("/board").status_code == 303


def test_closing_an_account_ends_its_sign_ins_at_once(browser, world):
    nurse, administrator = browser(world.a.clinician), browser(world.a.administrator)
    assert nurse.get("/board").status_code == 200
    answer = administrator.post(f"/admin/people/{world.a.clinician.user_id}/close", {})
    assert answer.status_code == 303
    assert nurse.get("/board").status_code == 303


def test_a_request_in_flight_cannot_revive_an_ended_sign_in(db, world, clock):
    with transaction(db):
        sign_ins.open_sign_in(
            db,
            world.a.clinician.user_id,
            world.a.clinic.id,
            address="",
            device="",
            now=clock(),
        )
    row = db.execute(select(SignInRow)).scalar_one()
    with transaction(db):
        sign_ins.end_all_sign_ins(db, world.a.clinician.user_id, why="test", now=clock())
    sign_ins.mark_seen(db, row.id, now=clock() + timedelta(minutes=2))
    sign_ins.store_marks(db)
    db.expire_all()
    row = db.execute(select(SignInRow)).scalar_one()
    assert row.revoked_at is not None
    assert row.last_seen_at == clock()


def begun_to_write(app, visit):
    """How many transactions that write a request takes."""
    with statements_sent(app) as sent:
        visit()
    return sum(begins_to_write(each) for each in sent)


def last_seen(db):
    db.rollback()
    return db.execute(select(SignInRow.last_seen_at)).scalar_one()


@pytest.mark.parametrize("path", ["/board", "/account"])  # one is audited, one writes nothing
def test_that_a_sign_in_was_used_is_stored_without_a_second_transaction(
    browser, world, clock, app, db, path
):
    nurse = browser(world.a.clinician)
    nurse.get(path)
    clock.forward(minutes=2)
    assert begun_to_write(app, lambda: nurse.get(path)) == 1
    assert last_seen(db) == clock()


def test_that_a_sign_in_was_used_is_stored_also_where_something_was_refused(
    browser, world, clock, db
):
    nurse = browser(world.a.clinician)
    nurse.get("/board")
    clock.forward(minutes=2)
    assert nurse.get(f"/courses/{uuid4()}").status_code == 404
    assert last_seen(db) == clock()


def test_guessing_has_to_wait_and_the_right_password_too(with_password, browser, clock):
    visitor = browser(None)
    for _ in range(accounts.FREE_FAILURES_PER_ACCOUNT):
        sign_in(visitor, password="wrong")
    answer = sign_in(visitor)
    assert answer.status_code == 422
    assert "Too many attempts" in answer.text
    clock.forward(minutes=16)
    assert sign_in(visitor).status_code == 303


def test_parallel_guesses_cannot_slip_past_the_limit(with_password, app, clock, monkeypatch):
    checked = []
    monkeypatch.setattr(
        passwords, "verify", lambda _stored, password: checked.append(password) and False
    )

    def guess(number: int) -> None:
        with app.app_context():
            try:
                sign_ins.sign_in(
                    command_session(),
                    email=CLINICIAN,
                    password=f"guess {number}",
                    address=f"10.0.0.{number}",
                    device="",
                    now=clock(),
                )
            except (sign_ins.SignInRefused, throttles.TooManyAttempts):
                pass
            finally:
                flask_db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(40)))
    assert len(checked) <= accounts.FREE_FAILURES_PER_ACCOUNT


def test_names_that_nobody_has_do_not_fill_the_disk(db, clock, monkeypatch):
    monkeypatch.setattr(throttles, "MOST_THROTTLES", 50)
    for number in range(120):
        throttles.count_attempt(db, [(f"account nobody{number}", 5)], now=clock())
    assert len(db.execute(select(SignInThrottleRow.key_hash)).all()) <= 50


def test_trying_other_names_frees_no_account_that_is_under_attack(db, clock, monkeypatch):
    monkeypatch.setattr(throttles, "MOST_THROTTLES", 50)
    for _each in range(5):
        throttles.count_attempt(db, [("account somebody", 5)], now=clock())
    for number in range(120):
        clock.forward(seconds=0.1)
        throttles.count_attempt(db, [(f"account nobody{number}", 5)], now=clock())
    with pytest.raises(throttles.TooManyAttempts):
        throttles.count_attempt(db, [("account somebody", 5)], now=clock())


def test_failures_and_successes_are_in_the_audit_trail(with_password, browser, db):
    visitor = browser(None)
    sign_in(visitor, password="wrong")
    sign_in(visitor)
    events = db.scalars(select(AuditEventRow.event).order_by(AuditEventRow.seq)).all()
    assert events[:2] == ["sign-in failed", "signed in"]


def test_over_https_the_cookie_is_host_bound_and_secure(with_password, app):
    client = app.test_client()
    answer = client.get("/login", base_url="https://127.0.0.1:8000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{SECURE_NAME}=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie


def test_on_loopback_http_the_cookie_has_the_plain_name(app):
    cookie = app.test_client().get("/login", base_url=BASE).headers["Set-Cookie"]
    assert cookie.startswith(f"{LOOPBACK_NAME}=")
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie


def test_plain_http_from_elsewhere_cannot_sign_in(app):
    app.config["TRUSTED_HOSTS"] = ["clinic.example"]
    answer = app.test_client().get("/login", base_url="http://clinic.example")
    assert answer.status_code == 403
    assert "https://" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_known_person_has_the_id_the_tests_expect(db, world):
    assert db.get(UserRow, known_id("clinician a")).email == CLINICIAN
