"""Logs: one JSON object a line, UTC, the route's pattern instead of the address, no names."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from time import perf_counter

from flask import Flask, Response, g, request

_OWN_FIELDS = ("reference", "kind", "route", "places", "method", "status", "milliseconds")

requests = logging.getLogger("tracker.requests")


class JsonLines(logging.Formatter):
    """A log record as one line of JSON: whatever a message holds cannot forge a second line."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": moment,
            "level": record.levelname,
            "from": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _OWN_FIELDS if hasattr(record, name)}
        return json.dumps(line, ensure_ascii=True)


def start_logging() -> None:
    """Send the application's log lines to standard error."""
    logger = logging.getLogger("tracker")
    if logger.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _begin() -> None:
    g.began = perf_counter()


def _log_request(response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else "unknown"
    requests.info(
        "request",
        extra={
            "method": request.method if request.method.isascii() else "?",
            "route": rule,
            "status": response.status_code,
            "milliseconds": round((perf_counter() - g.get("began", perf_counter())) * 1000, 1),
        },
    )
    return response


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_log_request)
