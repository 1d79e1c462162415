"""What a watchdog, a load balancer and a security researcher ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app
from sqlalchemy.exc import SQLAlchemyError

from tracker.queries import health as health_queries
from tracker.web import access, clock
from tracker.web.access import anyone

health = Blueprint("health", __name__)


@health.get("/healthz")
@anyone
def alive() -> Any:
    """The process answers."""
    return {"status": "alive"}


@health.get("/readyz")
@anyone
def ready() -> Any:
    """The database answers and has the newest schema."""
    try:
        problem = health_queries.what_is_missing(access.database())
    except SQLAlchemyError:
        problem = "the database does not answer"
    if problem:
        return {"status": "not ready", "because": problem}, 503
    return {"status": "ready"}


@health.get("/.well-known/security.txt")
@anyone
def security_contact() -> Response:
    """Where to report a weakness (RFC 9116); not there until the clinic names a contact."""
    contact = current_app.config["SETTINGS"].security_contact
    if not contact:
        abort(404)
    expires = (clock.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    text = f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n"
    return Response(text, mimetype="text/plain")
