"""The headers of every answer, errors included."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; report-uri /csp-report"
)

FIXED: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Flask-WTF checks the Referer of https forms, so it must travel within the site.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}

_DEFAULTS = (*FIXED.items(), ("Cache-Control", "no-store"))
HSTS = "max-age=31536000; includeSubDomains"


def add_headers(response: Response) -> Response:
    """Set what every answer carries. A view may have said `Cache-Control` itself."""
    said = {name.lower() for name, _ in response.headers}
    response.headers.extend(
        [(name, value) for name, value in _DEFAULTS if name.lower() not in said]
    )
    response.headers["Vary"] = "Cookie, Accept-Language"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    return response


def init_app(app: Flask) -> None:
    app.after_request(add_headers)


IMPORTED = "/static/js/shared/"
"""Scripts that others import, by a name without a fingerprint: a browser asks for them anew."""


def static_headers(headers: object, _path: str, url: str) -> None:
    """The same for files that the server sends without asking the application."""
    if url.startswith(IMPORTED):
        headers["Cache-Control"] = "no-cache"  # type: ignore[index]
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy"):
        headers[name] = FIXED[name]  # type: ignore[index]
