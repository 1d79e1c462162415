"""The application as it is scanned: the product, two canaries, and what keeps a scan from stopping.

`python -m tests.scans.site FOLDER PORT` fills a database of its own with two clinics and serves it
on 127.0.0.1. What differs from the product is all in this file:

- the canaries (`canaries.py`);
- an error of the database is said aloud, so that a scanner would notice one that the product
  answers with a reference only;
- a form's submission id is renewed, because a form that was stored is answered from memory when it
  is sent again, which would keep all later payloads from the code behind it;
- no flood limits, and every answer is noted: rule, method, status.

The CSRF token is not touched: a scanner has to bring the one of its sign-in.
"""

from __future__ import annotations

import io
import json
import re
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask, Response, request
from sqlalchemy.exc import DBAPIError, StatementError

from tests.conftest import settings_for
from tests.conventions.test_routes import PLAIN, address, rules
from tests.make.accounts import give_password
from tests.make.everything import ids_of, make_everything
from tests.make.schema import bring_schema_up
from tests.make.sessions import open_session
from tests.make.world import make_world
from tests.scans import canaries
from tracker.app import create_app
from tracker.models import db as flask_db
from tracker.web import errors

NOTES = "answers.jsonl"
ROUTES = "routes.json"
_SUBMISSION = re.compile(rb"(submission_id=)[0-9a-f]{8}-[0-9a-f-]{27}")
_ARGUMENT = re.compile(r"<(?:[^>]*:)?(\w+)>")
_LONGEST_BODY = 1024 * 1024


def scan_app(folder: Path, port: int) -> Flask:
    """The product with what a scan needs around it."""
    settings = settings_for(folder, port=port, public_url=f"http://127.0.0.1:{port}")
    app = create_app(settings, RATELIMIT_ENABLED=False)
    canaries.init_app(app, folder)
    _say_database_errors(app)
    _note_answers(app, folder / NOTES)
    app.wsgi_app = renewing_submissions(app.wsgi_app)  # type: ignore[method-assign]
    return app


def write_routes(app: Flask, file: Path) -> None:
    """Every rule, with an address of a record of the first clinic; `*` marks what may vary."""
    found = [
        {
            "rule": rule.rule,
            "path": address(rule, ids_of("a")),
            "marked": re.sub(_ARGUMENT, lambda name: f"{_value(name[1])}*", rule.rule),
            "methods": sorted(set(rule.methods) & {"GET", "POST"}),
        }
        for rule in rules(app)
    ]
    file.write_text(json.dumps(found))


def _value(name: str) -> str:
    own = ids_of("a").get(name.removesuffix("_id")) if name.endswith("_id") else None
    return str(own or PLAIN.get(name, "x"))


def fill(app: Flask) -> None:
    """Two clinics with everybody and one of everything; all sign in with one password."""
    bring_schema_up(app)
    now = datetime.now(UTC)
    with app.app_context():
        engine = flask_db.engine
    with open_session(engine) as db:
        world = make_world(db, now=now)
        make_everything(db, world, now=now)
        for people in (world.a, world.b):
            for person in (people.patient, people.clinician, people.administrator):
                give_password(db, person)
        db.commit()


def renewing_submissions(inner: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Give every sent form a submission id that nobody used, unless the id itself is attacked."""

    def outer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if environ["REQUEST_METHOD"] == "POST" and 0 < length <= _LONGEST_BODY:
            body = environ["wsgi.input"].read(length)
            body = _SUBMISSION.sub(lambda found: found[1] + str(uuid4()).encode(), body)
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return inner(environ, start)

    return outer


def _say_database_errors(app: Flask) -> None:
    """As a site does that shows its errors: what a scanner looks for in an answer."""

    def said(problem: Any) -> Any:
        if not isinstance(problem, DBAPIError):
            return f"sqlite3.ProgrammingError: {problem}", 500
        body, code, headers = errors._database(problem)
        return (
            (f"{body}<!-- sqlite3.OperationalError: {problem.orig} -->" if code >= 500 else body),
            code,
            headers,
        )

    for kind in (DBAPIError, StatementError):
        app.register_error_handler(kind, said)


def _note_answers(app: Flask, notes: Path) -> None:
    lock = threading.Lock()

    @app.after_request
    def note(answer: Response) -> Response:
        rule = request.url_rule.rule if request.url_rule else ""
        line = json.dumps([rule, request.method, answer.status_code])
        with lock, notes.open("a") as file:
            file.write(line + "\n")
        return answer


if __name__ == "__main__":
    from tracker.cli.serve import serve

    made = scan_app(Path(sys.argv[1]), int(sys.argv[2]))
    fill(made)
    write_routes(made, Path(sys.argv[1]) / ROUTES)
    serve(made)
