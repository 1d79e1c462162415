"""Closing an alert."""

from __future__ import annotations

from tracker.web.fields import LongText
from tracker.web.forms import Form


class CloseForm(Form):
    action_taken = LongText(
        "What was done",
        hint="Whom you spoke to, what you agreed, what comes next. It stays as you write it.",
        missing="Write what was done. An alert closes in no other way.",
    )
