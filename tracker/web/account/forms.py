"""The forms of signing in and of opening an account."""

from __future__ import annotations

from flask_babel import lazy_gettext

from tracker.domain.accounts import PASSWORD_MIN_LENGTH
from tracker.web.fields import Email, Secret, Words
from tracker.web.forms import Form
from tracker.web.zones import ZoneChoice

ENTER_EMAIL = lazy_gettext("Enter e-mail address.")


class LoginForm(Form):
    email = Email(
        lazy_gettext("E-mail address"),
        missing=ENTER_EMAIL,
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    password = Secret(lazy_gettext("Password"), render_kw={"autocomplete": "current-password"})


class ForgottenForm(Form):
    """Whose password it is."""

    email = Email(
        lazy_gettext("E-mail address"),
        hint=lazy_gettext("The one with which you sign in."),
        missing=ENTER_EMAIL,
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )


class AcceptForm(Form):
    """A name, an address and a password: what an account needs."""

    name = Words(
        lazy_gettext("Your name"),
        longest=120,
        missing=lazy_gettext("Enter your name."),
        render_kw={"autocomplete": "name"},
    )
    email = Email(
        lazy_gettext("E-mail address"),
        missing=ENTER_EMAIL,
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    password = Secret(
        lazy_gettext("Password"),
        hint=lazy_gettext(
            "At least %(least)s characters. A few words in a row are easy to keep.",
            least=PASSWORD_MIN_LENGTH,
        ),
        missing=lazy_gettext("Choose a password."),
        render_kw={"autocomplete": "new-password"},
    )


class ProxyAcceptForm(AcceptForm):
    """The clinic wrote down who it is: a proxy goes by no other name."""

    name = None  # type: ignore[assignment]


class NewPasswordForm(Form):
    """The link says whose it is."""

    password = Secret(
        lazy_gettext("New password"),
        hint=lazy_gettext(
            "At least %(least)s characters. A few words in a row are easy to keep.",
            least=PASSWORD_MIN_LENGTH,
        ),
        missing=lazy_gettext("Choose a password."),
        render_kw={"autocomplete": "new-password"},
    )


class SetUpForm(AcceptForm):
    """The first administrator also names the clinic."""

    clinic_name = Words("Name of the clinic", longest=120)
    timezone = ZoneChoice("Time zone of the clinic")
