"""Coded words for concurrent medicines and for the review in the middle of a course."""

from __future__ import annotations

from enum import StrEnum


class MedicineChange(StrEnum):
    """What happened to a concurrent medicine on a day."""

    STARTED = "started"
    DOSE_CHANGED = "dose_changed"
    STOPPED = "stopped"


class ReviewDecision(StrEnum):
    """What was decided in the middle of a course."""

    CONTINUE = "continue"
    CHANGE_DOSE = "change_dose"
    STOP = "stop"
