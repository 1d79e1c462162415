"""In which language this request is answered.

A patient's own choice comes first, then what was chosen in this browser, then what the browser asks
for. Staff always get English: their pages are written in it, and what a patient sees of the same
templates is translated only for patients and for people who are not signed in yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, request, session, url_for
from flask_babel import Babel, get_locale, get_translations
from flask_babel import gettext as translated
from flask_login import current_user

from tracker.domain.errors import Refused
from tracker.domain.languages import CATALOGUES, Language, language_of

CHOICE = "language"
"""The name of the choice: in the address that makes it, and in the cookie that keeps it."""


_OF_CODE = {str(each): each for each in Language}


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherLanguage:
    """A language that the page is not in, and the way to it."""

    code: str
    name: str
    href: str


def of_request() -> Language:
    """The language of the answer to this request; English outside of one."""
    if not has_app_context():
        return Language.ENGLISH
    # Asked for with every date and every word: Flask-Babel keeps the locale here, forced ones too.
    kept = g.get("_flask_babel")
    locale = getattr(kept, "babel_locale", None) or get_locale()
    return _OF_CODE.get(locale.language, Language.ENGLISH) if locale else Language.ENGLISH


def others() -> tuple[OtherLanguage, ...]:
    """What may be chosen instead: here, or in the settings of a patient who chose there before.

    Nothing for staff, whose pages are in English, and for whom a private link let in no further.
    """
    if not has_request_context() or is_for_staff():
        return ()
    if current_user.language and current_user.person.only is not None:
        return ()
    settings = url_for("my_settings.edit") if current_user.language else ""
    shown = of_request()
    return tuple(
        OtherLanguage(code=each, name=each.own_name, href=settings or f"?{CHOICE}={each}")
        for each in Language
        if each is not shown
    )


def is_for_staff() -> bool:
    """Whether a member of staff is signed in."""
    return bool(current_user.is_authenticated and current_user.person.is_staff)


def gettext(text: str, **values: object) -> str:
    """Flask-Babel's, with nothing looked up in English."""
    if of_request() is not Language.ENGLISH:
        return str(translated(text, **values))
    return text % values if values else text


def said(problem: Refused) -> str:
    """A refusal of a rule, in the language of the request."""
    return gettext(problem.sentence, **problem.values)


def _select() -> str:
    if not has_request_context() or is_for_staff():
        return Language.ENGLISH.locale
    code = (
        current_user.language
        or session.get(CHOICE)
        or request.accept_languages.best_match(list(Language))
    )
    return (language_of(code) or Language.ENGLISH).locale


def _word(text: str) -> str:
    return text if of_request() is Language.ENGLISH else get_translations().ugettext(text)


def _counted(one: str, many: str, how_many: int) -> str:
    if of_request() is Language.ENGLISH:
        return one if how_many == 1 else many
    return get_translations().ungettext(one, many, how_many)


def _word_of(what: str, text: str) -> str:
    return text if of_request() is Language.ENGLISH else get_translations().upgettext(what, text)


def _keep_choice() -> None:
    """A link on a public page chooses: `?language=es`. The cookie keeps it, nothing else does."""
    chosen = language_of(request.args.get(CHOICE))
    if chosen and request.method == "GET":
        session[CHOICE] = str(chosen)


def init_app(app: Flask) -> None:
    Babel(
        app,
        default_locale=Language.ENGLISH.locale,
        default_translation_directories=str(CATALOGUES),
        locale_selector=_select,
    )
    # English is what the templates are written in: no catalogue is asked for it.
    environment: Any = app.jinja_env
    environment.install_gettext_callables(_word, _counted, newstyle=True, pgettext=_word_of)
    environment.globals["_"] = environment.globals["gettext"]  # the same, without a detour
    app.before_request(_keep_choice)
