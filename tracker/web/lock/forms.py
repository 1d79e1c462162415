"""The forms that unlock."""

from __future__ import annotations

from flask_babel import lazy_gettext

from tracker.domain.screen_pins import DIGITS
from tracker.web.fields import Secret
from tracker.web.forms import Form

_AS_DIGITS = {"inputmode": "numeric", "maxlength": str(DIGITS), "autocomplete": "off"}


class UnlockForm(Form):
    password = Secret(lazy_gettext("Your password"), render_kw={"autocomplete": "current-password"})


class UnlockAndChoosePinForm(UnlockForm):
    """Of colleagues: they unlock again and again."""

    new_pin = Secret(
        lazy_gettext("A PIN for next time"),
        optional=True,
        hint=lazy_gettext(
            "Six digits. They unlock this screen, today only, until you sign out. Signing asks for"
            " your password all the same."
        ),
        render_kw=_AS_DIGITS,
    )


class PinForm(Form):
    pin = Secret(
        lazy_gettext("Your PIN"), missing=lazy_gettext("Enter your PIN."), render_kw=_AS_DIGITS
    )
