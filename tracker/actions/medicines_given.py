"""Logging a medicine that was given beside the infusion."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions import sheet_entries
from tracker.actions.sheet_entries import Entry, EntryKind
from tracker.actions.submissions import Submission
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.domain.rescue_medicines import check_dose
from tracker.models.run_sheets import MedicineGivenRow

MEDICINE_GIVEN = EntryKind(
    name="medicine_given", row=MedicineGivenRow, noun="medicine", time_field="given_time"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Medicine:
    """What was given. `dose` is an amount with its unit, as it was typed."""

    medicine: str
    dose: str
    given_at: datetime
    route: str = ""
    reason: str = ""


def record_medicine(
    db: Session,
    who: Person,
    infusion_id: UUID,
    given: Medicine,
    *,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Add a medicine to a run sheet; returns its id."""
    entry = _entry(given)
    return sheet_entries.add(
        db,
        who,
        MEDICINE_GIVEN,
        infusion_id,
        entry,
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def correct_medicine(
    db: Session,
    who: Person,
    medicine_given_id: UUID,
    given: Medicine,
    *,
    reason: str,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Put another medicine in the place of one; returns the id of the run sheet."""
    entry = _entry(given)
    return sheet_entries.correct(
        db,
        who,
        MEDICINE_GIVEN,
        medicine_given_id,
        entry,
        reason=reason,
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def _entry(given: Medicine) -> Entry:
    values = {
        "medicine": given.medicine,
        "dose": given.dose,
        "route": given.route,
        "reason": given.reason,
    }
    return Entry(values=values, occurred_at=given.given_at, check=lambda _sheet: _check(given))


def _check(given: Medicine) -> None:
    if not given.medicine:
        raise Refused("Enter the medicine.", field="medicine")
    check_dose(given.dose)
