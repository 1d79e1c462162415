"""Which open alerts stand in the way of a patient's next infusion."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from tracker.domain.infusion_hold import HOLDS_FROM
from tracker.domain.people import Person
from tracker.models import open_alerts
from tracker.queries.alerts import FirstOpen


def list_holds(db: Session, who: Person, patient_id: UUID) -> tuple[UUID, ...]:
    """The ids of the alerts, first the one that is due first. Raises `NotFound`. One statement."""
    return open_alerts.holding(db, who.clinic_id, patient_id)


def held_by(db: Session, who: Person, first: FirstOpen) -> frozenset[UUID]:
    """Whose next infusion is held by an open alert. No statement while all are listed, else one."""
    if first.more:
        return open_alerts.held_patients(db, who.clinic_id)
    return frozenset(each.patient_id for each in first.lines if each.level >= HOLDS_FROM)
