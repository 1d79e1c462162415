"""A signed run sheet takes nothing any more: every action that writes on one is tried."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.make.drug_ledger import make_vial
from tests.make.infusions import start_of
from tests.make.signed import ENDED, LEFT, SIGNED, make_records, sign_record
from tracker.actions import (
    drug_draws,
    infusion_ends,
    infusion_events,
    infusions,
    medicines_given,
    notices,
    rate_changes,
    recovery_scores,
    run_sheet_moves,
    sheet_checks,
    sheet_entries,
    sheet_notes,
    vital_signs,
)
from tracker.actions.drug_draws import Draw
from tracker.actions.infusion_events import Happening
from tracker.actions.medicines_given import Medicine
from tracker.actions.rate_changes import Rate
from tracker.actions.run_sheet_moves import Step
from tracker.actions.sheet_checks import GivenAnswer
from tracker.domain.checklist import CheckAnswer
from tracker.domain.errors import Refused
from tracker.domain.run_sheet import End
from tracker.domain.run_sheet_stages import Move
from tracker.domain.sheet_log import CheckPhase, CheckResult, RecoveryScale
from tracker.domain.signing import RecordKind
from tracker.domain.vital_signs import VitalSigns
from tracker.models.drug_ledger import VialEntryRow
from tracker.models.run_sheets import (
    InfusionEventRow,
    MedicineGivenRow,
    RateChangeRow,
    RecoveryScoreRow,
    RunSheetMoveRow,
    SheetCheckRow,
    SheetNoteRow,
    VitalSignsRow,
)

AT = ENDED - timedelta(minutes=5)
LATER = SIGNED + timedelta(minutes=30)
SENT = {"submission": None, "now": LATER}
WHY = {"reason": "Digits swapped"}
KINDS = (
    vital_signs.VITAL_SIGNS,
    infusion_events.INFUSION_EVENT,
    medicines_given.MEDICINE_GIVEN,
    rate_changes.RATE_CHANGE,
    recovery_scores.RECOVERY_SCORE,
    sheet_notes.SHEET_NOTE,
)
TABLES = (*(kind.row for kind in KINDS), RunSheetMoveRow, SheetCheckRow, VialEntryRow)
HAPPENING = Happening(term="Headache", occurred_at=AT, grade=1)
MEDICINE = Medicine(medicine="Ondansetron", dose="4 mg", given_at=AT, route="iv", reason="Nausea")
RATE = Rate(rate_ml_per_h=Decimal(50), changed_at=AT, reason="Nausea")
SIGNS = VitalSigns(heart_rate_bpm=71)
POINTS = (2, 2, 2, 2, 2)


@pytest.fixture
def signed(db, world):
    records = make_records(db, world)
    sheet_id = records.ids[RecordKind.RUN_SHEET]
    infusion_events.record_event(db, records.signer, sheet_id, HAPPENING, submission=None, now=LEFT)
    sign_record(db, records, RecordKind.RUN_SHEET)
    return sheet_id


def one_of(db, row, sheet_id):
    """The id of an entry that stands on the sheet."""
    newer = select(row.corrects_id).where(row.corrects_id.is_not(None))
    found = db.scalars(
        select(row.id).where(row.run_sheet_id == sheet_id, row.id.not_in(newer)).order_by(row.id)
    ).first()
    db.rollback()
    return found


def lasting_event(db):
    found = db.scalars(select(InfusionEventRow.id).where(InfusionEventRow.term == "Headache")).one()
    db.rollback()
    return found


def high_set(db, sheet_id):
    found = db.scalars(select(VitalSignsRow.id).where(VitalSignsRow.systolic_mmhg == 182)).one()
    db.rollback()
    return found


def take(db, who, sheet, move):
    step = Step(move=move, occurred_at=LEFT, reason="x", left_with="x")
    run_sheet_moves.move_sheet(db, who, sheet, step, seen_version=None, **SENT)


def answer(db, who, sheet, phase):
    given = GivenAnswer(answer=CheckAnswer(result=CheckResult.OVERRIDDEN, words="x"))
    sheet_checks.answer_checks(
        db, who, sheet, phase, {"escort": given}, correction_reason="x", **SENT
    )


def correct_time(db, who, sheet):
    run_sheet_moves.correct_time(
        db, who, one_of(db, RunSheetMoveRow, sheet), occurred_at=AT, reason="Slow clock", **SENT
    )


def end(db, who, sheet):
    ending = End(ended_at=ENDED, given_mg=Decimal(40))
    infusion_ends.end_infusion(db, who, sheet, ending, seen_version=None, **SENT)


def draw(db, who, sheet):
    drawn = Draw(vial_id=make_vial(db, who, first_label="K-77"), amount_ug=1000, occurred_at=AT)
    drug_draws.draw(db, who, sheet, drawn, **SENT)


WRITES = {
    **{
        f"move {move}": lambda d, w, s, move=move: take(d, w, s, move)
        for move in Move
        if move not in run_sheet_moves.OWN_ACTIONS
    },
    **{
        f"answer {phase}": lambda d, w, s, phase=phase: answer(d, w, s, phase)
        for phase in CheckPhase
    },
    **{
        f"strike {kind.name}": lambda d, w, s, kind=kind: sheet_entries.strike(
            d, w, kind, one_of(d, kind.row, s), **WHY, **SENT
        )
        for kind in KINDS
    },
    "correct time": correct_time,
    "start": lambda d, w, s: infusions.start_infusion(d, w, s, start_of(started_at=AT), **SENT),
    "end": end,
    "draw": draw,
    "vital signs": lambda d, w, s: vital_signs.record_vital_signs(
        d, w, s, SIGNS, measured_at=AT, **SENT
    ),
    "correct vital signs": lambda d, w, s: vital_signs.correct_vital_signs(
        d, w, one_of(d, VitalSignsRow, s), SIGNS, measured_at=AT, **WHY, **SENT
    ),
    "acknowledge": lambda d, w, s: notices.acknowledge(
        d, w, high_set(d, s), action="x", done_at=AT, **SENT
    ),
    "event": lambda d, w, s: infusion_events.record_event(d, w, s, HAPPENING, **SENT),
    "correct event": lambda d, w, s: infusion_events.correct_event(
        d, w, one_of(d, InfusionEventRow, s), HAPPENING, **WHY, **SENT
    ),
    "end event": lambda d, w, s: infusion_events.end_event(
        d, w, lasting_event(d), ended_at=AT, **SENT
    ),
    "medicine": lambda d, w, s: medicines_given.record_medicine(d, w, s, MEDICINE, **SENT),
    "correct medicine": lambda d, w, s: medicines_given.correct_medicine(
        d, w, one_of(d, MedicineGivenRow, s), MEDICINE, **WHY, **SENT
    ),
    "rate": lambda d, w, s: rate_changes.record_rate(d, w, s, RATE, **SENT),
    "correct rate": lambda d, w, s: rate_changes.correct_rate(
        d, w, one_of(d, RateChangeRow, s), RATE, **WHY, **SENT
    ),
    "score": lambda d, w, s: recovery_scores.record_score(
        d, w, s, RecoveryScale.ALDRETE, POINTS, scored_at=LEFT, **SENT
    ),
    "correct score": lambda d, w, s: recovery_scores.correct_score(
        d,
        w,
        one_of(d, RecoveryScoreRow, s),
        RecoveryScale.ALDRETE,
        POINTS,
        scored_at=LEFT,
        **WHY,
        **SENT,
    ),
    "note": lambda d, w, s: sheet_notes.record_note(d, w, s, "x", noted_at=AT, **SENT),
    "correct note": lambda d, w, s: sheet_notes.correct_note(
        d, w, one_of(d, SheetNoteRow, s), "x", noted_at=AT, **WHY, **SENT
    ),
}


def counted(db, sheet_id):
    found = [
        db.scalar(select(func.count()).select_from(row).where(row.run_sheet_id == sheet_id))
        for row in TABLES
    ]
    db.rollback()
    return found


def test_a_signed_sheet_takes_nothing_whatever_is_tried(db, world, signed, subtests):
    before = counted(db, signed)
    for name, write in WRITES.items():
        with subtests.test(name):
            with pytest.raises(Refused, match="This run sheet is signed"):
                write(db, world.a.clinician, signed)
            db.rollback()
            assert counted(db, signed) == before
