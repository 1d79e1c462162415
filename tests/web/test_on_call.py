"""Who is told of a safety alert."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.make.asking import ask_also
from tracker.actions import accounts
from tracker.actions.on_call import name_on_call
from tracker.domain.errors import Refused, StaleForm
from tracker.domain.instrument_uses import InstrumentUse, Intake
from tracker.domain.on_call import Tier, on_call_list, version_of
from tracker.domain.permissions import NotPermitted
from tracker.models import on_call as rows
from tracker.models.audit import AuditEventRow
from tracker.models.messages import OnCallRow
from tracker.queries.on_call import get_on_call

PATH = "/admin/on-call"


@pytest.fixture
def admin(browser, world):
    return browser(world.a.administrator)


def name(db, world, clock, *, first=(), backup=(), seen=None, who=None):
    seen_version = get_on_call(db, world.a.administrator).version if seen is None else seen
    name_on_call(
        db,
        who or world.a.administrator,
        first=[each.user_id for each in first],
        backup=[each.user_id for each in backup],
        seen_version=seen_version,
        submission=None,
        now=clock(),
    )


def stored(db):
    found = dict(db.execute(select(OnCallRow.user_id, OnCallRow.tier)).all())
    db.rollback()
    return found


def test_the_page_says_plainly_that_nobody_is_named(admin):
    assert "Nobody is named. A safety alert waits on the board" in admin.get_page(PATH).text
    assert "Nobody is named who is told of a safety alert." in admin.get_page("/admin").text


def test_what_is_asked_and_not_sent_is_said_until_somebody_is_named(admin, world, db, clock):
    says = "PHQ-9 asks about self-harm and is not sent to patients"
    pages = ("/admin", "/admin/protocol")
    assert not any(says in admin.get_page(path).text for path in pages)
    name(db, world, clock, first=[world.a.clinician])
    ask_also(
        db, world.a.clinician, InstrumentUse(key="phq-9", rules=(Intake(),), least_days_apart=14)
    )
    assert not any(says in admin.get_page(path).text for path in pages)
    name(db, world, clock)
    assert all(says in admin.get_page(path).text for path in pages)


def test_an_administrator_names_who_is_told_and_the_backup(admin, world, db):
    first, backup = world.a.clinician.user_id, world.a.therapist.user_id
    ticked = {"first": [str(first)], "backup": [str(backup)]}
    answer = admin.submit(PATH, ticked, containing="seen_version")
    assert answer.status_code == 303
    assert stored(db) == {first: 1, backup: 2}
    text = admin.get_page("/admin").text
    assert "Told first of a safety alert: Clinician A. Backup: Therapist A." in text
    events = db.scalars(select(AuditEventRow).where(AuditEventRow.event == "on-call list changed"))
    assert [each.detail["first"] for each in events] == [[str(first)]]


def test_the_staff_are_told_on_the_alerts_when_nobody_is_named(browser, world, db, clock):
    staff = browser(world.a.therapist)
    assert "Nobody is named who is told of an alert" in staff.get_page("/alerts").text
    name(db, world, clock, first=[world.a.clinician])
    assert "Nobody is named who is told of an alert" not in staff.get_page("/alerts").text


def test_only_people_who_may_close_an_alert_are_offered(admin, world):
    html = admin.get(PATH).text
    assert "Clinician A" in html
    assert "Therapist A" in html
    assert str(world.a.patient.user_id) not in html
    assert str(world.a.administrator.user_id) not in html
    assert "Clinician B" not in html


@pytest.mark.parametrize("whose", ["patient", "administrator"])
def test_nobody_else_can_be_named(db, world, clock, whose):
    with pytest.raises(Refused, match="may close"):
        name(db, world, clock, first=[getattr(world.a, whose)])
    with pytest.raises(Refused, match="may close"):
        name(db, world, clock, first=[world.b.clinician])


def test_a_list_that_cannot_work_is_refused(world):
    one, other = world.a.clinician.user_id, world.a.therapist.user_id
    with pytest.raises(Refused, match="backup of themselves"):
        on_call_list(first=[one], backup=[one], may_close=[one])
    with pytest.raises(Refused, match="told first"):
        on_call_list(first=[], backup=[other], may_close=[one, other])
    assert on_call_list(first=[], backup=[], may_close=[]) == {}


def test_only_an_administrator_may_name_anybody(db, world, clock):
    with pytest.raises(NotPermitted):
        name(db, world, clock, first=[world.a.clinician], who=world.a.clinician)


def test_a_list_that_a_colleague_changed_meanwhile_is_not_overwritten(db, world, clock):
    seen = get_on_call(db, world.a.administrator).version
    name(db, world, clock, first=[world.a.clinician])
    with pytest.raises(StaleForm) as caught:
        name(db, world, clock, first=[world.a.therapist], seen=seen)
    assert [(each.yours, each.stored) for each in caught.value.differences] == [
        ("Therapist A", "Clinician A")
    ]
    assert stored(db) == {world.a.clinician.user_id: 1}
    name(db, world, clock, first=[world.a.clinician], seen=seen)  # sent twice


def test_somebody_whose_account_is_closed_is_told_no_more(db, world, clock):
    name(db, world, clock, first=[world.a.clinician], backup=[world.a.therapist])
    accounts.set_active(
        db, world.a.administrator, world.a.clinician.user_id, active=False, now=clock()
    )
    assert not rows.has_watcher(db, world.a.clinic.id)
    assert [each.name for each in rows.list_named(db, world.a.clinic.id, Tier.BACKUP)] == [
        "Therapist A"
    ]
    db.rollback()
    name(db, world, clock, first=[world.a.therapist])
    assert stored(db) == {world.a.therapist.user_id: 1}


def test_the_version_is_that_of_the_content(world):
    one, other = world.a.clinician.user_id, world.a.therapist.user_id
    assert version_of({one: 1, other: 2}) == version_of({other: 2, one: 1})
    assert len({version_of(each) for each in ({}, {one: 1}, {one: 2}, {one: 1, other: 1})}) == 4
