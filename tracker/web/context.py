"""What every template knows: navigation, the clinic, crisis lines, where the assets are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, current_app, get_flashed_messages, has_request_context, request, url_for
from flask_babel import lazy_gettext
from flask_login import current_user
from jinja2 import StrictUndefined

from tracker.domain.permissions import Act, may
from tracker.domain.safety import CrisisLines
from tracker.web import languages
from tracker.web.glass_banner import glass_banner
from tracker.web.sign_in_end import sign_in_end
from tracker.web.waiting_words import queue_words

HELP_SENTENCE = lazy_gettext("You can talk to somebody now, at any hour.")
APP_TITLE = lazy_gettext("Course tracker")  # on a patient's phone: says nothing of the treatment


@dataclass(frozen=True, kw_only=True, slots=True)
class NavItem:
    label: str
    href: str
    is_current: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Navigation:
    """The links of the header; empty for somebody who is not signed in."""

    items: tuple[NavItem, ...]
    person_name: str
    home_href: str
    logout_href: str | None
    lock_href: str | None = None
    account_href: str = ""


_STAFF_LINKS = (
    ("Board", "board.show", Act.SEE_BOARD),
    ("Patients", "patients.index", Act.SEE_PATIENTS),
    ("Alerts", "alerts.index", Act.CLOSE_ALERT),
    ("Outcomes", "outcomes.index", Act.SEE_OUTCOMES),
    ("Drug ledger", "drug_ledger.index", Act.SEE_LEDGER),
    ("Clinic", "admin.index", Act.ADMINISTER_CLINIC),
)


def navigation() -> Navigation:
    """The links that this person may follow."""
    if not has_request_context() or not current_user.is_authenticated:
        return Navigation(items=(), person_name="", home_href="/", logout_href=None)
    person = current_user.person
    items = tuple(
        NavItem(label=label, href=url_for(endpoint), is_current=_is_current(endpoint))
        for label, endpoint, act in _STAFF_LINKS
        if may(person, act)
    )
    return Navigation(
        items=items,
        person_name=person.name,
        home_href=url_for("home.index"),
        logout_href=url_for("account.logout"),
        lock_href=url_for("lock.lock_now"),
        account_href=url_for("second_factor.account"),
    )


def _is_current(endpoint: str) -> bool:
    return (request.endpoint or "").split(".")[0] == endpoint.split(".")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Crisis:
    """Where to get help now: shown on every page."""

    sentence: Any
    lines: tuple[tuple[str, str], ...]


def crisis() -> Crisis:
    """The clinic's crisis lines, or the defaults before anybody signed in."""
    stored = current_user.clinic.crisis if current_user.is_authenticated else None
    found = CrisisLines.from_settings(stored)
    language = languages.of_request()
    lines = tuple((line.words(language), line.href) for line in found.lines)
    return Crisis(sentence=HELP_SENTENCE, lines=lines)


@lru_cache(maxsize=64)
def _fingerprint(folder: str, name: str) -> str:
    return hashlib.sha256(Path(folder, name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, with a fingerprint so that browsers may keep it for ever."""
    if current_app.debug:
        return f"/static/{name}"
    fingerprint = _fingerprint(current_app.static_folder or "", name)
    return f"/static/{name}?v={fingerprint}"


def messages() -> Iterable[tuple[str, str]]:
    """What the last action reports: category and words."""
    found: Any = get_flashed_messages(with_categories=True)
    return found


def request_is_background() -> bool:
    """Whether an open page asks by itself."""
    return has_request_context() and request.headers.get("X-Background-Refresh") == "1"


def person_key() -> str:
    """Tells one member of staff from another in a browser, and nobody who it is."""
    if not has_request_context() or not current_user.is_authenticated:
        return ""
    person = current_user.person
    return _key_of(person.user_id) if person.is_staff else ""


def sender_key() -> str:
    """The same for a patient: one for each record, also where a private link let them in."""
    if not has_request_context() or not current_user.is_authenticated:
        return ""
    patient_id = current_user.person.patient_id
    return _key_of(patient_id) if patient_id else ""


def _key_of(whose: UUID) -> str:
    text = f"{current_app.config['SETTINGS'].secret_key}:browser:{whose}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def values() -> dict[str, Any]:
    signed_in = has_request_context() and current_user.is_authenticated
    return {
        "app_title": APP_TITLE,
        "asset": asset,
        "clinic_name": current_user.clinic.name if signed_in else "",
        "clinic_zone": current_user.clinic.timezone if signed_in else "",
        "crisis": crisis(),
        "is_demo": current_app.config["SETTINGS"].demo
        or bool(signed_in and current_user.clinic.is_demo),
        # A part that refreshes itself must not take the words that wait for the next page.
        "messages": () if request_is_background() else messages(),
        "glass": glass_banner(),
        "language": languages.of_request(),
        "nav": navigation(),
        "other_languages": languages.others(),
        "person_key": person_key(),
        "queue_words": queue_words,
        "sender_key": sender_key(),
        "sign_in_end": lambda: sign_in_end(person_key() or sender_key()),
        "reference": "",
    }


def init_app(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(values)
