"""The forms of a run sheet's steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tracker.actions.run_sheet_moves import Step
from tracker.domain.clinic import Clinic
from tracker.domain.run_sheet_stages import NEEDS_REASON, Move
from tracker.web.fields import Day, TimeOfDay, Words
from tracker.web.forms import TimedForm
from tracker.web.infusions.forms import AskingForm
from tracker.web.moments import typed_moment


class TimedStep(TimedForm, AskingForm):
    """A step, taken now unless a time says otherwise; it may wait for a connection."""

    moved_time = TimeOfDay("Time", optional=True, hint="Empty means now.")
    moved_day = Day("Date", optional=True, hint="Empty means today.")

    def moved_at(self, clinic: Clinic, now: datetime) -> datetime:
        """Raises `Refused` for a time that cannot be."""
        return typed_moment(
            self.moved_day.data,
            self.moved_time.data,
            clinic=clinic,
            now=now,
            field="moved_time",
            taken_at=self.taken_at.data,
        )


class ArriveForm(TimedStep):
    """The patient is here."""


class MoveForm(TimedStep):
    """One step of a sheet, with the questions that belong to it.

    Several of them stand on one page: each has ids of its own.
    """

    left_with = Words(
        "Left with whom",
        longest=200,
        missing="Say with whom the patient left, or that it was alone.",
        hint="Name of the escort. If nobody came: alone, and why.",
    )
    reason = Words("Reason", longest=200, missing="Say why.")

    def __init__(self, move: Move, **values: Any) -> None:
        super().__init__(**values)
        self.move = move
        if move not in NEEDS_REASON:
            del self.reason
        if move is not Move.LEAVE:
            del self.left_with
        for field in self:
            field.id = field.label.field_id = f"{move}-{field.name}"

    def step(self, clinic: Clinic, now: datetime) -> Step:
        """What was typed. Raises `Refused` for a time that cannot be."""
        return Step(
            move=self.move,
            occurred_at=self.moved_at(clinic, now),
            reason=self.reason.data if self.reason else "",
            left_with=self.left_with.data if self.left_with else "",
        )

    @property
    def has_time(self) -> bool:
        """Whether a time was typed or came back with something wrong."""
        fields = (self.moved_time, self.moved_day)
        return any(field.data or field.errors for field in fields)


class CorrectTimeForm(TimedStep):
    """When a step really was, and why it is corrected."""

    moved_time = TimeOfDay("Time")
    moved_day = Day("Date")
    correction_reason = Words(
        "Reason for the correction", longest=200, missing="Say why the time is corrected."
    )
