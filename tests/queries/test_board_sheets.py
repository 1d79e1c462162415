"""Open sheets are read again once something was entered; sheets without a signature are counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.make.infusions import (
    course_of_today,
    make_checks,
    make_infusion,
    make_move,
    make_sheet,
    make_vital_signs,
    planned_id,
)
from tests.make.signed import make_records, sign_record
from tests.statements import statements_sent
from tracker.actions.notices import acknowledge
from tracker.domain.clinic import Clinic
from tracker.domain.run_sheet_stages import Move
from tracker.domain.sheet_log import CheckPhase
from tracker.domain.signing import RecordKind
from tracker.queries.board import get_board
from tracker.queries.board_duties import count_unsigned, list_every_unsigned

HIGH = {"systolic_mmhg": 168, "diastolic_mmhg": 90}


@pytest.fixture
def course(db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return course_id


@pytest.fixture
def look(db, world, clock):
    """Look at the one infusion of the board; returns it and how many statements that took."""
    clinic = Clinic(id=world.a.clinician.clinic_id, name="", timezone="America/Denver")

    def ask():
        db.rollback()
        with statements_sent(db) as sent:
            (found,) = get_board(db, world.a.clinician, clinic, now=clock()).infusions
        db.rollback()
        return found, len(sent)

    return ask


def test_a_sheet_is_read_again_only_when_something_was_entered(db, world, course, look, clock):
    sheet = make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    first, first_statements = look()
    clock.forward(minutes=5)
    again, again_statements = look()
    assert again_statements == first_statements - 4
    assert (first.elapsed.running_minutes, again.elapsed.running_minutes) == (0, 5)
    same, same_statements = look()
    assert same is again
    make_vital_signs(db, world.a.clinician, sheet, now=clock())
    changed, changed_statements = look()
    assert changed_statements == same_statements + 4
    assert changed.last_vital_signs_at == clock()


def test_an_answered_check_is_seen_at_once(db, world, course, look, clock):
    who = world.a.clinician
    arrived = make_sheet(db, who, planned_id(db, course), at=clock(), now=clock())
    assert look()[0].checks[0] == 0
    make_checks(db, who, arrived, CheckPhase.BEFORE, now=clock())
    assert look()[0].checks[0] > 0


def test_a_step_and_an_acknowledgement_are_seen_at_once(db, world, course, look, clock):
    who = world.a.clinician
    sheet = make_infusion(db, who, planned_id(db, course), now=clock())
    clock.forward(minutes=5)
    set_id = make_vital_signs(db, who, sheet, now=clock(), **HIGH)
    assert len(look()[0].waiting) == 1
    acknowledge(
        db, who, set_id, action="Measured again", done_at=clock(), submission=None, now=clock()
    )
    assert look()[0].waiting == ()
    make_move(db, who, sheet, Move.PAUSE, at=clock(), now=clock(), reason="Line")
    clock.forward(minutes=3)
    assert look()[0].elapsed.paused_minutes == 3


def test_a_signature_takes_a_sheet_off_the_count(db, world, clock):
    records = make_records(db, world)
    later = {"today": clock().date() + timedelta(days=400)}
    who = world.a.clinician
    before = count_unsigned(db, who, **later)
    assert before == len(list_every_unsigned(db, who, **later)) == 1
    sign_record(db, records, RecordKind.RUN_SHEET)
    assert count_unsigned(db, who, **later) == len(list_every_unsigned(db, who, **later)) == 0
    assert count_unsigned(db, world.b.clinician, **later) == 0
