"""The questions about how a patient is asked: the patient answers them, or staff do for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import TypeVar

from flask import current_app
from flask_babel import gettext, lazy_gettext

from tracker.domain.check_in_preferences import Preferences
from tracker.domain.clinic import Clinic
from tracker.domain.languages import Language, language_of, to_say
from tracker.domain.reminders import QuietHours, RemindBy
from tracker.queries.check_in_preferences import StoredPreferences
from tracker.web.fields import Choice, Ticks
from tracker.web.formatting import day, spoken_time
from tracker.web.forms import Form
from tracker.web.zones import ZoneChoice, zone_words

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
    timezone = ZoneChoice(
        lazy_gettext("Time zone"),
        optional=True,
        hint=lazy_gettext("Your days begin and end by this clock."),
    )

    remind_by = Choice(
        lazy_gettext("Reminders"),
        choices=(),
        optional=True,
        hint=lazy_gettext(
            "A reminder names no clinic and no reason. It goes to the e-mail address or telephone"
            " number in your record."
        ),
    )
    remind_at = Choice(lazy_gettext("At what time"), choices=(), optional=True)
    sees_own_trend = Choice(lazy_gettext("After a check-in"), choices=(), optional=True)

    def chosen(self) -> Preferences:
        """What was chosen. Only for a form that fits."""
        weekday = self.weekly_weekday.data
        return Preferences(
            language=language_of(self.language.data),
            timezone=self.timezone.data or None,
            weekly_weekday=int(weekday) if weekday else None,
            remind_by=RemindBy(self.remind_by.data or "none"),
            remind_at=time.fromisoformat(self.remind_at.data) if self.remind_at.data else None,
            sees_own_trend=self.sees_own_trend.data != "no",
        )


class AskingFormOfStaff(AskingForm):
    """Filled in for a patient: what is sent to them needs their word."""

    agreed = Ticks(
        "Agreement", choices=[("yes", "The patient agreed to be reminded like this")], optional=True
    )


FormKind = TypeVar("FormKind", bound=AskingForm)


def filled_in(
    kind: type[FormKind],
    chosen: Preferences,
    version: int,
    *,
    clinic_zone: str,
) -> FormKind:
    """The form with what was chosen before, its lists in the language of the request."""
    weekday = chosen.weekly_weekday
    form = kind(
        language=chosen.language or "",
        timezone=chosen.timezone or "",
        weekly_weekday="" if weekday is None else str(weekday),
        remind_by=str(chosen.remind_by),
        remind_at="" if chosen.remind_at is None else f"{chosen.remind_at:%H:%M}",
        sees_own_trend="yes" if chosen.sees_own_trend else "no",
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
    clinics_own = gettext("The clinic’s: %(zone)s", zone=zone_words(clinic_zone))
    form.timezone.choices = [("", clinics_own), *form.timezone.choices]
    form.remind_by.choices = [
        ("none", gettext("No reminders")),
        ("email", gettext("By e-mail")),
        ("sms", gettext("By text message")),
    ]
    form.remind_at.choices = [
        ("", gettext("No time chosen")),
        *((f"{at:%H:%M}", spoken_time(at)) for at in _half_hours()),
    ]
    form.sees_own_trend.choices = [
        ("yes", gettext("Show how my answers went so far")),
        ("no", gettext("Show nothing of earlier answers")),
    ]
    return form


def _half_hours() -> Iterator[time]:
    """The times that may be chosen: nobody is written to in the quiet hours."""
    quiet = QuietHours(*current_app.config["SETTINGS"].quiet_hours)
    for minutes in range(0, 24 * 60, 30):
        at = time(minutes // 60, minutes % 60)
        if not quiet.covers(at):
            yield at


def reached_words(stored: StoredPreferences, clinic: Clinic) -> str:
    """For staff: where messages to the patient go, and whether the patient stopped them."""
    email, phone = stored.email or "no e-mail address", stored.phone or "no telephone number"
    words = f"In the record: {email}, {phone}."
    if stored.stopped_at is not None:
        words += f" The patient stopped reminders on {day(clinic.date_of(stored.stopped_at))}."
    return words
