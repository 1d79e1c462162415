"""Logging vital signs. A correction is a new set; the old one stays and stays readable."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions import notices, sheet_entries
from tracker.actions.sheet_entries import Entry, EntryKind
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.domain.vital_signs import (
    ImpossibleVitalSigns,
    VitalSigns,
    check_possible,
    unusual_questions,
)
from tracker.models.open_sheets import OpenSheet
from tracker.models.run_sheets import VitalSignsRow

VITAL_SIGNS = EntryKind(
    name="vital_signs",
    row=VitalSignsRow,
    noun="set",
    time_field="measured_time",
    recorded=AuditEvent.VITAL_SIGNS_RECORDED,
    corrected=AuditEvent.VITAL_SIGNS_CORRECTED,
    struck=AuditEvent.VITAL_SIGNS_STRUCK,
)


def record_vital_signs(
    db: Session,
    who: Person,
    infusion_id: UUID,
    signs: VitalSigns,
    *,
    measured_at: datetime,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Add one set to a run sheet; returns its id. Two sets of one minute are two sets.

    Raises `Refused` for what cannot be, `NeedsConfirmation` for what is unusual.
    """
    entry = _entry(signs, measured_at)
    return sheet_entries.add(
        db,
        who,
        VITAL_SIGNS,
        infusion_id,
        entry,
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def correct_vital_signs(
    db: Session,
    who: Person,
    vital_signs_id: UUID,
    signs: VitalSigns,
    *,
    measured_at: datetime,
    reason: str,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Add a set that takes the place of another; returns the id of the infusion.

    Notices that were acknowledged stay so where value and limit are the same. Raises `Refused`
    when the other was corrected before: then the newer one is to be corrected.
    """

    def keep_acknowledged(sheet: OpenSheet, newer_id: UUID) -> None:
        notices.carry_over(db, who, sheet, vital_signs_id, newer_id, now=now)

    entry = replace(_entry(signs, measured_at), after=keep_acknowledged)
    return sheet_entries.correct(
        db,
        who,
        VITAL_SIGNS,
        vital_signs_id,
        entry,
        reason=reason,
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def _entry(signs: VitalSigns, measured_at: datetime) -> Entry:
    return Entry(
        values={measure.value: value for measure, value in signs.values()},
        occurred_at=measured_at,
        questions=unusual_questions(signs),
        check=lambda _sheet: _check(signs),
    )


def _check(signs: VitalSigns) -> None:
    if signs.is_empty:
        raise Refused("Enter at least one value.", field="systolic_mmhg")
    try:
        check_possible(signs)
    except ImpossibleVitalSigns as problem:
        raise Refused(str(problem), field=problem.measure.value) from None
