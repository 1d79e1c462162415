"""The questions about how a patient is asked: the patient answers them, or staff do for them."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from tracker.domain.check_in_preferences import Preferences, zones
from tracker.domain.languages import Language, language_of, to_say
from tracker.web.fields import Choice
from tracker.web.forms import Form

WEEKDAY_NAMES = (
    to_say("Monday"),
    to_say("Tuesday"),
    to_say("Wednesday"),
    to_say("Thursday"),
    to_say("Friday"),
    to_say("Saturday"),
    to_say("Sunday"),
)


class AskingForm(Form):
    """Nothing has to be chosen: the first line of each list is what happens without a choice."""

    language = Choice(lazy_gettext("Language"), choices=(), optional=True)
    weekly_weekday = Choice(
        lazy_gettext("Day of the weekly questions"),
        choices=(),
        optional=True,
        hint=lazy_gettext("A week that you answered already is not asked for again."),
    )
    timezone = Choice(
        lazy_gettext("Time zone"),
        choices=(),
        optional=True,
        hint=lazy_gettext("Your days begin and end by this clock."),
    )

    def chosen(self) -> Preferences:
        """What was chosen. Only for a form that fits."""
        weekday = self.weekly_weekday.data
        return Preferences(
            language=language_of(self.language.data),
            timezone=self.timezone.data or None,
            weekly_weekday=int(weekday) if weekday else None,
        )


def filled_in(chosen: Preferences, version: int, *, clinic_zone: str) -> AskingForm:
    """The form with what was chosen before, its lists in the language of the request."""
    weekday = chosen.weekly_weekday
    form = AskingForm(
        language=chosen.language or "",
        timezone=chosen.timezone or "",
        weekly_weekday="" if weekday is None else str(weekday),
        seen_version=version,
    )
    form.language.choices = [
        ("", gettext("As your browser asks for")),
        *((str(each), each.own_name) for each in Language),
    ]
    form.weekly_weekday.choices = [
        ("", gettext("The weekday of your first visit")),
        *((str(number), gettext(name)) for number, name in enumerate(WEEKDAY_NAMES)),
    ]
    form.timezone.choices = [
        ("", gettext("The clinic’s: %(zone)s", zone=_zone_words(clinic_zone))),
        *((name, _zone_words(name)) for name in zones()),
    ]
    return form


def _zone_words(name: str) -> str:
    """ "Los Angeles (America)": the place first, for that is what people look for."""
    region, _, place = name.replace("_", " ").partition("/")
    return f"{place} ({region})" if place else region
