"""The forms of the second factor."""

from __future__ import annotations

from flask_babel import lazy_gettext

from tracker.web.fields import Carried, Identifier, Secret, Words
from tracker.web.forms import Form


class AppCodeForm(Form):
    code = Words(
        lazy_gettext("Code"),
        longest=20,
        hint=lazy_gettext("Six digits, from the authenticator app on your phone."),
        missing=lazy_gettext("Enter the six digits that the app shows now."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class RecoveryCodeForm(Form):
    code = Words(
        lazy_gettext("Recovery code"),
        longest=40,
        hint=lazy_gettext("One of the ten that you kept. Each works once."),
        missing=lazy_gettext("Enter one of your recovery codes."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class SetUpFactorForm(AppCodeForm):
    sealed_secret = Carried(longest=400)


class ConfirmForm(Form):
    password = Secret(lazy_gettext("Your password"), render_kw={"autocomplete": "current-password"})


class EndSignInForm(Form):
    """Which sign-in ends."""

    sign_in_id = Identifier()
