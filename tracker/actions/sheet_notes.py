"""Writing a free note with its time on a run sheet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions import sheet_entries
from tracker.actions.sheet_entries import Entry, EntryKind
from tracker.actions.submissions import Submission
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.models.open_sheets import OpenSheet
from tracker.models.run_sheets import SheetNoteRow

SHEET_NOTE = EntryKind(name="sheet_note", row=SheetNoteRow, noun="note", time_field="noted_time")


def record_note(
    db: Session,
    who: Person,
    infusion_id: UUID,
    note: str,
    *,
    noted_at: datetime,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Add a note to a run sheet; returns its id."""
    entry = _entry(note, noted_at)
    return sheet_entries.add(
        db,
        who,
        SHEET_NOTE,
        infusion_id,
        entry,
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def correct_note(
    db: Session,
    who: Person,
    sheet_note_id: UUID,
    note: str,
    *,
    noted_at: datetime,
    reason: str,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Put another note in the place of one; returns the id of the run sheet."""
    entry = _entry(note, noted_at)
    return sheet_entries.correct(
        db,
        who,
        SHEET_NOTE,
        sheet_note_id,
        entry,
        reason=reason,
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def _entry(note: str, noted_at: datetime) -> Entry:
    def check(_sheet: OpenSheet) -> None:
        if not note:
            raise Refused("Enter the note.", field="note")

    return Entry(values={"note": note}, occurred_at=noted_at, check=check)
