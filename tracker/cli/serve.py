"""`flask serve`: bring the database up to date, say where to go, and serve with waitress."""

from __future__ import annotations

import ctypes
import gc
import socket
import sys
import threading
from datetime import UTC, datetime
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from config import Settings
from tracker.actions import accounts as account_actions
from tracker.actions.report_claims import is_any_batch_open
from tracker.cli.audit import anchor_daily
from tracker.cli.letters_helper import LettersHelper
from tracker.cli.opening import every_clinic, one_line_of_trouble, open_database
from tracker.cli.processes import run_in
from tracker.cli.stopping import serve_until_stopped
from tracker.models import db
from tracker.queries import accounts as account_queries
from tracker.web.logs import start_logging
from tracker.web.reports.month_work import have_letters_made_by

_WAITING = 1024
"""So many connections may wait to be taken."""

_TURN_SECONDS = 0.0005
"""How long a thread computes before another may go on. At Python's 5 ms, whoever has the turn to
write waits that long behind the others after each statement, and all writers wait with it.
"""


def serve(app: Flask) -> None:
    """Run until stopped. Slow clients do not silence it: waitress reads requests by itself."""
    settings: Settings = app.config["SETTINGS"]
    sys.setswitchinterval(_TURN_SECONDS)
    _share_one_heap()
    start_logging()
    with app.app_context():
        open_database(db.engine)
    sockets = _listen(settings)
    with app.app_context(), one_line_of_trouble():
        _say_where_to_go(every_clinic(), settings)
        anchor_daily(every_clinic(), settings, now=datetime.now(UTC))
        are_letters_left = is_any_batch_open(every_clinic())
        db.session.remove()
        db.engine.dispose()  # a connection is for the process that opened it
    _keep_what_was_made()
    helper = LettersHelper()  # its thread begins in the process that is asked first
    have_letters_made_by(app, helper.ask)

    def serve_here() -> None:
        if are_letters_left:
            helper.ask()
        _serve_on(sockets, app)

    if settings.processes == 1:
        serve_here()
    else:
        run_in(settings.processes, serve_here)


def _listen(settings: Settings) -> list[socket.socket]:
    """A socket for each address of the host that is set."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        return [
            socket.create_server(address[:2], family=family, backlog=_WAITING)
            for family, _type, _protocol, _name, address in found
        ]
    except OSError as problem:
        sys.exit(f"TRACKER_PORT: {settings.host}:{settings.port} cannot be used: {problem}")


def _serve_on(sockets: list[socket.socket], app: Flask) -> None:
    from waitress import create_server

    settings: Settings = app.config["SETTINGS"]
    taken: dict[int, Any] = {}
    server = create_server(
        app,
        map=taken,
        sockets=sockets,
        threads=settings.threads,
        backlog=_WAITING,
        ident=None,
        channel_timeout=60,
        clear_untrusted_proxy_headers=False,  # ProxyFix alone decides which of them count
        max_request_body_size=2 * 1024 * 1024,
    )
    threading.Thread(target=_warm_up, args=(settings,), daemon=True).start()
    serve_until_stopped(server, taken)


def _share_one_heap() -> None:
    """Let all threads take memory from one heap, where the C library is the GNU one.

    It makes a heap for each thread, which keeps what its largest page took: a fifth of the memory.
    Threads of Python take turns anyway.
    """
    settle = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if settle is not None:
        settle(_M_ARENA_MAX, 1)


_M_ARENA_MAX = -8
"""As malloc.h of the GNU C library numbers it; others do not know the number and change nothing."""


def _keep_what_was_made() -> None:
    """Take everything so far out of the collector's sight: it stays until the process ends.

    A full collection would look through it again (0.1 s), while everybody waits for their page.
    """
    gc.freeze()


def _warm_up(settings: Settings) -> None:
    """Import what draws charts after the first pages are served: it takes a second or two."""
    from tracker.charts import use_cache_folder

    use_cache_folder(settings.instance_dir / "matplotlib")
    import tracker.charts.progress  # noqa: F401

    _keep_what_was_made()


def _say_where_to_go(session: Session, settings: Settings) -> None:
    click.echo(f"Serving on {settings.public_url}  (stop with Ctrl+C)")
    if account_queries.nobody_can_sign_in(session):
        token = account_actions.make_setup_link(session, now=datetime.now(UTC))
        click.echo(
            "Set the clinic up with this link. It works once and for 30 minutes:\n"
            f"  {settings.public_url}/welcome/{token}"
        )
    elif settings.demo:
        click.echo(
            "Sign in as clinician@demo.test, nurse@demo.test, therapist@demo.test,\n"
            "admin@demo.test, patient@demo.test or proxy@demo.test,\n"
            "each with the password demo-demo-demo.\n"
            "All data are fictitious."
        )
    session.rollback()


@click.command("serve")
@with_appcontext
def serve_command() -> None:
    """Serve the application. Example: flask --app wsgi serve"""
    serve(current_app._get_current_object())  # type: ignore[attr-defined]
