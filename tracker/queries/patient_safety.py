"""What a patient's own pages say for their safety: lines for help, and that nobody watches."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.people import Person
from tracker.domain.safety import AlertLevel
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.database import read_rows

_UNSEEN = select(func.max(SafetyAlertRow.level)).where(
    SafetyAlertRow.patient_id == bindparam("patient_id"),
    SafetyAlertRow.clinic_id == bindparam("clinic_id"),
    SafetyAlertRow.help_seen_at.is_(None),
)
_UNSEEN_OF_ONE = _UNSEEN.where(SafetyAlertRow.due_key == bindparam("due_key"))


def find_unseen_help(db: Session, who: Person, due_key: str | None = None) -> AlertLevel | None:
    """The highest level for which the lines for help were not confirmed as seen.

    Of one due check-in, or of all that the patient ever answered. One statement.
    """
    wanted = {"patient_id": who.patient_id, "clinic_id": who.clinic_id}
    if due_key is None:
        level = read_rows(db, _UNSEEN, wanted).scalar_one()
    else:
        level = read_rows(db, _UNSEEN_OF_ONE, wanted | {"due_key": due_key}).scalar_one()
    return AlertLevel(level) if level else None


_AGREED = select(CheckInPreferencesRow.not_watched_agreed_at).where(
    CheckInPreferencesRow.patient_id == bindparam("patient_id"),
    CheckInPreferencesRow.clinic_id == bindparam("clinic_id"),
)


def has_agreed_not_watched(db: Session, who: Person) -> bool:
    """Whether the patient agreed that nobody watches their answers. One statement."""
    wanted = {"patient_id": who.patient_id, "clinic_id": who.clinic_id}
    return read_rows(db, _AGREED, wanted).scalar_one_or_none() is not None
