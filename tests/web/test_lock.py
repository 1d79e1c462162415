from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from tests.browsing import BASE
from tests.conventions.test_routes import address, policy_of, rules
from tests.make.accounts import PASSWORD, give_password
from tests.make.everything import ids_of, make_everything
from tracker.models.audit import AuditEventRow


def locked(browser, person, **headers):
    visitor = browser(person)
    answer = visitor.post("/lock", {}, **headers)
    assert answer.headers["Location"] == "/locked"
    return visitor


def test_a_locked_screen_shows_nothing_of_anybody_at_any_address(app, db, browser, world, clock):
    make_everything(db, world, now=clock())
    visitor = locked(browser, world.a.clinician)
    tried = 0
    for rule in rules(app):
        policy = policy_of(app, rule)
        if not policy.needs_sign_in or policy.while_locked:
            continue
        where = address(rule, ids_of("a"))
        method = "GET" if "GET" in rule.methods else "POST"
        data = {"csrf_token": visitor.csrf_token()} if method == "POST" else None
        answer = visitor.client.open(where, method=method, base_url=BASE, data=data)
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/locked"), where
        tried += 1
    assert tried > 30
    assert "SampleA" not in visitor.get("/locked").text


def test_a_locked_screen_sets_up_no_second_factor(app, db, browser, world):
    """The sign-in began before a second factor was asked for here."""
    visitor = locked(browser, world.a.clinician)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], needs_second_factor=True)
    give_password(db, world.a.clinician)
    assert visitor.get("/second-factor/set-up").headers["Location"] == "/locked"
    assert visitor.post("/second-factor/set-up", {}).headers["Location"] == "/locked"
    assert visitor.get("/locked").status_code == 200
    visitor.submit("/locked", {"password": PASSWORD})
    assert visitor.get("/board").headers["Location"] == "/second-factor/set-up"


def test_what_a_script_fetches_from_a_locked_screen_is_refused_without_content(browser, world):
    visitor = locked(browser, world.a.clinician)
    answer = visitor.get("/board", headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.text) == (401, "")


def test_the_same_password_opens_the_page_that_was_open(db, browser, world):
    give_password(db, world.a.clinician)
    visitor = locked(browser, world.a.clinician, headers={"Referer": f"{BASE}/patients"})
    assert "Clinician A" in visitor.get("/locked").text
    wrong = visitor.submit("/locked", {"password": "wrong"})
    assert wrong.status_code == 422
    assert "wrong" not in wrong.text.split("<main")[1].split('class="field')[-1].split("value")[-1]
    answer = visitor.submit("/locked", {"password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/patients")
    assert visitor.get("/patients").status_code == 200
    events = db.scalars(select(AuditEventRow.event)).all()
    assert {"screen locked", "screen unlocked", "identity not confirmed"} <= set(events)


def test_no_foreign_address_is_kept_for_the_way_back(db, browser, world):
    give_password(db, world.a.clinician)
    for foreign in ("https://evil.test//evil.test/x", "http://127.0.0.1:8000//evil.test"):
        visitor = locked(browser, world.a.clinician, headers={"Referer": foreign})
        answer = visitor.submit("/locked", {"password": PASSWORD})
        assert answer.headers["Location"] == "/"


def test_switching_the_person_leaves_nothing_behind(browser, world):
    visitor = locked(browser, world.a.clinician)
    before = visitor.client.get_cookie("tracker-local", domain="127.0.0.1").value
    answer = visitor.post("/switch-person", {})
    assert answer.headers["Location"] == "/login"
    visitor.client.set_cookie("tracker-local", before, domain="127.0.0.1")
    assert visitor.get("/board").headers["Location"] == "/login"
