"""The forms of passkeys."""

from __future__ import annotations

from flask_babel import lazy_gettext

from tracker.web.fields import Identifier, Words
from tracker.web.forms import Form
from tracker.web.passkey_questions import PasskeyForm


class AddPasskeyForm(PasskeyForm):
    name = Words(
        lazy_gettext("Name of this passkey"),
        longest=80,
        hint=lazy_gettext("Something by which you know it again, such as “My phone”."),
        missing=lazy_gettext("Enter a name by which you know it again."),
    )


class RemovePasskeyForm(Form):
    """Which passkey opens nothing any more."""

    passkey_id = Identifier()
