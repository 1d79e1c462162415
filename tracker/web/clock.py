"""The one place that reads the clock for the web. Everything else takes `now` or `today`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app, g


def now() -> datetime:
    """This request's moment in UTC: read once, the same wherever the request asks for it."""
    if "now" not in g:
        read = current_app.config.get("CLOCK")
        g.now = read() if read else datetime.now(UTC)
    moment: datetime = g.now
    return moment


def today(timezone: str) -> date:
    """Today's date in a clinic's zone."""
    return now().astimezone(ZoneInfo(timezone)).date()
