"""Every failure becomes a plain page: what was saved, a reference, no internals."""

from __future__ import annotations

import logging
import traceback
from typing import Any
from uuid import uuid4

from flask import Flask, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from tracker.actions.passwords import TooBusyToHash
from tracker.domain.errors import NotFound, StaleForm, StorageBusy, SubmittedDifferently
from tracker.domain.permissions import Act, NotPermitted, may
from tracker.domain.restrictions import RecordRestricted
from tracker.domain.signing import SIGNED_SAYS
from tracker.web import access

log = logging.getLogger("tracker.errors")

BUSY_SECONDS = 5
IS_SIGNED = "This record is signed. What is still to be said goes into an addendum."
_KNOWN_CODES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})


def page(code: int, *, problem: str = "", retry_after: int | None = None, **values: Any) -> Any:
    """The page of an HTTP error, as (body, code, headers)."""
    name = code if code in _KNOWN_CODES - {405} else 400
    body = render_template(f"errors/{name}.html", problem=problem, **values)
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return body, code, headers


def init_app(app: Flask) -> None:
    """Register what each kind of failure turns into."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _stale_page)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(RecordRestricted, _restricted)
    app.register_error_handler(NotPermitted, _not_permitted)
    app.register_error_handler(access.BeyondTheLink, _not_permitted)
    app.register_error_handler(access.CrossSite, _cross_site)
    app.register_error_handler(StaleForm, _stale_form)
    app.register_error_handler(SubmittedDifferently, _submitted_differently)
    app.register_error_handler(TooBusyToHash, _busy)
    app.register_error_handler(StorageBusy, _busy)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unexpected)


def _http(problem: HTTPException) -> Any:
    code = problem.code or 500
    if isinstance(problem, SecurityError):
        return page(
            400, problem=gettext("This site is not known under the address that was asked for.")
        )
    return page(code, problem=_own_words(problem) if code == 400 else "")


def _own_words(problem: HTTPException) -> str:
    """What we said ourselves; what Werkzeug says of a bad request is for programmers."""
    words = problem.description or ""
    return "" if words == type(problem).description else words


def _stale_page(_problem: CSRFError) -> Any:
    return page(
        400,
        problem=gettext(
            "This page was open for too long, or you signed in again meanwhile. "
            "Go back, copy what you typed, load the page again and send it once more."
        ),
    )


def _note_refusal(problem: Exception) -> None:
    try:
        access.record_refusal(problem)
    except DBAPIError as trouble:  # refused all the same: nothing of the record is shown
        _log(trouble)
        _end_request_safely()


def _not_found(problem: NotFound) -> Any:
    _note_refusal(problem)
    return page(404)


def _restricted(problem: RecordRestricted) -> Any:
    _note_refusal(problem)
    href = ""
    if may(access.who(), Act.BREAK_GLASS):
        href = url_for("restrictions.break_glass", patient_id=problem.patient_id)
    return render_template("restrictions/shut.html", href=href), 404


def _not_permitted(problem: NotPermitted | access.BeyondTheLink) -> Any:
    _note_refusal(problem)
    return page(403)


def _cross_site(_problem: access.CrossSite) -> Any:
    return page(403)


def _stale_form(problem: StaleForm) -> Any:
    rows = [(each.label, each.yours, each.stored) for each in problem.differences]
    return page(409, problem=str(problem), differences=rows)


def _submitted_differently(_problem: SubmittedDifferently) -> Any:
    return page(
        409,
        problem=gettext(
            "This form was stored before with other answers. What was stored is unchanged."
        ),
        differences=[],
    )


def _busy(_problem: TooBusyToHash | StorageBusy) -> Any:
    return page(503, retry_after=BUSY_SECONDS, reference=_reference())


def _database(problem: DBAPIError) -> Any:
    reference = _log(problem)
    _end_request_safely()
    if SIGNED_SAYS in str(problem.orig):  # an action forgot to ask, the database did not
        return page(409, problem=IS_SIGNED, differences=[])
    unavailable = _is_storage_trouble(problem)
    code = 503 if unavailable else 500
    return page(code, retry_after=BUSY_SECONDS if unavailable else None, reference=reference)


def _end_request_safely() -> None:
    """Undo what is open, and make sure that the error page itself asks the database for nothing."""
    access.treat_as_nobody_unless_known()
    try:
        access.database().rollback()
    except DBAPIError as problem:  # the connection itself is gone: nothing is left to undo
        _log(problem)


def _is_storage_trouble(problem: DBAPIError) -> bool:
    """Whether it passes by itself. A connection may also have been ended for having been idle."""
    if isinstance(problem, OperationalError) or problem.connection_invalidated:
        return True
    if isinstance(problem, IntegrityError):  # PostgreSQL quotes the row, which may say anything
        return False
    words = str(problem.orig).lower()
    return any(sign in words for sign in ("full", "locked", "readonly", "read-only", "disk i/o"))


def _unexpected(problem: Exception) -> Any:
    reference = _log(problem)
    _end_request_safely()
    return page(500, reference=reference)


def _log(problem: BaseException) -> str:
    """Log where it happened and what kind it was. Messages may hold what was typed: left out."""
    reference = _reference()
    frames = traceback.extract_tb(problem.__traceback__)[-6:]
    places = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in frames]
    rule = request.url_rule.rule if request.url_rule else "unknown"
    log.error(
        "unexpected failure",
        extra={
            "reference": reference,
            "kind": type(problem).__name__,
            "route": rule,
            "places": places,
        },
    )
    return reference


def _reference() -> str:
    return uuid4().hex[:8]
