"""Sign-off: author, time and meaning, bound to the content of a record."""

from __future__ import annotations

from enum import StrEnum


class Meaning(StrEnum):
    """What a signature says. "Performed" closes the record; "reviewed" is a co-signature."""

    PERFORMED = "performed"
    REVIEWED = "reviewed"


class RecordKind(StrEnum):
    """What can be signed. The value names the column that points at the record."""

    RUN_SHEET = "run_sheet"
    THERAPY_SESSION = "therapy_session"
    COURSE_REVIEW = "course_review"
