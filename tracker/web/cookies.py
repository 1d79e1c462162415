"""The one cookie: named and secured by how the site is reached.

https: `__Host-tracker`, Secure. Plain http on loopback: `tracker-local`. Plain http from elsewhere:
no sign-in at all (tracker/web/access.py answers such requests with a page that says so).
The cookie is signed and holds a random token; what the token opens is a row on the server.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.exceptions import SecurityError

from config import is_loopback

SECURE_NAME = "__Host-tracker"
LOOPBACK_NAME = "tracker-local"


class SchemeAwareCookies(SecureCookieSessionInterface):
    """Flask's signed cookie, with name and flags chosen for each request's scheme."""

    def get_cookie_name(self, app: Flask) -> str:
        return SECURE_NAME if request.is_secure else LOOPBACK_NAME

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def get_cookie_httponly(self, app: Flask) -> bool:
        return True

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax"

    def get_cookie_domain(self, app: Flask) -> None:
        return None

    def get_cookie_path(self, app: Flask) -> str:
        return "/"

    def save_session(self, app: Flask, session: SessionMixin, response: Any) -> None:
        if may_carry_cookie(request):
            super().save_session(app, session, response)


def may_carry_cookie(this: Request) -> bool:
    """Whether a cookie may travel: over https, or without leaving the machine."""
    try:
        host = urlsplit(f"//{this.host}").hostname or ""
    except SecurityError:  # a name that this site does not have: refused already
        return False
    return this.is_secure or is_loopback(host)
