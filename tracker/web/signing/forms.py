"""The forms of signing a record and of adding to a signed one."""

from __future__ import annotations

from wtforms.widgets import HiddenInput

from tracker.domain.signing import Meaning
from tracker.web.fields import Choice, LongText, Secret, Words
from tracker.web.forms import Form

_PASSWORD = {"autocomplete": "current-password"}


class SignForm(Form):
    """What the page showed, and the password. Gaps need a reason."""

    meaning = Choice(
        "Meaning",
        choices=[(str(each), str(each)) for each in Meaning],
        widget=HiddenInput(),
        missing="Load the page again.",
    )
    seen_hash = Words("What was seen", longest=64, widget=HiddenInput(), optional=True)
    gaps_reason = Words("Why it is signed with these gaps", longest=200, optional=True)
    password = Secret("Your password", hint="It stands for your signature.", render_kw=_PASSWORD)


class AmendForm(Form):
    """Words, reason, password."""

    addendum = LongText("What is to be added", longest=4000)
    reason = Words("Why it is added now", longest=200)
    password = Secret("Your password", hint="It stands for your signature.", render_kw=_PASSWORD)
