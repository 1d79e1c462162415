"""Rules of psychotherapy notes: what the box is for, and what each note is bound to.

A psychotherapy note (45 CFR 164.501) is the therapist's own analysis of what was said, kept apart
from the record. Medication and monitoring, start and stop times, kind and frequency of treatment,
test results and summaries of diagnosis, function, plan, symptoms, prognosis and progress are
excluded from it by law: they belong into the chart note.
"""

from __future__ import annotations

from uuid import UUID

LONGEST = 4000
"""Characters."""

WHAT_IT_IS = (
    "Only you can open this note. It is encrypted and kept apart from the record: colleagues and "
    "administrators do not see that it exists, and it is never printed, exported, searched or "
    "signed."
)
WHAT_BELONGS_IN_THE_CHART = (
    "Risk and anything that somebody else has to know for the patient's safety never belongs only "
    "here. Times, medicines, scores, diagnosis, plan and progress belong in the chart note."
)
CANNOT_BE_READ = (
    "A note is stored, but it does not open with the key of this installation. It was left as it "
    "is. Ask whoever runs the server for the right key."
)


def bound_to(*, note_id: UUID, clinic_id: UUID, author_id: UUID, therapy_session_id: UUID) -> str:
    """The row that a ciphertext belongs to: moved to another row, it does not open."""
    parts = (note_id, clinic_id, author_id, therapy_session_id)
    return "|".join(["psychotherapy_notes", *(str(part) for part in parts)])
