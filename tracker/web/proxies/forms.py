"""The forms about proxies."""

from __future__ import annotations

from tracker.actions.proxies import ProxyWish
from tracker.domain.proxies import ProxyAuthority
from tracker.web.fields import Day, Email, Identifier, Tiles, Words
from tracker.web.forms import Form

_NOT_MINE = {"autocomplete": "off"}  # the browser must not offer the clinician's own data


class ArrangeForm(Form):
    name = Words("Name", longest=120, missing="Enter who it is.", render_kw=_NOT_MINE)
    email = Email("E-mail address", hint="Their own. They sign in with it.", render_kw=_NOT_MINE)
    authority = Tiles(
        "On whose authority",
        choices=[
            (ProxyAuthority.AUTHORISED, "The patient’s written authorisation is in the record"),
            (ProxyAuthority.LEGAL, "Legal representative: the paper was seen and is in the record"),
        ],
    )
    last_on = Day("Last day", optional=True, hint="Empty: until somebody ends it.")

    def wish(self) -> ProxyWish:
        """What was typed. Only for a form that fits."""
        return ProxyWish(
            name=self.name.data,
            email=self.email.data,
            authority=ProxyAuthority(self.authority.data),
            last_on=self.last_on.data,
        )


class ButtonForm(Form):
    """A button: nothing is asked."""


class EndForm(Form):
    """Which of one's own arrangements ends."""

    proxy_id = Identifier()
