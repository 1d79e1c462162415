"""Who may open which route: one committed table, tried against every route from both sides."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Blueprint, Flask
from sqlalchemy import text

from tests.browsing import BASE
from tests.conftest import START
from tests.make.everything import ids_of, make_everything
from tests.make.sessions import command_session
from tracker.app import create_app
from tracker.domain.people import OneCheckIn, Person
from tracker.domain.permissions import ROLES_THAT_MAY
from tracker.models import db as flask_db
from tracker.web import features
from tracker.web.access import Policy, RouteWithoutPolicy

TABLE = Path(__file__).with_name("access_table.csv")
SAFE_CONVERTERS = {"UUIDConverter", "OneSpellingUuid", "AnyConverter"}
PLAIN_ARGUMENTS = {  # text in an address, each with the reason why it is not an id
    "token",  # a one-time secret of fixed length
    "stop_token",  # signed, of fixed length: it only stops messages
    "day",  # a calendar date, parsed by the view
    "instrument",  # the key of an instrument, looked up in a fixed list
    "key",  # the hash of a picture's content
    "name",  # the name of a chart, looked up in a fixed list
    "number",  # the place of an infusion in the plan of the course in the same address
    "move_name",  # a step of a run sheet, looked up in the table of steps
    "quick",  # the place of a term in the catalogue of events
}
NOT_CLINICAL = ("sign_ins", "audit_events", "sqlite_sequence", "sign_in_throttles")


def rules(app: Flask) -> list[Any]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def policy_of(app: Flask, rule: Any) -> Policy:
    found: Policy = app.view_functions[rule.endpoint].policy  # type: ignore[attr-defined]
    return found


def table_of(app: Flask) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["route", "methods", "act", "who", "record", "audited as", "by link", "fresh"])
    for rule in rules(app):
        policy = policy_of(app, rule)
        who = "everybody who signed in" if policy.needs_sign_in else "anyone"
        if policy.act is not None:
            who = " ".join(sorted(ROLES_THAT_MAY[policy.act]))
        methods = " ".join(sorted(set(rule.methods) - {"HEAD", "OPTIONS"}))
        by_link = "yes" if policy.by_link else ""
        row = [rule.rule, methods, policy.act or "", who, policy.of or "", policy.seen_as or ""]
        writer.writerow([*row, by_link, "yes" if policy.fresh else ""])
    return out.getvalue()


def test_the_table_of_who_may_open_what_is_the_committed_one(app):
    """A new route, or a change of who may open one, shows up in review as a changed line.

    To accept: python -m tests.conventions.test_routes
    """
    assert table_of(app) == TABLE.read_text(encoding="utf-8")


def test_a_route_without_a_policy_stops_the_start(app, monkeypatch):
    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/forgotten", view_func=lambda: "open to all", endpoint="page")
    register = features.init_app

    def with_one_more(application: Flask) -> None:
        register(application)
        application.register_blueprint(forgotten)

    monkeypatch.setattr(features, "init_app", with_one_more)
    with pytest.raises(RouteWithoutPolicy, match=r"forgotten\.page"):
        create_app(app.config["SETTINGS"])


def test_every_id_in_an_address_is_a_uuid(app):
    for rule in rules(app):
        for name, converter in rule._converters.items():
            kind = type(converter).__name__
            assert kind in SAFE_CONVERTERS or name in PLAIN_ARGUMENTS, f"{rule.rule}: {name}"


def test_every_id_in_an_address_is_checked_before_the_view(app):
    """A route with a record's id declares whose it has to be, so that no view can forget it."""
    for rule in rules(app):
        ids = {name for name in rule.arguments if name.endswith("_id")} - {"user_id"}
        of = policy_of(app, rule).of
        assert ids == ({f"{of}_id"} if of else set()), f"{rule.rule} checks {of}, names {ids}"


def test_nothing_under_me_names_a_person(app):
    for rule in rules(app):
        if rule.rule == "/me" or rule.rule.startswith("/me/"):
            assert not [name for name in rule.arguments if name.endswith("_id")], rule.rule


def actors(world: Any) -> dict[str, Person | None]:
    return {
        "nobody": None,
        "patient": world.a.patient,
        "proxy": world.a.proxy,
        "clinician": world.a.clinician,
        "nurse": world.a.nurse,
        "therapist": world.a.therapist,
        "administrator": world.a.administrator,
    }


def address(rule: Any, ids: dict[str, UUID]) -> str:
    values = {}
    for name in rule.arguments:
        if name.endswith("_id"):
            values[name] = str(ids.get(name.removesuffix("_id"), uuid4()))
        else:
            values[name] = PLAIN.get(name, "x")
    return rule.build(values, append_unknown=False)[1]


