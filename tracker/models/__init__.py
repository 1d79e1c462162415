"""Tables: dumb rows under strict constraints. No rule of treatment lives here."""

from tracker.models import (
    accounts,
    audit,
    check_ins,
    clinics,
    courses,
    infusions,
    patients,
    therapy_sessions,
)
from tracker.models.base import Base, db

__all__ = [
    "Base",
    "accounts",
    "audit",
    "check_ins",
    "clinics",
    "courses",
    "db",
    "infusions",
    "patients",
    "therapy_sessions",
]
