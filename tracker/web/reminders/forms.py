"""The forms around reminders."""

from __future__ import annotations

from tracker.web.fields import Choice
from tracker.web.forms import Form

ONE_CLICK = "One-Click"


class StopForm(Form):
    """What a mail program sends by itself (RFC 8058), and our own button as well.

    Without a CSRF token: the signed token in the address is the permission, no cookie is asked for.
    """

    class Meta:
        csrf = False

    wish = Choice("", choices=[(ONE_CLICK, "")], name="List-Unsubscribe")