PLAIN = {
    "token": "t" * 43,
    "stop_token": "t" * 66,
    "day": "2026-12-24",
    "verb": "close",
    "instrument": "daily",
    "key": "0" * 64,
    "name": "progress",
    "number": 2,
    "move_name": "pause",
    "quick": 3,
}


def stored(app: Flask) -> dict[str, Any]:
    with app.app_context():
        tables = flask_db.metadata.tables
        return {
            name: command_session().execute(text(f'SELECT * FROM "{name}" ORDER BY 1, 2')).all()
            for name in tables
            if name not in NOT_CLINICAL
        }


def refusals(app: Flask) -> int:
    with app.app_context():
        found: int = (
            command_session()
            .execute(text("SELECT count(*) FROM audit_events WHERE event = 'refused'"))
            .scalar_one()
        )
        flask_db.session.remove()
        return found


@pytest.fixture
def full(app, db, world, clock):
    make_everything(db, world, now=clock())
    db.rollback()
    return app


def expected(policy: Policy, person: Person | None) -> set[int]:
    if not policy.needs_sign_in:
        return set(range(200, 500))
    if person is None:
        return {303}
    if policy.act is not None and not person.roles & ROLES_THAT_MAY[policy.act]:
        return {403}
    return set(range(200, 500)) - {401, 403}


def ask(visitor: Any, rule: Any, where: str, method: str) -> Any:
    if method == "GET":
        return visitor.client.get(where, base_url=BASE)
    return visitor.client.open(
        where, method=method, base_url=BASE, data={"csrf_token": visitor.csrf_token()}
    )


def test_every_route_answers_every_actor_as_the_table_says(full, browser, world):
    tried = 0
    for name, person in actors(world).items():
        visitor = browser(person)
        for rule in rules(full):
            for method in sorted(set(rule.methods) & {"GET", "POST"}):
                if rule.endpoint in {"account.logout", "lock.lock_now", "lock.switch"}:
                    continue
                before = refusals(full)
                answer = ask(visitor, rule, address(rule, ids_of("a")), method)
                allowed = expected(policy_of(full, rule), person)
                assert answer.status_code in allowed, f"{name} {method} {rule.rule}"
                if answer.status_code == 303 and person is None:
                    assert answer.headers["Location"].endswith("/login")
                if answer.status_code == 403 and person is not None:
                    assert refusals(full) == before + 1, f"{name} {method} {rule.rule}"
                tried += 1
    assert tried >= 5 * len(rules(full))


def test_a_private_link_reaches_its_own_routes_and_no_other(full, browser, world):
    """Its browser is the patient's by role: only the policy and the table of acts keep it out."""
    visitor = browser(by_link("a", world.a))
    opened = set()
    before = stored(full)
    for rule in rules(full):
        policy = policy_of(full, rule)
        for method in sorted(set(rule.methods) & {"GET", "POST"}):
            if rule.endpoint == "account.logout":
                continue
            noted = refusals(full)
            answer = ask(visitor, rule, address(rule, ids_of("a")), method)
            where = f"{method} {rule.rule}"
            if policy.needs_sign_in and not policy.by_link:
                assert answer.status_code == 403, where
                assert refusals(full) == noted + 1, where
            elif policy.needs_sign_in:
                assert answer.status_code in {200, 303, 400, 422}, where
                opened.add(rule.rule)
    assert opened == {
        "/me/check-in/<instrument>",
        "/me/check-in/<instrument>/blank",
        "/me/check-in/<instrument>/help-seen",
        "/me/check-in/<instrument>/not-watched",
        "/me/check-ins/sent",
        "/me/new-link",
        "/me/sending",
    }
    changed = {name for name, rows in stored(full).items() if rows != before[name]}
    # that another link was asked for, and that the lines for help were seen
    assert changed == {"check_in_links", "safety_alerts"}


def test_a_private_link_reaches_no_check_in_but_its_own(full, browser, world):
    visitor = browser(by_link("a", world.a))
    assert visitor.get("/me/check-in/daily").status_code == 200
    for other in ("weekly", "after-infusion"):
        assert visitor.get(f"/me/check-in/{other}").status_code == 403
        assert visitor.post(f"/me/check-in/{other}", {}).status_code == 403


def by_link(letter: str, people: Any) -> Person:
    """The patient in a browser that a private link let in."""
    only = OneCheckIn(
        link_id=ids_of(letter)["check_in_link"],
        instrument_key="daily",
        due_key="daily:2026-11-23",
        ends_at=START + timedelta(hours=14),
    )
    return replace(people.patient, only=only)


