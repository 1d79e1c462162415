"""The clock of the command line: the machine's, or the one that a test sets."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """The present moment in UTC."""
    read = current_app.config.get("CLOCK")
    moment: datetime = read() if read else datetime.now(UTC)
    return moment
