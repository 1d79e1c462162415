"""Whoever looks at a record leaves a trace before the page is made; no route is left out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browsing import BASE
from tests.conventions.test_routes import actors, address, policy_of, rules
from tests.make.everything import ids_of, make_everything
from tests.make.sessions import plain_rows
from tracker.domain.permissions import ROLES_THAT_MAY
from tracker.models import ownership
from tracker.web.access import LOOKING, SAFE_METHODS

PARTS_OF_A_PAGE = {  # fetched by a page that was written into the trail when it was opened
    "board.today": "the lists of an open board, every half minute",
    "board.room_part": "the rooms of an open screen, every half minute",
    "check_ins.blank": "the form without an answer, which an open check-in keeps on its own phone",
    "check_ins.sending": "whose browser it is and what time it is, before what waited is sent",
    "infusions.chart": "the picture on a run sheet",
    "infusions.live": "the parts of an open run sheet that colleagues change, every few seconds",
    "infusions.phone_chart": "the picture on a run sheet",
    "outcomes.chart": "a picture, found by the hash of what it shows",
    "progress.chart": "a picture, found by the hash of what it shows",
    "progress.own_chart": "a picture, found by the hash of what it shows",
}


@pytest.fixture
def full(app: Any, db: Any, world: Any, clock: Any) -> Any:
    make_everything(db, world, now=clock())
    db.rollback()
    return app


def trail(db: Any) -> list[Any]:
    found = plain_rows(
        db,
        "SELECT event, outcome, user_id, clinic_id, sign_in_id, address, object_kind,"
        " object_id, patient_id, detail FROM audit_events ORDER BY seq",
    )
    db.rollback()
    return found


def test_only_named_parts_of_pages_are_not_in_the_trail(app: Any) -> None:
    silent = {
        rule.endpoint
        for rule in rules(app)
        if policy_of(app, rule).act is not None and policy_of(app, rule).seen_as is None
    }
    assert silent == set(PARTS_OF_A_PAGE)


def test_every_look_at_a_record_names_who_what_and_whose(
    full: Any, db: Any, browser: Any, world: Any
) -> None:
    looked = 0
    for person in actors(world).values():
        if person is None:
            continue
        visitor = browser(person)
        for rule in rules(full):
            policy = policy_of(full, rule)
            may = policy.act is not None and person.roles & ROLES_THAT_MAY[policy.act]
            if "GET" not in rule.methods or not may or policy.seen_as is None:
                continue
            before = len(trail(db))
            answer = visitor.client.get(address(rule, ids_of("a")), base_url=BASE)
            assert answer.status_code < 500, rule.rule
            new = trail(db)[before:]
            seen = [each for each in new if each.event == policy.seen_as]
            assert len(seen) == 1, f"{rule.rule}: {[each.event for each in new]}"
            check_event(seen[0], rule, policy, person, world)
            looked += 1
    assert looked > 30


def check_event(seen: Any, rule: Any, policy: Any, person: Any, world: Any) -> None:
    where = rule.rule
    assert seen.outcome == "done", where
    assert seen.user_id == person.user_id.hex, where
    assert seen.clinic_id == person.clinic_id.hex, where
    assert seen.sign_in_id, where
    assert seen.address == "127.0.0.1", where
    assert rule.endpoint in seen.detail, where
    if policy.of is not None:
        assert seen.object_kind == policy.of, where
        assert seen.object_id == ids_of("a")[policy.of].hex, where
    if policy.of in ownership.OF_NO_PATIENT:
        assert seen.patient_id is None, where
    elif policy.of is not None or person.patient_id is not None:
        assert seen.patient_id == world.a.patient_id.hex, where


def test_a_search_is_a_look_too(full: Any, db: Any, browser: Any, world: Any) -> None:
    visitor = browser(world.a.clinician)
    before = len(trail(db))
    answer = visitor.post("/patients", {"q": "Sample", "submission_id": ""})
    assert "SampleA" in answer.text
    new = trail(db)[before:]
    assert [each.event for each in new] == ["page seen"]
    assert "Sample" not in new[0].detail


def test_every_unsafe_look_is_in_the_trail(app: Any) -> None:
    """A route that shows records and takes a POST is written down for both."""
    for rule in rules(app):
        policy = policy_of(app, rule)
        if policy.act in LOOKING and set(rule.methods) - SAFE_METHODS:
            assert policy.seen_as is not None, rule.rule


def test_a_look_that_is_refused_is_in_the_trail_with_its_reason(
    full: Any, db: Any, browser: Any, world: Any
) -> None:
    administrator, clinician = browser(world.a.administrator), browser(world.a.clinician)
    course = ids_of("b")["course"]
    before = len(trail(db))
    assert administrator.client.get(f"/courses/{course}", base_url=BASE).status_code == 403
    assert clinician.client.get(f"/courses/{course}", base_url=BASE).status_code == 404
    new = trail(db)[before:]
    assert [each.event for each in new] == ["refused", "refused"]
    assert {each.outcome for each in new} == {"refused"}
    assert '"role"' in new[0].detail
    assert '"not found"' in new[1].detail
    assert not [each for each in new if str(course) in each.detail or each.patient_id]


def test_no_setting_turns_the_trail_off() -> None:
    from dataclasses import fields

    from config import Settings

    names = {each.name for each in fields(Settings)} - {"audit_copy"}  # that one only adds a copy
    assert not [name for name in names if "audit" in name or "trail" in name or "log" in name]
