"""What a watchdog, a load balancer and a security researcher ask for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from tracker.queries import health as health_queries
from tracker.web import access
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
