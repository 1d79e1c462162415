"""A worrying answer that is kept on a page: raised at once, once, and never taken back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.make.check_ins import send_daily
from tests.make.courses import make_course
from tests.make.instruments import ASKED, worrying_weekly
from tracker.actions.alerts import close_alert
from tracker.actions.check_in_drafts import AlreadySent, keep_page
from tracker.actions.check_ins import send_check_in
from tracker.domain import instruments
from tracker.domain.check_ins import CannotAnswer
from tracker.domain.course_record import RaisedAlert
from tracker.domain.safety import AlertLevel
from tracker.models.check_ins import CheckInRow, SafetyAlertRow
from tracker.queries import alerts
from tracker.queries.alerts import Came
from tracker.queries.patient_alerts import list_open_of_patient
from tracker.queries.progress import get_course_record


@pytest.fixture(autouse=True)
def _weekly():
    with worrying_weekly():
        yield


@pytest.fixture
def key(db, world):
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return f"weekly:baseline:{course_id}"


def keep(db, world, clock, due_key, **values):
    keep_page(
        db,
        world.a.patient,
        instrument_key="weekly",
        version=instruments.get("weekly").version,
        due_key=due_key,
        page=2,
        values=values,
        now=clock(),
    )


def send(db, world, clock, due_key, **values):
    answers = instruments.check_answers(instruments.get("weekly"), values)
    return send_check_in(
        db, world.a.patient, answers, due_key=due_key, submission_id=uuid4(), now=clock()
    )


def raised(db):
    rows = db.scalars(select(SafetyAlertRow).order_by(SafetyAlertRow.raised_at)).all()
    found = [(row.rule, row.level, row.check_in_id, row.met_by) for row in rows]
    db.rollback()
    return found


def test_an_alert_is_raised_when_the_page_is_kept(db, world, clock, key):
    keep(db, world, clock, key, **{ASKED: 4})
    assert raised(db) == [("asked-at-the-top", AlertLevel.NOW, None, {ASKED: 4})]
    (line,) = alerts.list_open(db, world.a.therapist)
    assert not line.is_sent
    found = alerts.get_alert(db, world.a.therapist, line.id)
    assert (found.came, found.answer.at) == (Came.KEPT, clock())


def test_the_course_knows_of_an_alert_whose_answer_was_never_sent(db, world, clock, key):
    """Its page, its pictures and its letters count what was raised, not what arrived."""
    keep(db, world, clock, key, **{ASKED: 4})
    course_id = db.scalars(select(SafetyAlertRow.course_id)).one()
    db.rollback()
    record = get_course_record(
        db, world.a.clinician, course_id, scales=["memories"], with_events=True
    )
    assert (record.alerts_open, record.alerts_closed) == (1, 0)
    assert record.alerts == (RaisedAlert(raised_at=clock(), level=AlertLevel.NOW),)
    assert [each.level for each in open_alerts(db, world)] == [AlertLevel.NOW]


def open_alerts(db, world):
    return list_open_of_patient(db, world.a.therapist, world.a.patient_id)


def test_a_question_that_was_not_reached_is_not_skipped(db, world, clock, key):
    keep(db, world, clock, key, memories=2)
    assert raised(db) == []
    keep(db, world, clock, key, **{ASKED: None})
    assert raised(db) == [("asked-skipped", AlertLevel.WATCH, None, {ASKED: None})]


def test_the_alert_belongs_to_the_check_in_once_it_is_sent(db, world, clock, key):
    keep(db, world, clock, key, **{ASKED: 4})
    clock.forward(minutes=10)
    receipt = send(db, world, clock, key, **{ASKED: 4})
    assert receipt.raised is AlertLevel.NOW
    assert raised(db) == [("asked-at-the-top", 3, receipt.check_in_id, {ASKED: 4})]
    (line,) = alerts.list_open(db, world.a.therapist)
    found = alerts.get_alert(db, world.a.therapist, line.id)
    assert (found.came, found.answer.at) == (Came.SENT_UNCHANGED, clock() - timedelta(minutes=10))


def test_nothing_is_raised_twice_when_pages_and_check_ins_come_again(db, world, clock, key):
    for _ in range(2):
        keep(db, world, clock, key, **{ASKED: 4})
    for _ in range(2):
        send(db, world, clock, key, **{ASKED: 4})
    assert len(raised(db)) == 1


def test_a_changed_answer_withdraws_nothing(db, world, clock, key):
    keep(db, world, clock, key, **{ASKED: 4})
    keep(db, world, clock, key, **{ASKED: 0})
    clock.forward(minutes=1)
    receipt = send(db, world, clock, key, **dict.fromkeys(_items(), 0))
    assert raised(db) == [("asked-at-the-top", 3, receipt.check_in_id, {ASKED: 4})]
    (line,) = alerts.list_open(db, world.a.therapist)
    found = alerts.get_alert(db, world.a.therapist, line.id)
    assert found.came is Came.SENT_CHANGED
    assert found.stored.words != found.answer.words


def _items():
    return [item.id for item in instruments.get("weekly").items]


def test_a_worse_answer_raises_its_own_alert(db, world, clock, key):
    keep(db, world, clock, key, **{ASKED: 3})
    clock.forward(minutes=1)
    keep(db, world, clock, key, **{ASKED: 4})
    assert [rule for rule, *_ in raised(db)] == ["asked-often", "asked-at-the-top"]


def test_a_second_tab_raises_too_after_the_check_in_was_sent(db, world, clock, key):
    receipt = send(db, world, clock, key, **dict.fromkeys(_items(), 0))
    clock.forward(minutes=1)
    with pytest.raises(AlreadySent):
        keep(db, world, clock, key, **{ASKED: 4})
    assert raised(db) == [("asked-at-the-top", 3, receipt.check_in_id, {ASKED: 4})]
    (line,) = alerts.list_open(db, world.a.therapist)
    assert alerts.get_alert(db, world.a.therapist, line.id).came is Came.SENT_AGAIN


def test_an_alert_that_was_closed_stays_closed_when_the_check_in_is_sent(db, world, clock, key):
    keep(db, world, clock, key, **{ASKED: 4})
    (line,) = alerts.list_open(db, world.a.therapist)
    close_alert(
        db, world.a.therapist, line.id, action_taken="Called.", submission=None, now=clock()
    )
    send(db, world, clock, key, **{ASKED: 4})
    assert alerts.list_open(db, world.a.therapist) == ()


def test_a_page_that_comes_too_late_raises_though_nothing_is_kept(db, world, clock, key):
    with pytest.raises(CannotAnswer):
        keep(db, world, clock, "weekly:2020-01-01", **{ASKED: 4})
    ((rule, level, check_in_id, met_by),) = raised(db)
    assert (rule, level, check_in_id, met_by) == ("asked-at-the-top", 3, None, {ASKED: 4})
    (line,) = alerts.list_open(db, world.a.therapist)
    assert alerts.get_alert(db, world.a.therapist, line.id).came is Came.NOT_STORED


def test_answers_that_come_too_late_raise_once_however_often_they_come(db, world, clock, key):
    late = clock() + timedelta(days=40)
    for number in range(3):
        with pytest.raises(CannotAnswer):
            send_daily(db, world.a, now=late, due_key=f"daily:2020-01-0{number + 1}", self_harm=3)
    assert [(rule, level) for rule, level, *_ in raised(db)] == [("self-harm-might-act", 3)]
    assert db.scalars(select(CheckInRow.id)).all() == []


def test_nothing_is_raised_when_there_never_was_a_course(db, world, clock):
    with pytest.raises(CannotAnswer):
        send_daily(db, world.a, now=clock(), self_harm=3)
    assert raised(db) == []


def test_a_triage_that_was_begun_raises_what_it_says_already(db, world, clock, key):
    """Of the screener as of any other: kept, gone on with, and never raised twice."""
    screener = instruments.get("c-ssrs-screener")
    given = {"q1": 1, "q2": 1, "q3": 1, "q4": 0, "q5": 0, "q6": None}
    with pytest.raises(CannotAnswer):
        keep_page(
            db,
            world.a.patient,
            instrument_key=screener.key,
            version=screener.version,
            due_key="c-ssrs-screener:2026-11-23",
            page=1,
            values=given,
            now=clock(),
        )
    rules = {rule: level for rule, level, *_ in raised(db)}
    assert rules == {"triage-moderate": AlertLevel.SOON}
    (line,) = alerts.list_open(db, world.a.therapist)
    found = alerts.get_alert(db, world.a.therapist, line.id)
    assert (found.question, found.answer.words) == ("C-SSRS triage", "Moderate risk")
