"""The controlled-drug ledger: kinds of entries."""

from __future__ import annotations

from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry says about a vial."""

    RECEIVED = "received"
    DRAWN = "drawn"
    WASTED = "wasted"
    ADJUSTED = "adjusted"
    COUNTED = "counted"
