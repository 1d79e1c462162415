"""What has to be answered before a run sheet takes its next step."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.checklist import Item, check_all_done, open_items
from tracker.domain.checklists import BASELINE_VITAL_SIGNS
from tracker.domain.discharge import ComputedItem, DischargeFacts, computed_items, discharge_rules
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet_stages import Move
from tracker.domain.sheet_log import CheckPhase
from tracker.models import planning, sheet_facts
from tracker.models.open_sheets import OpenSheet


def check_gate(db: Session, who: Person, sheet: OpenSheet, move: Move, *, at: datetime) -> None:
    """Raise `Refused` with the list of what is open before a step that a checklist leads to.

    `at` is when the step happened: the observation time is counted up to then.
    """
    if move is Move.FINISH_CHECKS:
        _check_before(db, who, sheet)
    elif move is Move.BE_READY and sheet.started_at and sheet.ended_at:
        _check_discharge(db, who, sheet, sheet.started_at, sheet.ended_at, at)


def _check_before(db: Session, who: Person, sheet: OpenSheet) -> None:
    protocol = planning.find_protocol(db, who.clinic_id, sheet.protocol_id)
    answers = sheet_facts.standing_answers(db, sheet.id, CheckPhase.BEFORE)
    met = {BASELINE_VITAL_SIGNS} if sheet_facts.standing_sets(db, sheet.id) else set()
    check_all_done(
        open_items(protocol.checks_before, answers, met), what="The checks are not done yet."
    )


def _check_discharge(
    db: Session,
    who: Person,
    sheet: OpenSheet,
    started_at: datetime,
    ended_at: datetime,
    at: datetime,
) -> None:
    protocol = planning.find_protocol(db, who.clinic_id, sheet.protocol_id)
    answers = sheet_facts.standing_answers(db, sheet.id, CheckPhase.DISCHARGE)
    facts = DischargeFacts(
        score=sheet_facts.latest_recovery_total(db, sheet.id),
        sets=sheet_facts.standing_sets(db, sheet.id),
        started_at=started_at,
        ended_at=ended_at,
    )
    computed = computed_items(facts, discharge_rules(protocol), now=at)
    met = {item.key for item in computed if item.is_met}
    check_all_done(
        open_items(discharge_items(protocol, computed), answers, met),
        what="The patient cannot be marked ready to leave yet.",
    )


def discharge_items(protocol: Protocol, computed: tuple[ComputedItem, ...]) -> tuple[Item, ...]:
    """What is computed, then what a person answers."""
    return (*computed, *protocol.checks_discharge)
