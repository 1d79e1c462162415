"""Is the database usable, and what waits in it? Numbers of all clinics together, of nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker.models import schema
from tracker.models.accounts import SignInRow
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.messages import MessageRow
from tracker.models.reach import reaching_all
from tracker.models.walls import why_walked_through

LATE_AFTER = timedelta(minutes=15)
"""As long as a message is tried again at the most; one that waits longer has no sender."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """How much waits, and for how long."""

    sign_ins: int
    messages_waiting: int
    message_waits_seconds: float
    messages_failed: int
    alerts_open: int
    alerts_overdue: int


def what_is_missing(db: Session) -> str | None:
    """What keeps the application from serving; None when it is ready."""
    found = db.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found != schema.HEAD:
        return f"the database is at revision {found}, the program at {schema.HEAD}"
    return None


def message_waits(db: Session, *, now: datetime) -> timedelta:
    """How long the message that waits longest is over its time; nothing when none is."""
    with reaching_all(db):
        since = db.execute(
            select(func.min(MessageRow.not_before)).where(
                MessageRow.state == "queued",
                (MessageRow.not_after.is_(None)) | (MessageRow.not_after > now),
            )
        ).scalar()
    return max(now - since, timedelta(0)) if since else timedelta(0)


def read_load(db: Session, *, now: datetime) -> Load:
    """What a chart of the server's health is made of."""

    def count(*conditions: object) -> int:
        return db.execute(select(func.count()).where(*conditions)).scalar_one()  # type: ignore[arg-type]

    is_open = SafetyAlertRow.closed_at.is_(None)
    with reaching_all(db):
        return Load(
            sign_ins=count(SignInRow.revoked_at.is_(None), SignInRow.expires_at > now),
            messages_waiting=count(MessageRow.state.in_(("queued", "sending"))),
            message_waits_seconds=message_waits(db, now=now).total_seconds(),
            messages_failed=count(
                MessageRow.state == "failed", MessageRow.settled_at > now - timedelta(days=1)
            ),
            alerts_open=count(is_open),
            alerts_overdue=count(is_open, SafetyAlertRow.due_at < now),
        )


def why_no_walls(db: Session) -> str | None:
    """Why the database does not keep clinics apart by itself.

    Empty where it does; None on SQLite, which cannot.
    """
    connection = db.connection()
    if connection.dialect.name != "postgresql":
        return None
    return why_walked_through(connection.exec_driver_sql) or ""
