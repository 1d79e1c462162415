"""One installation under measurement: its folder, its database, its server, who is signed in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from bench import seed
from bench.browser import cookie_for
from bench.seed import Seeded
from bench.server import Server
from config import read_settings
from tracker.app import create_app
from tracker.models import db, schema

ADHERENCE = 0.85
"""The share of check-ins that was answered."""


def now() -> datetime:
    """The bench is a program of its own: it reads the clock here."""
    return datetime.now(UTC)  # noqa: TID251


@dataclass(frozen=True, kw_only=True)
class Site:
    """`cookie` is a signed-in clinician's; `app` is the same application inside this process."""

    folder: Path
    app: Flask
    seeded: Seeded
    cookie: str
    server: Server

    @property
    def database(self) -> Path:
        return self.folder / "tracker.db"


def make_site(
    folder: Path, *, courses: int, busy: int, adherence: float = ADHERENCE
) -> tuple[Flask, Seeded, float]:
    """Migrate and fill a database. Returns the seconds that filling it took as well."""
    settings = read_settings(
        {"TRACKER_INSTANCE_DIR": str(folder), "TRACKER_SECOND_FACTOR": "optional"}
    )
    app = create_app(settings)
    with app.app_context():
        schema.bring_up(db.engine)
    began = now()
    filled = seed.seed(
        folder / "tracker.db",
        courses=courses,
        busy=busy,
        adherence=adherence,
        now=began,
        keys=settings.field_keys,
    )
    return app, filled, (now() - began).total_seconds()


@contextmanager
def serving(folder: Path, app: Flask, seeded: Seeded) -> Iterator[Site]:
    """Sign a clinician in and start the server."""
    (token,) = seed.sign_in(folder / "tracker.db", [seed.CLINICIAN], now=now())
    with Server(folder) as server:
        yield Site(
            folder=folder,
            app=app,
            seeded=seeded,
            cookie=cookie_for(app, token),
            server=server,
        )


os.umask(0o077)
