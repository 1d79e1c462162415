"""Patients for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tracker.actions import patients
from tracker.domain.patients import PatientDetails
from tracker.domain.people import Person

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def details(**changes: Any) -> PatientDetails:
    values: dict[str, Any] = {
        "record_number": f"T-{uuid4().hex[:8]}",
        "given_name": "Robin",
        "family_name": "Testcase",
        "born_on": date(1980, 2, 29),
    }
    return PatientDetails(**(values | changes))


def make_patient(db: Session, who: Person, *, now: datetime = NOW, **changes: Any) -> UUID:
    """A registered patient; returns the id."""
    return patients.register_patient(db, who, details(**changes), submission=None, now=now)
