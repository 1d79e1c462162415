"""Which open alerts stand in the way of a patient's next infusion."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.domain.infusion_hold import HOLDS_FROM
from tracker.domain.people import Person
from tracker.models import open_alerts
from tracker.queries.alerts import AlertLine


def list_holds(db: Session, who: Person, patient_id: UUID) -> tuple[UUID, ...]:
    """The ids of the alerts, first the one that is due first. Raises `NotFound`. One statement."""
    return open_alerts.holding(db, who.clinic_id, patient_id)


def held_by(
    db: Session, who: Person, listed: Sequence[AlertLine], *, limit: int
) -> frozenset[UUID]:
    """Whose next infusion is held, by the clinic's most urgent open alerts.

    No statement while all that hold are among the `limit` that were listed, else one.
    """
    found = frozenset(each.patient_id for each in listed if each.level >= HOLDS_FROM)
    if len(listed) == limit and listed[-1].level >= HOLDS_FROM:
        return open_alerts.held_patients(db, who.clinic_id)
    return found
