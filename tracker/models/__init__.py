"""Tables: dumb rows under strict constraints. No rule of treatment lives here."""

from tracker.models import (
    accounts,
    audit,
    check_ins,
    clinics,
    courses,
    drug_ledger,
    infusions,
    patients,
    psychotherapy_notes,
    run_sheets,
    signatures,
    therapy_sessions,
    treatment_decisions,
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
    "drug_ledger",
    "infusions",
    "patients",
    "psychotherapy_notes",
    "run_sheets",
    "signatures",
    "therapy_sessions",
    "treatment_decisions",
]
