"""The demonstration: true on any day, the same for the same moment, and alone in its database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from tests.databases import chosen
from tests.make.contacts import all_contacts
from tests.make.demo import everything_stored, make_demo_app
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session
from tests.make.world import make_world
from tracker.actions import demo, sign_ins
from tracker.actions.demo.cast import CAST
from tracker.actions.demo.moments import ZONE, Present, known_id
from tracker.actions.demo.telling import tell
from tracker.actions.sign_ins import SignInRefused
from tracker.domain import instruments, scoring
from tracker.domain.due import (
    MAINTENANCE_DAILY_DAYS,
    CourseDates,
    DueState,
    InfusionTimes,
    due_check_ins,
)
from tracker.domain.errors import Refused
from tracker.models import db as flask_db
from tracker.models.accounts import InvitationRow, UserRow
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.courses import CourseRow
from tracker.models.database import transaction

NOW = datetime(2026, 11, 23, 15, 20, tzinfo=UTC)
CLOCKS = ("occurred_at", "recorded_at", "ended_at", "closed_at", "raised_at", "created_at")

moments = st.datetimes(
    min_value=datetime(2024, 2, 1),  # noqa: DTZ001 - bounds are given without a zone
    max_value=datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.fixture(scope="module")
def empty_clinic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    app = make_demo_app(folder, now=NOW)
    bring_schema_up(app)
    with app.app_context():
        flask_db.engine.dispose()
    return folder


@pytest.fixture(scope="module")
def loaded_clinic(empty_clinic, tmp_path_factory):
    folder = tmp_path_factory.mktemp("loaded")
    chosen().copy(empty_clinic, folder)
    app = make_demo_app(folder, now=NOW)
    with app.app_context():
        demo.load(command_session(), now=NOW)
        flask_db.session.remove()
        flask_db.engine.dispose()
    return folder


@pytest.fixture
def empty_app(empty_clinic, tmp_path):
    yield from on_a_copy(empty_clinic, tmp_path)


@pytest.fixture
def loaded_app(loaded_clinic, tmp_path):
    yield from on_a_copy(loaded_clinic, tmp_path)


def on_a_copy(clinic, folder):
    chosen().copy(clinic, folder)
    app = make_demo_app(folder, now=NOW)
    with app.app_context():
        yield app
        flask_db.session.remove()
        flask_db.engine.dispose()


@settings(max_examples=10)
@given(moments)
def test_the_demonstration_holds_together_whatever_the_moment(now):
    present = Present.of(now)
    told = tell(present)  # it takes a second: told once, looked at from four sides
    preparation_comes_first_and_the_plan_of_what_is_over_plans_nothing(told)
    every_story_is_true_and_past(present, told)
    appointments_and_what_was_given_agree(present, told)
    the_demonstration_patient_has_check_ins_to_answer(present, told)


def preparation_comes_first_and_the_plan_of_what_is_over_plans_nothing(told):
    begun = {
        each["course_id"]: each["planned_on"]
        for each in told["planned_infusions"]
        if each["number"] == 1 and each["state"] in ("given", "planned")
    }
    for row in told["therapy_sessions"]:
        is_before = row["planned_on"] < begun[row["course_id"]]
        assert (row["kind"] == "preparation") is is_before
    over = {row["id"] for row in told["courses"] if row["ended_on"] is not None}
    newest = {row["course_id"]: row for row in told["course_assessments"]}
    assert over
    assert all("no further infusions" in newest[each]["plan"] for each in over)


def every_story_is_true_and_past(present, told):
    for name, rows in told.items():
        for row in rows:
            late = [clock for clock in CLOCKS if row.get(clock) and row[clock] > present.moment]
            assert not late, (name, late, row)
    states = Counter(row["state"] for row in told["courses"])
    whole = {"planned": 3, "active": 12, "completed": 4, "maintenance": 3, "stopped": 2}
    assert states == whole
    assert Counter(row["state"] for row in told["given_infusions"])["running"] == 1
    assert [row["level"] for row in told["safety_alerts"] if row["closed_at"] is None] == [2]


def appointments_and_what_was_given_agree(present, told):
    given_for = {row["planned_infusion_id"] for row in told["given_infusions"]}
    for row in told["planned_infusions"]:
        assert (row["state"] == "given") == (row["id"] in given_for)
        if row["state"] == "planned":
            assert row["planned_on"] >= present.today
    slots = Counter(
        (row["planned_on"], row["planned_time"], row["room"])
        for row in told["planned_infusions"]
        if row["planned_on"] > present.today
    )
    assert max(slots.values()) == 1


def the_demonstration_patient_has_check_ins_to_answer(present, told):
    course_id = known_id("04 course")
    of_course = [row for row in told["given_infusions"] if row["course_id"] == course_id]
    (course,) = [row for row in told["courses"] if row["id"] == course_id]
    due = due_check_ins(
        CourseDates(
            course_id=course_id,
            first_infusion_on=course["start_on"],
            asked_from_on=course["recorded_at"].astimezone(ZONE).date(),
            infusions=[
                InfusionTimes(id=row["id"], started_at=row["occurred_at"], ended_at=row["ended_at"])
                for row in of_course
            ],
        ),
        zone=ZONE,
        now=present.moment,
        answered={
            row["due_key"]: row["occurred_at"]
            for row in told["check_ins"]
            if row["course_id"] == course_id
        },
    )
    open_now = {each.instrument_key for each in due if each.is_open}
    assert {"daily", "weekly"} <= open_now
    today = [each for each in due if each.due_key == f"daily:{present.today.isoformat()}"]
    assert [each.state for each in today] == [DueState.DUE]
    answered = sum(each.state is DueState.ANSWERED for each in due)
    missed = sum(each.state is DueState.MISSED for each in due)
    assert answered > 3 * missed


def test_every_score_follows_from_its_answers():
    told = tell(Present.of(NOW))
    stored = {(row["check_in_id"], row["scale"]): row["value"] for row in told["scores"]}
    for row in told["check_ins"]:
        instrument = instruments.get(row["instrument_key"], row["instrument_version"])
        answers = instruments.check_answers(instrument, row["answers"])
        for score in scoring.score(instrument, answers):
            assert stored.pop((row["id"], score.scale)) == score.value
    assert not stored


def test_the_ways_of_the_stories_show_in_their_weekly_scores():
    told = tell(Present.of(NOW))
    weekly = {
        story.key: [
            int(row["value"])
            for row in sorted(told["scores"], key=lambda row: row["occurred_at"])
            if row["course_id"] == known_id(f"{story.key} course")
            and row["scale"] == "weekly_symptoms"
            and row["value"] is not None
        ]
        for story in CAST
    }
    quick, none, relapse, worse = (weekly[key] for key in ("15", "16", "17", "18"))
    assert quick[-1] < quick[0] / 2
    assert none[-1] > none[0] * 0.8
    assert min(relapse) < relapse[0] / 2 < relapse[-1]
    assert worse[-1] > worse[0] * 1.2
    assert weekly["01"] == []
    assert len(weekly["02"]) == 1
    assert [row["number"] for row in told["planned_infusions"]].count(24) == 1


def test_nobody_in_maintenance_answers_a_daily_check_in_that_is_not_asked_for():
    told = tell(Present.of(NOW))
    courses = [row["id"] for row in told["courses"] if row["state"] == "maintenance"]
    series = {row["id"] for row in told["planned_infusions"] if not row["is_booster"]}
    for course_id in courses:
        last_given = max(
            row["occurred_at"]
            for row in told["given_infusions"]
            if row["course_id"] == course_id and row["planned_infusion_id"] in series
        )
        last_daily = max(
            row["due_on"]
            for row in told["check_ins"]
            if row["course_id"] == course_id and row["instrument_key"] == "daily"
        )
        assert (last_daily - last_given.astimezone(ZONE).date()).days <= MAINTENANCE_DAILY_DAYS


def test_the_same_moment_stores_the_same_rows_in_two_databases(empty_app, empty_clinic, tmp_path):
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    chosen().copy(empty_clinic, other_folder)
    other_app = make_demo_app(other_folder, now=NOW)
    for app, now in ((empty_app, NOW), (other_app, NOW + timedelta(minutes=4))):
        with app.app_context():
            demo.load(command_session(), now=now)
            flask_db.session.remove()
    first, second = everything_stored(empty_app), everything_stored(other_app)
    sealed = [each.pop("patient_contacts") for each in (first, second)]
    assert first == second
    assert sealed[0] != sealed[1]  # a new nonce each time
    assert all_contacts(empty_app) == all_contacts(other_app)
    with other_app.app_context():
        flask_db.engine.dispose()


def test_loading_again_changes_nothing(empty_app):
    first = demo.load(command_session(), now=NOW)
    before = everything_stored(empty_app)
    again = demo.load(command_session(), now=NOW + timedelta(days=3))
    assert (first.is_new, again.is_new) == (True, False)
    assert again.patient_count == first.patient_count
    assert again.told_from == NOW.astimezone(ZONE).date()
    assert everything_stored(empty_app) == before


def test_loading_is_refused_and_stores_nothing_where_there_is_another_clinic(empty_app):
    db = command_session()
    make_world(db, now=NOW)
    before = everything_stored(empty_app)
    with pytest.raises(Refused, match="other data"):
        demo.load(db, now=NOW)
    with pytest.raises(Refused, match="other data"):
        demo.empty(db, flask_db.engine)
    assert everything_stored(empty_app) == before


def test_loading_is_refused_where_somebody_is_setting_a_clinic_up(empty_app):
    db = command_session()
    with transaction(db):
        db.execute(
            insert(InvitationRow),
            [
                {
                    "token_hash": uuid4().bytes * 2,
                    "role": "administrator",
                    "created_at": NOW,
                    "expires_at": NOW + timedelta(minutes=30),
                }
            ],
        )
    with pytest.raises(Refused, match="other data"):
        demo.load(db, now=NOW)


def test_a_demonstration_beside_another_clinic_is_not_thrown_away(loaded_app):
    db = command_session()
    make_world(db, now=NOW)
    with pytest.raises(Refused, match="other data"):
        demo.empty(db, flask_db.engine)
    assert db.execute(select(func.count()).select_from(CourseRow)).scalar_one() == 24


def test_a_fresh_demonstration_is_told_from_the_new_day(loaded_app):
    db = command_session()
    later = NOW + timedelta(days=10)
    demo.empty(db, flask_db.engine)
    loaded = demo.load(db, now=later)
    assert loaded.is_new
    assert loaded.told_from == later.astimezone(ZONE).date()


def test_nobody_but_the_six_can_sign_in(loaded_app):
    db = command_session()
    found = db.scalars(select(UserRow.email).where(UserRow.password_hash.is_not(None)))
    assert set(found) == {
        f"{who}@demo.test"
        for who in ("clinician", "nurse", "therapist", "admin", "patient", "proxy")
    }


def test_a_demonstration_account_signs_in_only_where_demonstrations_are_allowed(loaded_app):
    db = command_session()
    who = {
        "email": "clinician@demo.test",
        "password": demo.PASSWORD,
        "address": "127.0.0.1",
        "device": "test",
        "now": NOW,
    }
    with pytest.raises(SignInRefused):
        sign_ins.sign_in(db, **who)
    assert sign_ins.sign_in(db, **who, allow_demo=True).token


def test_open_and_closed_alerts_say_what_was_done(loaded_app):
    db = command_session()
    rows = list(db.execute(select(SafetyAlertRow.closed_at, SafetyAlertRow.action_taken)))
    assert len(rows) == 6
    assert all((row.closed_at is None) == (row.action_taken == "") for row in rows)
