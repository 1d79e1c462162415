"""The forms of signing a record and of adding to a signed one."""

from __future__ import annotations

from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

from tracker.domain.signing import Meaning
from tracker.web.fields import LongText, Secret, Words
from tracker.web.forms import Form

_PASSWORD = {"autocomplete": "current-password"}


class MeaningOfSignature(Words):
    """What the page offered to sign."""

    def check(self, text: str) -> None:
        if text not in set(Meaning):
            raise StopValidation("Load the page again.")


class SignForm(Form):
    """What the page showed, and the password. Gaps need a reason."""

    meaning = MeaningOfSignature("Meaning", longest=10, widget=HiddenInput())
    seen_hash = Words("What was seen", longest=64, widget=HiddenInput(), optional=True)
    gaps_reason = Words("Why it is signed with these gaps", longest=200, optional=True)
    password = Secret("Your password", hint="It stands for your signature.", render_kw=_PASSWORD)


class AmendForm(Form):
    """Words, reason, password."""

    addendum = LongText("What is to be added", longest=4000)
    reason = Words("Why it is added now", longest=200)
    password = Secret("Your password", hint="It stands for your signature.", render_kw=_PASSWORD)
