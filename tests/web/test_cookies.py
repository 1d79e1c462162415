"""The cookie: what it is called where, when it begins and ends, and when it counts for nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests.browsing import BASE
from tests.conventions.test_routes import address, policy_of, rules
from tests.make.everything import ids_of, make_everything
from tracker.actions import accounts
from tracker.domain.people import Role
from tracker.models.accounts import SignInRow, UserRoleRow, UserRow
from tracker.models.database import transaction
from tracker.web.cookies import LOOPBACK_NAME, SECURE_NAME
from tracker.web.headers import HSTS

ABROAD = "http://clinic.example"
TEMPTING = "skip_timeout_reset=1&keepalive=1&refresh=true&next=//evil.example&user_id=1&debug=1"


@pytest.fixture
def full(app: Any, db: Any, world: Any, clock: Any) -> Any:
    make_everything(db, world, now=clock())
    db.rollback()
    return app


def cookie_of(visitor: Any) -> str:
    found: str = visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1").value
    return found


def thief_with(app: Any, cookie: str) -> Any:
    client = app.test_client()
    client.set_cookie(LOOPBACK_NAME, cookie, domain="127.0.0.1")
    return client


def needing_a_sign_in(app: Any) -> list[Any]:
    return [
        rule
        for rule in rules(app)
        if policy_of(app, rule).needs_sign_in and rule.endpoint != "account.logout"
    ]


def opens_nothing(app: Any, client: Any, *, base_url: str = BASE) -> int:
    """Ask for every page that needs a sign-in; every answer must send to the door."""
    asked = 0
    for rule in needing_a_sign_in(app):
        if "GET" not in rule.methods:
            continue
        for query in ("", f"?{TEMPTING}"):
            answer = client.get(address(rule, ids_of("a")) + query, base_url=base_url)
            assert answer.status_code == 303, rule.rule
            assert answer.headers["Location"] == "/login", rule.rule
            asked += 1
    return asked


def test_no_page_and_no_parameter_revives_an_idle_sign_in(
    full: Any, browser: Any, world: Any, clock: Any
) -> None:
    nurse = browser(world.a.clinician)
    clock.forward(minutes=61)
    assert opens_nothing(full, nurse.client) >= 10


def test_no_page_opens_after_the_absolute_limit_however_busy_it_was(
    full: Any, browser: Any, world: Any, clock: Any
) -> None:
    nurse = browser(world.a.clinician)
    for _ in range(14):
        clock.forward(minutes=50)
        assert nurse.client.get("/patients", base_url=BASE).status_code == 200
    clock.forward(minutes=21)
    assert opens_nothing(full, nurse.client) >= 10


def test_no_page_opens_with_a_cookie_that_was_copied_before_signing_out(
    full: Any, browser: Any, world: Any
) -> None:
    nurse = browser(world.a.clinician)
    copied = cookie_of(nurse)
    assert thief_with(full, copied).get("/patients", base_url=BASE).status_code == 200
    nurse.submit_logout()
    assert opens_nothing(full, thief_with(full, copied)) >= 10


def test_no_page_opens_for_an_account_that_was_closed(
    full: Any, db: Any, browser: Any, world: Any, clock: Any
) -> None:
    """Whether or not its sign-ins were ended with it."""
    nurse = browser(world.a.clinician)
    with transaction(db):
        db.execute(
            update(UserRow)
            .where(UserRow.id == world.a.clinician.user_id)
            .values(deactivated_at=clock())
        )
    assert opens_nothing(full, nurse.client) >= 10


def test_a_role_that_was_taken_away_opens_nothing_from_the_next_page_on(
    full: Any, db: Any, browser: Any, world: Any
) -> None:
    nurse = browser(world.a.clinician)
    assert nurse.client.get("/patients", base_url=BASE).status_code == 200
    with transaction(db):
        db.execute(delete(UserRoleRow).where(UserRoleRow.user_id == world.a.clinician.user_id))
    assert nurse.client.get("/patients", base_url=BASE).status_code == 403


def test_a_cookie_of_another_key_opens_nothing(full: Any, browser: Any, world: Any) -> None:
    copied = cookie_of(browser(world.a.clinician))
    full.config["SECRET_KEY"] = "another key of the same length, for this test"
    assert opens_nothing(full, thief_with(full, copied)) >= 10


def test_over_plain_http_from_elsewhere_a_live_cookie_opens_nothing(
    full: Any, browser: Any, world: Any
) -> None:
    copied = cookie_of(browser(world.a.clinician))
    full.config["TRUSTED_HOSTS"] = ["clinic.example"]
    client = full.test_client()
    client.set_cookie(LOOPBACK_NAME, copied, domain="clinic.example")
    assert opens_nothing(full, client, base_url=ABROAD) >= 10


def test_over_plain_http_from_elsewhere_no_form_takes_a_password(
    full: Any, db: Any, world: Any, clock: Any
) -> None:
    token = accounts.invite_staff(
        db, world.a.administrator, email="x@y.test", name="X", role=Role.THERAPIST, now=clock()
    )
    full.config |= {"TRUSTED_HOSTS": ["clinic.example"], "WTF_CSRF_ENABLED": False}
    client = full.test_client()
    for path in ("/login", f"/welcome/{token}"):
        for ask in (client.get, client.post):
            answer = ask(path, base_url=ABROAD)
            assert answer.status_code == 403, path
            assert "https://" in answer.text
            assert "password" not in answer.text.lower(), path
            assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000"])
def test_every_name_of_this_machine_may_carry_the_cookie(app: Any, host: str) -> None:
    answer = app.test_client().get("/login", base_url=f"http://{host}")
    assert answer.status_code == 200
    assert answer.headers["Set-Cookie"].startswith(f"{LOOPBACK_NAME}=")


def test_the_cookie_of_plain_http_counts_for_nothing_over_https(
    full: Any, browser: Any, world: Any
) -> None:
    client = thief_with(full, cookie_of(browser(world.a.clinician)))
    assert opens_nothing(full, client, base_url="https://127.0.0.1:8000") >= 10


def test_https_is_asked_for_ever_after_and_only_over_https(app: Any) -> None:
    client = app.test_client()
    secure = client.get("/login", base_url="https://127.0.0.1:8000")
    assert secure.headers["Strict-Transport-Security"] == HSTS
    assert secure.headers["Set-Cookie"].startswith(f"{SECURE_NAME}=")
    assert "Strict-Transport-Security" not in client.get("/login", base_url=BASE).headers


def test_opening_an_account_ends_the_sign_in_that_this_browser_had(
    full: Any, db: Any, browser: Any, world: Any, clock: Any
) -> None:
    token = accounts.invite_staff(
        db, world.a.administrator, email="x@y.test", name="X", role=Role.THERAPIST, now=clock()
    )
    visitor = browser(world.a.clinician)
    before = cookie_of(visitor)
    answer = visitor.submit(f"/welcome/{token}", {"password": "four words in a row"})
    assert answer.status_code == 303
    assert cookie_of(visitor) != before
    assert visitor.client.get("/patients", base_url=BASE).status_code == 200
    assert opens_nothing(full, thief_with(full, before)) >= 10
    db.rollback()
    rows = db.execute(select(SignInRow.user_id, SignInRow.revoked_why)).all()
    assert {row.revoked_why for row in rows if row.user_id == world.a.clinician.user_id} == {
        "signed out"
    }


def test_the_next_person_at_this_browser_finds_nothing_of_the_last(
    app: Any, browser: Any, world: Any
) -> None:
    visitor = browser(world.a.clinician)
    visitor.get_page("/patients/new")
    signer = app.session_interface.get_signing_serializer(app)
    assert {"token", "csrf_token"} <= set(signer.loads(cookie_of(visitor)))
    answer = visitor.submit_logout()
    assert set(signer.loads(cookie_of(visitor))) <= {"_flashes"}
    assert answer.headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize(
    "where", ["//evil.example", "https://evil.example", "/\\evil", "%0d%0aX: 1"]
)
@pytest.mark.parametrize("name", ["next", "return_to", "redirect", "url"])
def test_no_parameter_says_where_to_go_after_signing_in(
    app: Any, browser: Any, world: Any, where: str, name: str
) -> None:
    """There is no such parameter at all: the way after signing in is one's own first page."""
    for visitor in (browser(None), browser(world.a.clinician)):
        answer = visitor.client.get("/login", base_url=BASE, query_string={name: where})
        assert "evil" not in answer.headers.get("Location", "")
        assert b"evil" not in answer.data
    at_the_door = browser(None).client.get("/patients", base_url=BASE, query_string={name: where})
    assert at_the_door.headers["Location"] == "/login"
