"""When the sign-in behind a page ends, and what its script says of that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import has_request_context, request, url_for
from flask_babel import gettext
from flask_login import current_user

from tracker.web import clock

KEEPS_ITSELF = frozenset({"check_ins.answer", "check_ins.blank", "offline.show"})
"""Pages that outlive a sign-in: a check-in keeps its answers until they are sent, and may be filled
in without a connection."""


def time_left() -> dict[str, Any]:
    """Seconds until the sign-in of this request ends, and whether using it makes no difference."""
    idle, absolute = current_user.time_left(clock.now())
    return {
        "left_s": max(0, int(min(idle, absolute) / timedelta(seconds=1))),
        "is_last": absolute <= idle,
    }


def sign_in_end(of: str) -> dict[str, Any] | None:
    """For static/js/sign-in-end.js; None where nobody is signed in or nothing has to be said.

    `of` tells one person from another in a browser.
    """
    if not of or not has_request_context() or not current_user.is_authenticated:
        return None
    is_by_link = current_user.person.only is not None
    if current_user.locked_at is not None or is_by_link or request.endpoint in KEEPS_ITSELF:
        return None
    return {"of": of, "href": url_for("lock.still_here"), "words": _words(), **time_left()}


def _words() -> dict[str, str]:
    return {
        "idle": gettext("You will be signed out in a few minutes. Press the button to go on."),
        "last": gettext(
            "This sign-in ends in a few minutes. Save what you began, or sign in again."
        ),
        "go_on": gettext("Go on"),
        "back": gettext("What you typed before you were signed out is back. It is not saved yet."),
        "changed": gettext(
            "You typed something here that was not saved. The page has changed since."
        ),
        "use": gettext("Put it back"),
    }
