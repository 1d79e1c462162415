"""The form that unlocks."""

from __future__ import annotations

from flask_babel import lazy_gettext

from tracker.web.fields import Secret
from tracker.web.forms import Form


class UnlockForm(Form):
    password = Secret(lazy_gettext("Your password"), render_kw={"autocomplete": "current-password"})
