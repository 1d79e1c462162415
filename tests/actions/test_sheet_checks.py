"""Answering the checklists of a run sheet: bit by bit, once, and never over a colleague unseen."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.make.infusions import course_of_today, make_infusion, make_sheet, planned_id
from tests.make.patients import NOW
from tracker.actions import sheet_checks
from tracker.actions.sheet_checks import GivenAnswer
from tracker.actions.submissions import Submission
from tracker.domain.checklist import CheckAnswer
from tracker.domain.errors import NotFound, Refused, StaleForm, SubmittedDifferently
from tracker.domain.permissions import NotPermitted
from tracker.domain.sheet_log import CheckPhase, CheckResult
from tracker.models.audit import AuditEventRow
from tracker.models.run_sheets import SheetCheckRow

BEFORE, DISCHARGE = CheckPhase.BEFORE, CheckPhase.DISCHARGE


@pytest.fixture
def who(world):
    return world.a.clinician


@pytest.fixture
def planned(db, world, who):
    return planned_id(db, course_of_today(db, who, world.a.patient_id))


@pytest.fixture
def sheet_id(db, who, planned):
    return make_sheet(db, who, planned)


def answer(db, who, sheet_id, key="identity", words="", **more):
    given = GivenAnswer(
        answer=CheckAnswer(result=more.pop("result", CheckResult.DONE), words=words),
        seen_id=more.pop("seen_id", None),
        field="words_0",
    )
    values = {"submission": None, "now": NOW} | more
    phase = values.pop("phase", BEFORE)
    return sheet_checks.answer_checks(db, who, sheet_id, phase, {key: given}, **values)


def stored(db):
    db.rollback()
    found = db.scalars(select(SheetCheckRow).order_by(SheetCheckRow.recorded_at)).all()
    db.rollback()
    return found


def count(db):
    found = db.scalar(select(func.count()).select_from(SheetCheckRow))
    db.rollback()
    return found


def test_a_form_that_is_sent_twice_is_stored_once(db, who, sheet_id):
    form = Submission(id=uuid4(), payload_hash=b"a" * 32)
    assert answer(db, who, sheet_id, submission=form) == 1
    assert answer(db, who, sheet_id, submission=form) == 1
    assert count(db) == 1
    other = Submission(id=form.id, payload_hash=b"b" * 32)
    with pytest.raises(SubmittedDifferently):
        answer(db, who, sheet_id, words="Wristband", submission=other)


def test_the_same_answer_from_another_form_is_left_alone(db, who, sheet_id):
    answer(db, who, sheet_id, words="Wristband")
    assert answer(db, who, sheet_id, words="Wristband") == 0
    assert count(db) == 1


def test_an_item_that_a_colleague_answered_otherwise_is_shown_both_ways(db, who, sheet_id):
    answer(db, who, sheet_id, words="Wristband")
    with pytest.raises(StaleForm) as raised:
        answer(db, who, sheet_id, words="Passport", correction_reason="Slip")
    (difference,) = raised.value.differences
    assert (difference.yours, difference.stored) == ("Done: Passport", "Done: Wristband")
    assert count(db) == 1


def test_a_changed_answer_is_a_new_row_with_its_reason(db, who, sheet_id):
    answer(db, who, sheet_id, words="Wristband")
    seen = stored(db)[0].id
    with pytest.raises(Refused, match="Say why an answer is changed") as raised:
        answer(db, who, sheet_id, words="Passport", seen_id=seen)
    assert raised.value.field == "correction_reason"
    later = NOW + timedelta(minutes=3)
    change = {"words": "Passport", "seen_id": seen, "correction_reason": "Slip"}
    assert answer(db, who, sheet_id, now=later, **change) == 1
    old, new = stored(db)
    assert (old.note, new.note) == ("Wristband", "Passport")
    assert (new.corrects_id, new.correction_reason) == (old.id, "Slip")
    with pytest.raises(StaleForm):
        answer(db, who, sheet_id, words="Nobody", seen_id=seen, correction_reason="Again")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"result": CheckResult.OVERRIDDEN}, "is overridden"),
        ({"result": CheckResult.NOT_APPLICABLE}, "applies to everybody"),
        ({"key": "baseline_vital_signs"}, "answers this itself"),
        ({"key": "nothing"}, "no such item"),
        ({"phase": DISCHARGE, "key": "nausea"}, "says “arrived” now"),
        ({"answered_at": NOW + timedelta(minutes=6)}, "in the future"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(db, who, sheet_id, change, words):
    with pytest.raises(Refused, match=words):
        answer(db, who, sheet_id, **change)
    assert count(db) == 0


def test_one_answer_that_cannot_be_stores_none_of_them(db, who, sheet_id):
    done = GivenAnswer(answer=CheckAnswer(result=CheckResult.DONE))
    wrong = GivenAnswer(answer=CheckAnswer(result=CheckResult.OVERRIDDEN))
    with pytest.raises(Refused):
        sheet_checks.answer_checks(
            db,
            who,
            sheet_id,
            BEFORE,
            {"identity": done, "consent": wrong},
            submission=None,
            now=NOW,
        )
    assert count(db) == 0


def test_answers_that_waited_for_a_connection_keep_their_time(db, who, sheet_id):
    sent = NOW + timedelta(minutes=20)
    answer(db, who, sheet_id, answered_at=NOW + timedelta(minutes=2), now=sent)
    (row,) = stored(db)
    assert (row.occurred_at, row.recorded_at) == (NOW + timedelta(minutes=2), sent)
    event = db.scalars(select(AuditEventRow).where(AuditEventRow.object_id == row.id)).one()
    assert event.detail == {"infusion": str(sheet_id), "item": "identity"}


def test_other_clinics_and_other_roles_answer_nothing(db, world, sheet_id):
    with pytest.raises(NotFound):
        answer(db, world.b.clinician, sheet_id)
    for nobody in (world.a.therapist, world.a.administrator, world.a.patient):
        with pytest.raises(NotPermitted):
            answer(db, nobody, sheet_id)
    assert count(db) == 0


def test_what_was_missed_before_the_start_can_still_be_answered(db, who, planned):
    sheet_id = make_infusion(db, who, planned)
    before = count(db)
    seen = next(each.id for each in stored(db) if each.item_key == "escort")
    change = {"words": "Jo", "seen_id": seen, "correction_reason": "Name left out"}
    assert answer(db, who, sheet_id, "escort", now=NOW + timedelta(minutes=5), **change) == 1
    assert count(db) == before + 1
