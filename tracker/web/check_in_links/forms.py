"""The date of birth that a link asks for, and what staff choose when they make one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext

from tracker.domain.due import DueCheckIn
from tracker.domain.errors import Refused
from tracker.domain.languages import to_say
from tracker.web.fields import Tiles, WholeNumber
from tracker.web.formatting import day
from tracker.web.forms import Form

_NOT_KEPT = {"autocomplete": "off"}  # a browser must not offer it to whoever comes next


class BirthDateForm(Form):
    """Three numbers: people type their date of birth faster than they find it in a calendar."""

    born_day = WholeNumber(
        lazy_gettext("Day"),
        low=1,
        high=31,
        says=lazy_gettext("Enter the day as a number from 1 to 31."),
        render_kw=_NOT_KEPT,
    )
    born_month = WholeNumber(
        lazy_gettext("Month"),
        low=1,
        high=12,
        says=lazy_gettext("Enter the month as a number from 1 to 12."),
        render_kw=_NOT_KEPT,
    )
    born_year = WholeNumber(
        lazy_gettext("Year"),
        low=1900,
        high=2100,
        says=lazy_gettext("Enter the year with four digits."),
        render_kw=_NOT_KEPT,
    )

    @property
    def parts(self) -> tuple[WholeNumber, ...]:
        return (self.born_day, self.born_month, self.born_year)

    def born_on(self) -> date:
        """The date. Raises `Refused` for one that does not exist."""
        try:
            return date(self.born_year.data, self.born_month.data, self.born_day.data)
        except ValueError:
            raise Refused(
                to_say("This date does not exist. Check the day and the month."), field="born_day"
            ) from None


class MakeLinkForm(Form):
    """Which check-in the link is for."""

    due_key = Tiles("Check-in", choices=[], missing="Choose a check-in.")

    def offer(self, due: Sequence[DueCheckIn], names: dict[str, str]) -> None:
        """Offer what is open now."""
        self.due_key.choices = [
            (one.due_key, f"{names.get(one.instrument_key, one.instrument_key)}, {day(one.due_on)}")
            for one in due
        ]
