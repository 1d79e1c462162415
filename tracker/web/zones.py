"""Time zones by the place that people look for, in the language of the page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from flask_babel import get_locale

from tracker.domain.check_in_preferences import zones
from tracker.web.fields import Choice


class ZoneChoice(Choice):
    """A time zone, chosen by its place. What was stored under an older name stays choosable."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, choices=zone_choices(), **kwargs)

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        if value and value not in {name for name, _ in self.choices}:
            self.choices = [(value, zone_words(value)), *self.choices]


def zone_choices() -> tuple[tuple[str, str], ...]:
    """(name, words) of every zone that stands for a place, by the words."""
    return _choices(str(get_locale() or "en"))


def zone_words(name: str) -> str:
    """ "Los Angeles, United States"; the name itself where it stands for no place."""
    return _words(name, str(get_locale() or "en"))


@lru_cache(maxsize=8)
def _choices(locale: str) -> tuple[tuple[str, str], ...]:
    """Only zones with a territory: the others are older names of the same places."""
    of_places = get_global("zone_territories")
    named = [(name, _words(name, locale)) for name in zones() if name in of_places]
    return tuple(sorted(named, key=lambda each: _sorted_as(each[1])))


def _sorted_as(words: str) -> str:
    return words.casefold().translate(str.maketrans("áéíóúüñãôçåöø", "aeiouunaocaoo"))


def _words(name: str, locale: str) -> str:
    current = str(get_global("zone_aliases").get(name, name))
    code = get_global("zone_territories").get(current)
    if code is None:
        return name
    spoken = Locale.parse(locale)
    place = get_timezone_location(current, locale=spoken, return_city=True)
    country = spoken.territories.get(code, code)
    return place if place == country else f"{place}, {country}"
