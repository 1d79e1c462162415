"""The application as `make run` serves it, with bare routes beside it to compare with.

Run as a program (`python -m bench.app`) it serves until it is stopped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from tracker.actions import audit
from tracker.app import create_app
from tracker.cli.serve import serve
from tracker.domain.audit import AuditEvent
from tracker.models.database import transaction
from tracker.web import access, clock

PLAIN = "/bench/plain"
BARE = "/bench/bare"
COMMIT = "/bench/commit"
ANSWER = "<!doctype html><title>Bare</title><p>Bare"


def make_app() -> Flask:
    """The whole application and three routes of the bench."""
    app = create_app()
    app.add_url_rule(BARE, "bench.bare", access.anyone(_bare))
    app.add_url_rule(COMMIT, "bench.commit", access.anyone(_commit))
    access.check_policies(app)
    app.wsgi_app = _with_plain_flask(app.wsgi_app)  # type: ignore[method-assign,assignment]
    return app


def _bare() -> str:
    """What a view costs that does nothing: all that is around it."""
    return ANSWER


def _commit() -> str:
    """The least that a page costs whose reading is audited: one row, on disk before the answer."""
    db = access.database()
    with transaction(db):
        audit.record(db, None, AuditEvent.PAGE_SEEN, now=clock.now(), detail={"page": "bench"})
    return ANSWER


def _with_plain_flask(inner: Any) -> Callable[[Any, Any], Iterable[bytes]]:
    """A Flask application with one route and nothing else, on the same server."""
    plain = Flask("plain")
    plain.add_url_rule(PLAIN, "plain", lambda: ANSWER)

    def choose(environ: Any, start_response: Any) -> Iterable[bytes]:
        chosen = plain.wsgi_app if environ.get("PATH_INFO") == PLAIN else inner
        answer: Iterable[bytes] = chosen(environ, start_response)
        return answer

    return choose


if __name__ == "__main__":
    os.umask(0o077)
    serve(make_app())
