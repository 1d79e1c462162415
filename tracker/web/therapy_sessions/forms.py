"""The form of a therapy session: the appointment and, once held, what belongs in the chart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tracker.domain.clinic import Clinic
from tracker.domain.courses import TherapyFormat, TherapyKind, TherapyState
from tracker.domain.errors import Refused
from tracker.domain.therapy_record import MINUTES, SUDS, TherapyRecord
from tracker.domain.therapy_words import KIND_WORDS
from tracker.web.fields import Choice, Day, LongText, Tiles, TimeOfDay, WholeNumber, Words
from tracker.web.forms import Form
from tracker.web.moments import typed_moment

STATE_WORDS = {
    TherapyState.PLANNED: "Still to come",
    TherapyState.HELD: "Held",
    TherapyState.MISSED: "Missed",
    TherapyState.CANCELLED: "Cancelled",
}
FORMAT_WORDS = {
    TherapyFormat.IN_PERSON: "In person",
    TherapyFormat.VIDEO: "By video",
    TherapyFormat.TELEPHONE: "By telephone",
}


def _suds(label: str) -> WholeNumber:
    return WholeNumber(label, low=SUDS[0], high=SUDS[1], optional=True)


class TherapyForm(Form):
    """One page for planning and for recording."""

    state = Tiles(
        "Attendance",
        choices=[(state.value, words) for state, words in STATE_WORDS.items()],
        missing="Choose what became of it.",
    )
    planned_on = Day("Planned date")
    planned_time = TimeOfDay("Planned time", optional=True)
    kind = Choice(
        "Kind",
        choices=[("", "Choose"), *((kind.value, words) for kind, words in KIND_WORDS.items())],
        missing="Choose the kind.",
        default="",
    )
    format = Tiles(
        "Format",
        choices=[(each.value, words) for each, words in FORMAT_WORDS.items()],
        missing="Choose how it takes place.",
    )
    held_on = Day("Date held", optional=True, hint="Empty means the planned date.")
    held_time = TimeOfDay("Start time", optional=True)
    minutes = WholeNumber("Duration", low=MINUTES[0], high=MINUTES[1], unit="min", optional=True)
    suds_start = _suds("SUDS at the start")
    suds_peak = _suds("SUDS at the peak")
    suds_end = _suds("SUDS at the end")
    focus = LongText("Focus, interventions and response", longest=4000, optional=True)
    measures_reviewed = Words("Measures reviewed", longest=200, optional=True)
    homework_done = LongText("Homework done", longest=4000, optional=True)
    homework = LongText("Homework set", longest=4000, optional=True)
    risk = LongText("Risk", longest=4000, optional=True)
    next_steps = LongText("Plan", longest=4000, optional=True)

    def record(self, clinic: Clinic, now: datetime) -> TherapyRecord:
        """What was typed. Raises `Refused` for a time that cannot be."""
        return TherapyRecord(
            state=TherapyState(self.state.data),
            planned_on=self.planned_on.data,
            planned_time=self.planned_time.data,
            kind=TherapyKind(self.kind.data),
            format=TherapyFormat(self.format.data),
            occurred_at=self._occurred_at(clinic, now),
            minutes=self.minutes.data,
            suds_start=self.suds_start.data,
            suds_peak=self.suds_peak.data,
            suds_end=self.suds_end.data,
            focus=self.focus.data or "",
            measures_reviewed=self.measures_reviewed.data or "",
            homework_done=self.homework_done.data or "",
            homework=self.homework.data or "",
            risk=self.risk.data or "",
            next_steps=self.next_steps.data or "",
        )

    def _occurred_at(self, clinic: Clinic, now: datetime) -> datetime | None:
        if self.state.data != TherapyState.HELD:
            return None
        if self.held_time.data is None:
            raise Refused("Enter when it started.", field="held_time")
        return typed_moment(
            self.held_on.data or self.planned_on.data,
            self.held_time.data,
            clinic=clinic,
            now=now,
            field="held_time",
        )


def as_typed(stored: Any, clinic: Clinic) -> dict[str, Any]:
    """A stored therapy session as its form shows it."""
    local = clinic.local(stored.occurred_at) if stored.occurred_at else None
    names = ("planned_on", "planned_time", "minutes", "suds_start", "suds_peak", "suds_end")
    texts = ("focus", "measures_reviewed", "homework_done", "homework", "risk", "next_steps")
    return {
        **{name: getattr(stored, name) for name in names + texts},
        "state": stored.state.value,
        "kind": stored.kind.value,
        "format": stored.format.value,
        "held_on": local.date() if local else None,
        "held_time": local.time() if local else None,
        "seen_version": stored.version,
    }
