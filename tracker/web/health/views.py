"""What a watchdog, a load balancer, a monitor and a security researcher ask for."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from tracker.queries import health as health_queries
from tracker.queries.backups import list_backups
from tracker.web import access, clock
from tracker.web.access import anyone
from tracker.web.counting import tally
from tracker.web.health import metrics

health = Blueprint("health", __name__)

LEAST_FREE_BYTES = 64 * 1024 * 1024
"""With less room than this a day's work may not fit: better told early than by a refused form."""


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@health.get("/healthz")
@anyone
def alive() -> Any:
    """The process answers."""
    return {"status": "alive"}


@health.get("/readyz")
@anyone
def ready() -> Any:
    """The database answers and has the newest schema, and there is room on the disk.

    Messages that wait too long are said too, and a role that PostgreSQL's walls between clinics do
    not hold; pages are served all the same.
    """
    problem, said = _database()
    if not problem and shutil.disk_usage(_settings().instance_dir).free < LEAST_FREE_BYTES:
        problem = "the disk is nearly full"
    if problem:
        return {"status": "not ready", "because": problem}, 503
    return {"status": "ready"} | said


def _database() -> tuple[str | None, dict[str, str]]:
    """What is wrong with it, and what is said of it else."""
    db = access.database()
    try:
        if problem := health_queries.what_is_missing(db):
            return problem, {}
        waits = health_queries.message_waits(db, now=clock.now())
        no_walls = health_queries.why_no_walls(db)
    except SQLAlchemyError:
        return "the database does not answer", {}
    said = {"messages": "late" if waits > health_queries.LATE_AFTER else "in time"}
    if no_walls is not None:
        said["row_security"] = f"off: {no_walls}" if no_walls else "on"
    return None, said


@health.get("/metrics")
@anyone
def numbers() -> Response:
    """For a monitor on this machine, or one that has the token; nobody else learns of it."""
    settings = _settings()
    if not metrics.may_read(
        settings.metrics_token, address=request.remote_addr or "", headers=request.headers
    ):
        abort(404)
    backups = list_backups(settings.backup_dir)
    newest = backups[0].made_at.timestamp() if backups else None
    lines = [
        *metrics.of_load(health_queries.read_load(access.database(), now=clock.now())),
        *metrics.of_storage(settings.instance_dir, newest),
        *metrics.of_answers(tally),
    ]
    return Response("\n".join(lines) + "\n", content_type=metrics.KIND)


@health.get("/.well-known/security.txt")
@anyone
def security_contact() -> Response:
    """Where to report a weakness (RFC 9116); not there until the clinic names a contact."""
    contact = _settings().security_contact
    if not contact:
        abort(404)
    expires = (clock.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    text = f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n"
    return Response(text, mimetype="text/plain")
