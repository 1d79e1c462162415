"""The form that unlocks."""

from __future__ import annotations

from tracker.web.fields import Secret
from tracker.web.forms import Form


class UnlockForm(Form):
    password = Secret("Your password", render_kw={"autocomplete": "current-password"})
