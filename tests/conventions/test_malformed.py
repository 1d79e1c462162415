"""Thousands of requests that no browser sends, as every role: refused in words, nothing breaks.

The ordinary tests send a few of them; `make test-slow` sends ten thousand to each group of routes.
They are the same ones each time (a seed), so that a failure can be looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer

from tests.browsing import BASE, Page
from tests.conventions.malformed import Door, Malformed
from tests.conventions.test_routes import PLAIN, actors, address, policy_of, rules
from tests.make.everything import ids_of, make_everything
from tracker.domain.permissions import ROLES_THAT_MAY
from tracker.reports.typesetter import Typesetter
from tracker.web.cookies import LOOPBACK_NAME

EACH = 10_000
SAMPLE = 60
GROUPS = {
    "the door": r"/(login|welcome|open|stop|route|reset|help|healthz|readyz|metrics|csp-report|away"
    r"|offline|worker\.js|\.well-known|account|second-factor|confirm|lock.*|switch-person|still-here)?(/.*)?$",
    "patients and courses": r"/(patients|courses|planned-infusions|medicine-changes|check-ins"
    r"|prior-treatments|course-reviews|check-in-links|therapy-sessions|proxies)(/.*)?$",
    "the room": r"/(infusions|board|infusion-events|vital-signs|run-sheet-moves|recovery-scores"
    r"|sheet-notes|rate-changes|medicines-given|paper-run-sheet\.pdf)(/.*)?$",
    "the patient": r"/(me|for)(/.*)?$",
    "the office": r"/(admin|ledger|vial-entries|outcomes.*|reports|report-batches|signed-reports"
    r"|alerts)(/.*)?$",
}
SECRET = "5" * 40
ENDS_SIGN_INS = {"/logout", "/lock", "/switch-person"}
INTERNALS = re.compile(
    rb"Traceback \(most recent|sqlite3\.|sqlalchemy\.|werkzeug\.|jinja2\.|File \"/|psycopg"
)
MARKUP = re.compile(rb"<script>alert\(1|<img src=x onerror|href=\"javascript:", re.I)


@pytest.fixture
def full(app: Any, db: Any, world: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    make_everything(db, world, now=clock())
    db.rollback()
    monkeypatch.setattr(Typesetter, "pdf_of", lambda *_: b"%PDF-1.7")
    return app


def doors_of(app: Any, browser: Any, world: Any) -> list[Door]:
    """Every route with its address, and every form with its fields, as one who may opens it."""
    visitors = {name: browser(person) for name, person in actors(world).items()}
    found: dict[tuple[str, str], Door] = {}
    for rule in rules(app):
        where = address(rule, ids_of("a"))
        arguments = tuple(
            str(ids_of("a").get(a.removesuffix("_id"), PLAIN.get(a, "x"))) for a in rule.arguments
        )
        if where in ENDS_SIGN_INS:
            continue
        is_post = "GET" not in rule.methods
        found[where, ""] = Door(rule.rule, where, arguments, is_post=is_post)
        if is_post:
            continue
        answer = visitors[_who_may(app, rule)].client.get(where, base_url=BASE)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        for form in Page(answer.text).forms:
            action = (form["action"] or where).partition("?")[0]
            if (form["method"] or "").lower() == "post" and action not in ENDS_SIGN_INS:
                fields = form["fields"]
                mine = tuple(each for each in arguments if each in action)
                found[action, " ".join(fields)] = Door(action, action, mine, fields, is_post=True)
    return list(found.values())


def _who_may(app: Any, rule: Any) -> str:
    policy = policy_of(app, rule)
    if policy.act is None:
        return "clinician" if policy.needs_sign_in else "nobody"
    return sorted(ROLES_THAT_MAY[policy.act])[0]


def cookies_of(app: Any, browser: Any, world: Any) -> tuple[list[str], str]:
    """A sign-in of each role, some that are none, and the form token that fits all of them."""
    signer = app.session_interface.get_signing_serializer(app)
    made = []
    for person in actors(world).values():
        cookie = browser(person).client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1")
        held = signer.loads(cookie.value) if cookie else {}
        made.append(f"{LOOPBACK_NAME}={signer.dumps(held | {'csrf_token': SECRET})}")
    whole = made[-1]
    broken = [f"{LOOPBACK_NAME}=", whole[:-5], whole + "x", f"{whole}; {made[0]}", ";;=;\x00\xff"]
    token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(SECRET)
    return made * 8 + broken, token


Supply = Callable[[str], Malformed]


@pytest.fixture
def supply(full: Any, browser: Any, world: Any) -> Supply:
    """`supply(group)` makes the requests of one group of routes."""
    cookies, token = cookies_of(full, browser, world)
    doors = [
        replace(each, answers=each.answers | {"csrf_token": [token]})
        for each in doors_of(full, browser, world)
    ]

    def of_group(group: str) -> Malformed:
        mine = [each for each in doors if re.match(GROUPS[group], each.path)]
        return Malformed(group, mine, cookies)

    return of_group


def try_malformed(app: Any, supply: Malformed, group: str, how_many: int) -> None:
    answered: dict[int, int] = {}
    for number in range(how_many):
        environ = supply.next()
        where = f"{group} {number}: {environ['REQUEST_METHOD']} {environ['PATH_INFO'][:200]!r}"
        status, body = send(app, environ)
        answered[status] = answered.get(status, 0) + 1
        assert status < 500, where
        assert not INTERNALS.search(body), where
        assert not MARKUP.search(body), where
    assert sum(answered.get(each, 0) for each in (200, 303, 409, 422)) > how_many / 10, answered


def send(app: Any, environ: dict[str, Any]) -> tuple[int, bytes]:
    seen: list[str] = []

    def start(status: str, _headers: Any, _problem: Any = None) -> Any:
        seen.append(status)
        return lambda _data: None

    answer = app.wsgi_app(environ, start)
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return int(seen[-1].split()[0]), body


def test_every_route_is_in_a_group(app: Any) -> None:
    for rule in rules(app):
        where = address(rule, ids_of("a"))
        found = [each for each, pattern in GROUPS.items() if re.match(pattern, where)]
        assert len(found) == 1 or where in ENDS_SIGN_INS, f"{where}: {found}"


def test_a_few_malformed_requests_to_each_group(full: Any, supply: Supply) -> None:
    for group in GROUPS:
        try_malformed(full, supply(group), group, SAMPLE)


@pytest.mark.scan
@pytest.mark.parametrize("group", GROUPS)
def test_ten_thousand_malformed_requests(full: Any, supply: Supply, group: str) -> None:
    try_malformed(full, supply(group), group, EACH)
