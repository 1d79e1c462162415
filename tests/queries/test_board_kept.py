"""A board that remembers says after every write what a board that remembers nothing would say."""

from __future__ import annotations

import pytest

from tests.make.check_ins import send_daily
from tests.make.courses import make_course
from tests.make.drug_ledger import make_account, make_draw, make_vial
from tests.make.infusions import (
    course_of_today,
    make_checks,
    make_end,
    make_infusion,
    make_sheet,
    make_therapy_session,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import make_patient
from tests.make.reminders import want_reminders
from tests.make.signed import make_records, sign_record
from tests.statements import but_beginnings, statements_sent
from tracker.domain.sheet_log import CheckPhase
from tracker.domain.signing import RecordKind
from tracker.queries import board_infusions, board_kept
from tracker.queries.board import get_board


@pytest.fixture
def look(db, world, clock):
    """The board as it is remembered, if it is the one that is read anew."""

    def ask(**forward):
        clock.forward(**forward)
        a = world.a.clinician
        db.rollback()
        remembered = get_board(db, a, world.a.clinic, now=clock())
        db.rollback()
        board_kept._known.clear()
        board_infusions._known.clear()
        assert repr(remembered) == repr(get_board(db, a, world.a.clinic, now=clock()))
        db.rollback()
        return remembered

    return ask


def test_whatever_is_written_shows_at_once(db, world, clock, look):
    who, people = world.a.clinician, world.a
    look()
    course = course_of_today(db, who, people.patient_id)
    assert len(look().infusions) == 1
    make_therapy_session(db, people.therapist, course, now=clock(), planned_on=clock().date())
    assert len(look().therapy) == 1
    sheet = make_infusion(db, who, planned_id(db, course), now=clock())
    look(minutes=5)
    high = {"systolic_mmhg": 168, "diastolic_mmhg": 90}
    make_vital_signs(db, who, sheet, now=clock(), **high)
    assert look().infusions[0].waiting
    draw = make_draw(db, who, sheet, make_vial(db, who, now=clock()), now=clock())
    look(minutes=35)
    make_end(db, who, sheet, now=clock())
    assert len(look().open_draws) == 1
    make_account(db, who, draw, now=clock())
    assert look().open_draws == ()
    send_daily(db, people, now=clock(), self_harm=3)
    found = look()
    assert (len(found.alerts.lines), found.held) == (1, {people.patient_id})
    other = course_of_today(db, who, make_patient(db, who), start_on=clock().date())
    arrived = make_sheet(db, who, planned_id(db, other), at=clock(), now=clock())
    look()
    make_checks(db, who, arrived, CheckPhase.BEFORE, now=clock())
    assert {each.checks[0] > 0 for each in look().infusions} == {True, False}
    look(days=1)


def test_a_signature_and_a_silent_week_show_at_once(db, world, clock, look):
    records = make_records(db, world)
    make_course(db, world.a.clinician, make_patient(db, world.a.clinician))
    assert look(days=30).unsigned.count == 1
    sign_record(db, records, RecordKind.RUN_SHEET)
    found = look()
    assert (found.unsigned.count, len(found.behind) > 0) == (0, True)
    assert not any(each.reminded.has_address for each in found.behind)
    for each in found.behind:
        want_reminders(db, world.a, patient_id=each.patient_id)
    assert look().behind != found.behind


def test_a_set_leaves_the_rest_of_the_board_unread(db, world, clock):
    who = world.a.clinician
    sheet = make_infusion(
        db, who, planned_id(db, course_of_today(db, who, world.a.patient_id)), now=clock()
    )
    clock.forward(minutes=5)

    def statements():
        db.rollback()
        with statements_sent(db) as sent:
            found = get_board(db, who, world.a.clinic, now=clock())
        db.rollback()
        return len(but_beginnings(sent)), found

    statements()
    unchanged, _ = statements()
    make_vital_signs(db, who, sheet, now=clock())
    after_a_set, found = statements()
    assert found.infusions[0].last_vital_signs_at == clock()
    assert (unchanged, after_a_set) == (3, 7)
    clock.forward(minutes=1)
    assert statements()[0] > unchanged
