"""The languages that patients are spoken to in, and the catalogue's words. Staff pages are English.

The layers below the web know no Flask: where they make a sentence for a patient (a chart, what a
score says, a refusal), they take a `Language` as an argument, or note the sentence
(`to_say`). The web layer reads the same catalogue through Flask-Babel.
"""

from __future__ import annotations

import gettext
from enum import StrEnum
from functools import cache
from pathlib import Path

CATALOGUES = Path(__file__).parents[1] / "translations"


class Language(StrEnum):
    """As a BCP 47 tag, which is also how HTML and the stored wordings name it."""

    ENGLISH = "en"
    SPANISH = "es"

    @property
    def own_name(self) -> str:
        """What the language calls itself."""
        return {"en": "English", "es": "Español"}[self.value]

    @property
    def locale(self) -> str:
        """How dates and numbers read: as the people do who speak it where the clinics are."""
        return {"en": "en_US", "es": "es_US"}[self.value]

    def say(self, text: str, /, **values: object) -> str:
        """A sentence of ours, given in English, with its values filled in."""
        said = _catalogue(self).gettext(text)
        return said % values if values else said

    def say_of(self, what: str, text: str, /) -> str:
        """Words that other languages say in several ways: of what tells them apart."""
        return _catalogue(self).pgettext(what, text)

    def say_count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """A sentence that depends on a number, which is `%(num)s` in it."""
        said = _catalogue(self).ngettext(one, many, number)
        return said % {"num": number, **values}


def language_of(code: str | None) -> Language | None:
    """The language of a code; None for one that nobody is spoken to in."""
    return Language(code) if code in set(Language) else None


def to_say(text: str) -> str:
    """Notes a sentence for the catalogue; it is said elsewhere, in the language of its reader."""
    return text


def to_say_count(one: str, many: str) -> tuple[str, str]:
    """The same for a sentence that depends on a number: hand both to `say_count`."""
    return one, many


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    # English is what the code is written in: its catalogue would be empty, and is not there.
    is_english = language is Language.ENGLISH
    return gettext.translation("messages", CATALOGUES, [language], fallback=is_english)
