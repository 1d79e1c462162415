"""Restricted records: some records only named people open; others break the glass, and it shows.

Source: 45 CFR 164.312(a)(2)(ii), emergency access: a way in that is there when it is needed, with a
reason, for a limited time, and never unseen.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from tracker.domain.errors import NotFound, Refused


class RecordRestricted(NotFound):
    """The record is restricted and this person is not named: not found, with a way in."""

    def __init__(self, patient_id: UUID) -> None:
        super().__init__("patient")
        self.patient_id = patient_id


class RestrictionReason(StrEnum):
    """Why a record is restricted."""

    COLLEAGUE = "colleague"
    KNOWN_PERSON = "known person"
    OWN_WISH = "own wish"
    OTHER = "other"


class OpeningReason(StrEnum):
    """Why somebody who is not named opens it."""

    EMERGENCY = "emergency"
    COVERING = "covering for a colleague"
    ASKED_BY_PATIENT = "asked by the patient"
    OTHER = "other"


def check_may_change(user_id: UUID, named: Collection[UUID]) -> None:
    """Raise `Refused` unless the person is named, or nobody who is named works here any more.

    Whoever broke the glass reads and writes the record; whom it is restricted to is not theirs to
    decide.
    """
    if named and user_id not in named:
        raise Refused("Only somebody who is named may change who opens this record.")


def with_oneself(user_id: UUID, chosen: Collection[UUID]) -> frozenset[UUID]:
    """Whoever restricts a record is named too: nobody locks themselves out by mistake."""
    return frozenset(chosen) | {user_id}
