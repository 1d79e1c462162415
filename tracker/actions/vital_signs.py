"""Logging vital signs. A correction is a new set; the old one stays and stays readable."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.confirmation import check_confirmed
from tracker.domain.errors import NotFound, Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.run_sheet import check_logged_time
from tracker.domain.vital_signs import (
    ImpossibleVitalSigns,
    VitalSigns,
    check_possible,
    unusual_questions,
)
from tracker.models.database import transaction
from tracker.models.open_sheets import OpenSheet, lock_sheet
from tracker.models.run_sheets import VitalSignsRow


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
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["vital_signs_id"])
        infusion = lock_sheet(db, who.clinic_id, infusion_id)
        _check(infusion, signs, measured_at, confirmed, now)
        set_id = _store(db, who, infusion_id, signs, {"occurred_at": measured_at}, now)
        _record(db, who, AuditEvent.VITAL_SIGNS_RECORDED, infusion, set_id, now)
        if submission:
            submissions.remember(db, who, submission, {"vital_signs_id": str(set_id)}, now=now)
        return set_id


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

    Raises `Refused` when the other was corrected before: then the newer one is to be corrected.
    """
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_id"])
        infusion_id = _lock_uncorrected(db, who, vital_signs_id)
        if not reason:
            raise Refused("Say why the set is corrected.", field="correction_reason")
        infusion = lock_sheet(db, who.clinic_id, infusion_id)
        _check(infusion, signs, measured_at, confirmed, now)
        about = {
            "occurred_at": measured_at,
            "corrects_id": vital_signs_id,
            "correction_reason": reason,
        }
        set_id = _store(db, who, infusion_id, signs, about, now)
        _record(db, who, AuditEvent.VITAL_SIGNS_CORRECTED, infusion, set_id, now)
        if submission:
            submissions.remember(db, who, submission, {"infusion_id": str(infusion_id)}, now=now)
        return infusion_id


def _lock_uncorrected(db: Session, who: Person, vital_signs_id: UUID) -> UUID:
    infusion_id = db.scalars(
        select(VitalSignsRow.run_sheet_id)
        .where(VitalSignsRow.id == vital_signs_id, VitalSignsRow.clinic_id == who.clinic_id)
        .with_for_update()
    ).one_or_none()
    if infusion_id is None:
        raise NotFound("vital signs")
    newer = select(VitalSignsRow.id).where(VitalSignsRow.corrects_id == vital_signs_id)
    if db.execute(newer).first() is not None:
        raise Refused("This set was corrected before. Correct the newer one on the run sheet.")
    return infusion_id


def _check(
    infusion: OpenSheet,
    signs: VitalSigns,
    measured_at: datetime,
    confirmed: Collection[str],
    now: datetime,
) -> None:
    if signs.is_empty:
        raise Refused("Enter at least one value.", field="systolic_mmhg")
    try:
        check_possible(signs)
    except ImpossibleVitalSigns as problem:
        raise Refused(str(problem), field=problem.measure.value) from None
    check_logged_time(
        measured_at,
        began_at=infusion.began_at,
        ended_at=infusion.ended_at,
        now=now,
        field="measured_time",
    )
    check_confirmed(unusual_questions(signs), confirmed)


def _store(
    db: Session,
    who: Person,
    infusion_id: UUID,
    signs: VitalSigns,
    about: dict[str, Any],
    now: datetime,
) -> UUID:
    set_id = uuid4()
    values = {measure.value: value for measure, value in signs.values()}
    row = {
        "id": set_id,
        "clinic_id": who.clinic_id,
        "run_sheet_id": infusion_id,
        "recorded_at": now,
        "recorded_by": who.user_id,
    }
    db.execute(insert(VitalSignsRow), [row | values | about])
    return set_id


def _record(
    db: Session,
    who: Person,
    event: AuditEvent,
    infusion: OpenSheet,
    set_id: UUID,
    now: datetime,
) -> None:
    audit.record(
        db,
        who,
        event,
        now=now,
        kind="vital_signs",
        object_id=set_id,
        patient_id=infusion.patient_id,
        detail={"infusion": str(infusion.id)},
    )