def test_a_foreign_id_is_not_found_in_any_position_by_anybody(full, browser, world):
    """Another clinic's records and ids that never existed get the same page, and change nothing."""
    before = stored(full)
    for name, person in actors(world).items():
        if person is None:
            continue
        visitor = browser(person)
        for rule in rules(full):
            policy = policy_of(full, rule)
            named = [each for each in rule.arguments if each.endswith("_id")]
            may = policy.act is None or person.roles & ROLES_THAT_MAY[policy.act]
            if not named or not may:
                continue
            for method in sorted(set(rule.methods) & {"GET", "POST"}):
                noted = refusals(full)
                foreign = ask(visitor, rule, address(rule, ids_of("b")), method)
                unknown = ask(visitor, rule, address(rule, {}), method)
                where = f"{name} {method} {rule.rule}"
                assert foreign.status_code == 404, f"{where}: {foreign.status_code}"
                assert unknown.status_code == 404, f"{where}: {unknown.status_code}"
                assert len(foreign.data) == len(unknown.data), where
                assert refusals(full) == noted + 2, where
    assert stored(full) == before


def test_looking_changes_nothing_but_the_trail(full, browser, world):
    before = stored(full)
    for person in filter(None, actors(world).values()):
        visitor = browser(person)
        for rule in rules(full):
            if "GET" in rule.methods:
                visitor.client.get(address(rule, ids_of("a")), base_url=BASE)
    assert stored(full) == before


def test_an_unsafe_request_without_a_token_is_refused(full, browser, world):
    before = stored(full)
    visitor = browser(world.a.clinician)
    for rule in rules(full):
        if "POST" in rule.methods:
            answer = visitor.client.post(address(rule, ids_of("a")), base_url=BASE, data={})
            assert answer.status_code == 400, f"{rule.rule}: {answer.status_code}"
    assert stored(full) == before


def test_an_unsafe_request_from_another_site_is_refused(full, browser, world):
    visitor = browser(world.a.clinician)
    for rule in rules(full):
        if "POST" in rule.methods and rule.endpoint not in {
            "account.logout",
            "lock.lock_now",
            "lock.switch",
        }:
            answer = visitor.client.post(
                address(rule, ids_of("a")),
                base_url=BASE,
                data={"csrf_token": visitor.csrf_token()},
                headers={"Sec-Fetch-Site": "cross-site"},
            )
            assert answer.status_code == 403, rule.rule


def test_only_declared_methods_answer(full, browser, world):
    visitor = browser(world.a.clinician)
    for rule in rules(full):
        for method in ("PUT", "DELETE", "PATCH", "TRACE"):
            answer = visitor.client.open(address(rule, ids_of("a")), method=method, base_url=BASE)
            assert answer.status_code in {400, 405}, f"{method} {rule.rule}"


def test_no_answer_lacks_the_headers(full, browser, world):
    from tracker.web.check_in_links.views import NO_PATH_IN_REFERER
    from tracker.web.headers import FIXED

    visitor = browser(world.a.clinician)
    answers = [
        visitor.client.get(address(rule, ids_of("a")), base_url=BASE)
        for rule in rules(full)
        if "GET" in rule.methods
    ]
    answers.append(visitor.client.get("/nowhere", base_url=BASE))
    for answer in answers:
        where = answer.request.path
        for name, value in FIXED.items():
            if name == "Content-Security-Policy" and answer.mimetype == "application/pdf":
                assert "default-src 'none'" in answer.headers[name], where
                assert "script-src" not in answer.headers[name], where
            elif name == "Content-Security-Policy" and answer.mimetype == "image/svg+xml":
                assert "default-src 'none'" in answer.headers[name], where
                assert "sandbox" in answer.headers[name], where
            else:
                own = NO_PATH_IN_REFERER if where.startswith("/open/") else value
                expected_value = own if name == "Referrer-Policy" else value
                assert answer.headers[name] == expected_value, f"{where}: {name}"
        of_nobody = {"no-cache"} if where == "/worker.js" else set()  # the same for everybody
        known = {"no-store", "private, no-cache"} | of_nobody
        assert answer.headers["Cache-Control"] in known, where
        assert "Server" not in answer.headers


def test_a_foreign_host_name_is_refused(full):
    answer = full.test_client().get("/login", base_url="http://evil.example")
    assert answer.status_code == 400


if __name__ == "__main__":
    import tempfile

    from tests.conftest import settings_for

    with tempfile.TemporaryDirectory() as folder:
        TABLE.write_text(table_of(create_app(settings_for(Path(folder)))), encoding="utf-8")
