"""Closing an alert."""

from __future__ import annotations

from datetime import datetime

from tracker.domain.clinic import Clinic
from tracker.web.fields import Day, LongText, TimeOfDay
from tracker.web.forms import Form
from tracker.web.moments import typed_moment


class CloseForm(Form):
    action_taken = LongText(
        "What was done",
        hint="Whom you spoke to, what you agreed, what comes next. It stays as you write it.",
        missing="Write what was done. An alert closes in no other way.",
    )
    done_time = TimeOfDay("Time when it was done", optional=True, hint="Empty means now.")
    done_day = Day("Date when it was done", optional=True, hint="Empty means today.")

    def done_at(self, clinic: Clinic, now: datetime) -> datetime:
        """Raises `Refused` for a time that cannot be."""
        return typed_moment(
            self.done_day.data, self.done_time.data, clinic=clinic, now=now, field="done_time"
        )
