"""Which open alerts stand in the way of a patient's next infusion."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from tracker.domain.people import Person
from tracker.models import open_alerts


def list_holds(db: Session, who: Person, patient_id: UUID) -> tuple[UUID, ...]:
    """The ids of the alerts, first the one that is due first. Raises `NotFound`. One statement."""
    return open_alerts.holding(db, who.clinic_id, patient_id)
