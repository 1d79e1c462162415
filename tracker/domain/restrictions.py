"""Restricted records: some records only named people open; others break the glass, and it shows.

Source: 45 CFR 164.312(a)(2)(ii), emergency access: a way in that is there when it is needed, with a
reason, for a limited time, and never unseen.
"""

from __future__ import annotations

from enum import StrEnum


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
