"""Tell a script that sent a form what became of it: stored under this id, or not said.

A form that waits in a browser is deleted there only on this word. It is read from what is
committed, never guessed from the kind of the answer.
"""

from __future__ import annotations

from uuid import UUID

from flask import Flask, Response, g, get_flashed_messages, request
from flask_login import current_user

from tracker.queries import submissions
from tracker.web import access

ASKS = "X-Outbox"
STORED = "X-Stored"
BEHIND = "behind"
"""What `X-Outbox` says when no page waits for the answer: its words are not kept for the next."""


def note_received() -> None:
    """The form of this request has reached its end: it is committed, or an earlier one stands."""
    g.is_received = True


def acknowledge(response: Response) -> Response:
    """Turn the redirect after a stored form into a 201 with the form's id, for who asks so.

    `Location` stays: the page that shows what was stored.
    """
    if ASKS not in request.headers or request.method != "POST" or response.status_code != 303:
        return response
    submission_id: UUID | None = g.get("submission_id")
    if submission_id is None or not current_user.is_authenticated:
        return response
    is_received = g.get("is_received") or submissions.is_stored(
        access.database(), access.who(), submission_id
    )
    if not is_received:
        return response
    if request.headers[ASKS] == BEHIND:
        get_flashed_messages()
    response.status_code = 201
    response.set_data("")
    response.mimetype = "text/plain"
    response.headers[STORED] = str(submission_id)
    return response


def init_app(app: Flask) -> None:
    app.after_request(acknowledge)
