"""Sending a check-in: what is stored, once, and what a second sending does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.make.check_ins import daily_answers, send_daily
from tests.make.courses import make_course
from tests.make.sessions import open_session
from tracker.actions import check_in_drafts, check_in_rows
from tracker.actions.check_in_drafts import AlreadySent, keep_page
from tracker.actions.check_ins import enter_for_patient, send_check_in
from tracker.domain import instruments
from tracker.domain.audit import AuditEvent
from tracker.domain.check_ins import CannotAnswer, Mode, WhyNot
from tracker.domain.errors import NotFound, Refused, SubmittedDifferently
from tracker.domain.permissions import NotPermitted
from tracker.domain.safety import AlertLevel
from tracker.models.audit import AuditEventRow
from tracker.models.check_ins import (
    CheckInDraftRow,
    CheckInRow,
    InstrumentRow,
    SafetyAlertRow,
    ScoreRow,
)


@pytest.fixture
def course(db, world, clock):
    """A planned course: the daily check-in and the baseline of the weekly one are due."""
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return course_id


def count(db, row):
    found = db.scalar(select(func.count()).select_from(row))
    db.rollback()
    return found


def test_answers_scores_and_trail_are_stored_when_a_check_in_is_sent(db, world, clock, course):
    receipt = send_daily(db, world.a, now=clock(), mood=None)
    row = db.execute(select(CheckInRow)).scalar_one()
    assert (row.id, row.course_id, row.due_key) == (
        receipt.check_in_id,
        course,
        "daily:2026-11-23",
    )
    assert row.answers == {
        "memories": 3,
        "sleep": 4,
        "anxiety": 5,
        "mood": None,
        "safety": 1,
        "self_harm": 0,
    }
    scores = {each.scale: each for each in db.scalars(select(ScoreRow))}
    assert scores["daily_total"].value == Decimal("16.25")
    assert scores["daily_total"].is_prorated
    assert scores["mood"].value is None
    assert db.scalar(select(InstrumentRow.definition))["key"] == "daily"
    sent = select(AuditEventRow).where(AuditEventRow.event == AuditEvent.CHECK_IN_SENT)
    event = db.execute(sent).scalars().one()
    assert event.detail == {"instrument": "daily", "mode": "self"}
    assert count(db, SafetyAlertRow) == 0
    assert receipt.is_new
    assert receipt.raised is None


@pytest.mark.parametrize(
    ("answer", "level", "due_after"),
    [
        (3, AlertLevel.NOW, timedelta(0)),
        (2, AlertLevel.SOON, timedelta(hours=4)),
        (1, AlertLevel.WATCH, timedelta(hours=7)),  # 5 p.m. in New York
        (None, AlertLevel.WATCH, timedelta(hours=7)),
    ],
)
def test_an_alert_with_level_and_deadline_is_stored_when_an_answer_worries(
    db, world, clock, course, answer, level, due_after
):
    receipt = send_daily(db, world.a, now=clock(), self_harm=answer)
    alert = db.execute(select(SafetyAlertRow)).scalar_one()
    assert (alert.level, alert.due_at - clock()) == (level, due_after)
    assert receipt.raised is level
    raised = select(AuditEventRow).where(AuditEventRow.event == AuditEvent.ALERT_RAISED)
    assert db.execute(raised).scalars().one().object_id == alert.id


def test_one_row_is_stored_when_the_same_answers_are_sent_again(db, world, clock, course):
    form_id = uuid4()
    first = send_daily(db, world.a, now=clock(), submission_id=form_id, self_harm=2)
    for submission_id in (form_id, uuid4()):
        clock.forward(minutes=5)
        again = send_daily(db, world.a, now=clock(), submission_id=submission_id, self_harm=2)
        assert (again.check_in_id, again.received_at) == (first.check_in_id, first.received_at)
        assert not again.is_new
        assert again.is_same
    assert (count(db, CheckInRow), count(db, SafetyAlertRow)) == (1, 1)


def test_the_first_answers_stand_when_others_follow(db, world, clock, course):
    send_daily(db, world.a, now=clock(), mood=2)
    again = send_daily(db, world.a, now=clock(), mood=9)
    assert not again.is_same
    assert db.execute(select(CheckInRow)).scalar_one().answers["mood"] == 2


def test_a_worry_is_raised_when_only_the_second_sending_has_it(db, world, clock, course):
    send_daily(db, world.a, now=clock())
    again = send_daily(db, world.a, now=clock(), self_harm=3)
    assert again.raised is AlertLevel.NOW
    assert db.execute(select(SafetyAlertRow)).scalar_one().level == AlertLevel.NOW
    send_daily(db, world.a, now=clock(), self_harm=3)
    assert count(db, SafetyAlertRow) == 1


def test_a_form_is_refused_when_its_id_was_used_for_another_check_in(db, world, clock, course):
    form_id = uuid4()
    send_daily(db, world.a, now=clock(), submission_id=form_id)
    clock.forward(days=1)
    with pytest.raises(SubmittedDifferently):
        send_daily(db, world.a, now=clock(), submission_id=form_id)


def test_nothing_is_stored_when_a_part_of_it_fails(db, world, clock, course, monkeypatch):
    def fail(*_arguments, **_named):
        raise OSError("no room")

    monkeypatch.setattr(check_in_rows.alert_rows, "raise_new", fail)
    with pytest.raises(OSError, match="no room"):
        send_daily(db, world.a, now=clock())
    assert [count(db, row) for row in (CheckInRow, ScoreRow, InstrumentRow)] == [0, 0, 0]


def test_one_row_is_stored_when_two_devices_send_at_once(db, world, clock, course, app):
    engine = db.get_bind()

    def send(_number):
        with open_session(engine) as session:
            return send_daily(session, world.a, now=clock())

    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(send, range(4)))
    assert sum(receipt.is_new for receipt in receipts) == 1
    assert len({receipt.check_in_id for receipt in receipts}) == 1
    assert count(db, CheckInRow) == 1


def test_nothing_can_be_answered_when_there_is_no_course(db, world, clock):
    with pytest.raises(CannotAnswer) as caught:
        send_daily(db, world.a, now=clock())
    assert caught.value.why is WhyNot.NO_COURSE


def test_staff_cannot_send_as_a_patient(db, world, clock, course):
    with pytest.raises(NotPermitted):
        send_check_in(
            db,
            world.a.clinician,
            daily_answers(),
            due_key="daily:2026-11-23",
            submission_id=uuid4(),
            now=clock(),
        )


def enter(db, who, course_id, *, at, now, **more):
    return enter_for_patient(
        db,
        who,
        course_id,
        daily_answers(**more.pop("answers", {})),
        mode=Mode.PAPER,
        answered_at=at,
        submission_id=more.pop("submission_id", None) or uuid4(),
        now=now,
    )


def test_a_paper_form_answers_what_was_due_when_it_was_filled_in(db, world, clock, course):
    now = clock() + timedelta(days=2)
    enter(db, world.a.therapist, course, at=clock(), now=now)
    row = db.execute(select(CheckInRow)).scalar_one()
    assert (row.due_key, row.mode) == ("daily:2026-11-23", "paper")
    assert (row.occurred_at, row.recorded_at) == (clock(), now)
    assert row.recorded_by == world.a.therapist.user_id
    assert db.scalar(select(ScoreRow.occurred_at).limit(1)) == clock()


def test_a_paper_form_is_kept_as_an_extra_one_when_nothing_was_due(db, world, clock, course):
    enter(db, world.a.therapist, course, at=clock() - timedelta(days=60), now=clock())
    assert db.scalar(select(CheckInRow.due_key)) == "daily:extra:2026-09-24"


def test_a_paper_form_is_refused_when_its_check_in_has_answers(db, world, clock, course):
    send_daily(db, world.a, now=clock())
    with pytest.raises(Refused, match="first|stand"):
        enter(db, world.a.therapist, course, at=clock(), now=clock(), answers={"mood": 9})
    assert db.scalar(select(CheckInRow.answers))["mood"] == 2


def test_a_paper_form_is_stored_once_when_it_is_sent_twice(db, world, clock, course):
    form_id = uuid4()
    enter(db, world.a.therapist, course, at=clock(), now=clock(), submission_id=form_id)
    again = enter(db, world.a.therapist, course, at=clock(), now=clock(), submission_id=form_id)
    assert not again.is_new
    assert count(db, CheckInRow) == 1


def test_a_paper_form_is_refused_when_it_is_dated_in_the_future(db, world, clock, course):
    with pytest.raises(Refused, match="future"):
        enter(db, world.a.therapist, course, at=clock() + timedelta(hours=1), now=clock())


def test_another_clinics_course_is_not_found(db, world, clock, course):
    with pytest.raises(NotFound):
        enter(db, world.b.clinician, course, at=clock(), now=clock())


def keep(db, who, *, now, page=1, due_key="", **values):
    keep_page(
        db,
        who,
        instrument_key="weekly",
        version=instruments.get("weekly").version,
        due_key=due_key,
        page=page,
        values=values,
        now=now,
    )


def test_pages_add_up_in_one_draft_until_the_check_in_is_sent(db, world, clock, course):
    key = f"weekly:baseline:{course}"
    keep(db, world.a.patient, now=clock(), due_key=key, memories=2, nightmares=None)
    clock.forward(minutes=3)
    keep(db, world.a.patient, now=clock(), due_key=key, page=2, blame=4)
    draft = db.execute(select(CheckInDraftRow)).scalar_one()
    assert draft.answers == {"memories": 2, "nightmares": None, "blame": 4}
    assert (draft.page, draft.saved_at) == (2, datetime(2026, 11, 23, 15, 3, tzinfo=UTC))
    db.rollback()
    instrument = check_in_drafts.instruments.get("weekly")
    answers = check_in_drafts.instruments.check_answers(instrument, {"memories": 2})
    send_check_in(db, world.a.patient, answers, due_key=key, submission_id=uuid4(), now=clock())
    assert count(db, CheckInDraftRow) == 0
    with pytest.raises(AlreadySent):
        keep(db, world.a.patient, now=clock(), due_key=key, blame=1)


def test_no_draft_is_kept_when_nothing_is_asked(db, world, clock, course):
    with pytest.raises(CannotAnswer):
        keep(db, world.a.patient, now=clock(), due_key="weekly:2020-01-01", blame=1)
    assert count(db, CheckInDraftRow) == 0
