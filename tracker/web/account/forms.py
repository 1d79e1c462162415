"""The forms of signing in and of opening an account."""

from __future__ import annotations

from zoneinfo import available_timezones

from tracker.domain.accounts import PASSWORD_MIN_LENGTH
from tracker.web.fields import Choice, Email, Secret, Words
from tracker.web.forms import Form


class LoginForm(Form):
    email = Email("E-mail address", render_kw={"autocomplete": "username", "inputmode": "email"})
    password = Secret("Password", render_kw={"autocomplete": "current-password"})


class AcceptForm(Form):
    """A name, an address and a password: what an account needs."""

    name = Words("Your name", longest=120, render_kw={"autocomplete": "name"})
    email = Email("E-mail address", render_kw={"autocomplete": "username", "inputmode": "email"})
    password = Secret(
        "Password",
        hint=f"At least {PASSWORD_MIN_LENGTH} characters. A few words in a row are easy to keep.",
        missing="Choose a password.",
        render_kw={"autocomplete": "new-password"},
    )


class SetUpForm(AcceptForm):
    """The first administrator also names the clinic."""

    clinic_name = Words("Name of the clinic", longest=120)
    timezone = Choice(
        "Time zone of the clinic",
        choices=[(zone, zone) for zone in sorted(available_timezones()) if "/" in zone],
    )
