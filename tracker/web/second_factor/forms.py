"""The forms of the second factor."""

from __future__ import annotations

from flask_babel import lazy_gettext

from tracker.domain.accounts import PASSWORD_MIN_LENGTH
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


class ConfirmWithCodeForm(ConfirmForm, AppCodeForm):
    """For who signs in with a code: the password alone is half of it here too."""


class PasswordForm(Form):
    password = Secret(
        lazy_gettext("Your password now"), render_kw={"autocomplete": "current-password"}
    )
    new_password = Secret(
        lazy_gettext("New password"),
        hint=lazy_gettext(
            "At least %(least)s characters. A few words in a row are easy to keep.",
            least=PASSWORD_MIN_LENGTH,
        ),
        missing=lazy_gettext("Choose a password."),
        render_kw={"autocomplete": "new-password"},
    )


class EndSignInForm(Form):
    """Which sign-in ends."""

    sign_in_id = Identifier()
