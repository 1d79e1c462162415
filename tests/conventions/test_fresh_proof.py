"""What is weighty asks for the password again: every route that says so, on a proof grown old."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from tests.browsing import BASE
from tests.conventions.test_routes import actors, address, policy_of, rules, stored
from tests.make.accounts import PASSWORD
from tests.make.everything import ids_of, make_everything
from tests.make.second_factors import give_everybody_a_password
from tracker.domain.permissions import ROLES_THAT_MAY
from tracker.models.audit import AuditEventRow

WEIGHTY = 12
"""No fewer routes than these: one that lost its mark shows here and in the table."""


@pytest.fixture
def full(app, db, world, clock):
    make_everything(db, world, now=clock())
    give_everybody_a_password(db)
    db.rollback()
    return app


def fresh_routes(app: Any) -> Iterator[tuple[Any, str]]:
    for rule in rules(app):
        if policy_of(app, rule).fresh:
            for method in sorted(set(rule.methods) & {"GET", "POST"}):
                yield rule, method


def someone_who_may(world: Any, policy: Any) -> Any:
    people = {name: who for name, who in actors(world).items() if who is not None}
    may = ROLES_THAT_MAY.get(policy.act, people["nurse"].roles)
    return next(who for who in people.values() if who.roles & may)


def events(db: Any) -> list[str]:
    found = list(db.scalars(select(AuditEventRow.event).order_by(AuditEventRow.seq)))
    db.rollback()
    return found


def with_old_proof(browser: Any, person: Any, clock: Any) -> Any:
    """Signed in for a while, and used now and then."""
    visitor = browser(person)
    for _part in range(2):
        clock.forward(minutes=8)
        assert visitor.client.get("/account", base_url=BASE).status_code == 200
    return visitor


def ask(visitor: Any, method: str, where: str) -> Any:
    headers = {"Referer": f"{BASE}/account"}
    if method == "GET":
        return visitor.client.get(where, base_url=BASE, headers=headers)
    data = {"csrf_token": visitor.csrf_token()}
    return visitor.client.post(where, base_url=BASE, headers=headers, data=data)


def test_enough_routes_are_weighty(app):
    assert len({rule.rule for rule, _ in fresh_routes(app)}) >= WEIGHTY


def test_what_is_weighty_does_nothing_on_an_old_proof(full, db, browser, world, clock):
    """Neither a change nor a look; the password page comes, and from there the way back."""
    for rule, method in fresh_routes(full):
        visitor = with_old_proof(browser, someone_who_may(world, policy_of(full, rule)), clock)
        where, before, noted = address(rule, ids_of("a")), stored(full), events(db)
        answer = ask(visitor, method, where)
        said = f"{method} {rule.rule}"
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/confirm"), said
        assert (stored(full), events(db)) == (before, noted), said
        page = visitor.get_page("/confirm")
        assert ("Nothing was done yet" in page.text) == (method == "POST"), said
        back = visitor.submit("/confirm", {"password": PASSWORD})
        assert back.status_code == 303, said
        assert back.headers["Location"] == (where if method == "GET" else "/account"), said
        assert "/confirm" not in ask(visitor, method, where).headers.get("Location", ""), said


def test_what_is_weighty_opens_on_a_new_proof(full, browser, world):
    """The other half of the walk: it is the age of the proof that closes these routes."""
    for rule, method in fresh_routes(full):
        visitor = browser(someone_who_may(world, policy_of(full, rule)))
        answer = ask(visitor, method, address(rule, ids_of("a")))
        assert answer.headers.get("Location") != "/confirm", f"{method} {rule.rule}"
