"""`python -m bench.trail [events]`: what the audit trail costs a page, and checking all of it.

The page is made in this process with and without its event, by turns: the event, its seal, the
transaction and the way to the disk are the difference. The trail is as long as was asked for,
each event sealed after the one before it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench import seed
from bench.browser import cookie_for
from bench.site import make_site, now
from bench.timing import in_turns, timing
from tracker.actions import viewing
from tracker.actions.demo.clinic import CLINIC_ID
from tracker.domain.audit import AuditEvent
from tracker.domain.audit_chain import BEGINNING, check, seal, trail_key
from tracker.models import db as flask_db
from tracker.models import ownership
from tracker.models.audit import AuditEventRow
from tracker.models.database import transaction
from tracker.queries.audit_trail import each_event
from tracker.web.cookies import LOOPBACK_NAME

_AT_ONCE = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One page with and without its trace, p50 in milliseconds."""

    page: str
    with_ms: float
    without_ms: float

    @property
    def percent(self) -> float:
        """What the trace adds to the page without it."""
        return (self.with_ms / self.without_ms - 1) * 100


def shares(app: Flask, cookie: str, paths: dict[str, str], *, rounds: int) -> list[Share]:
    """Each page by turns with and without its trace."""
    client = app.test_client()
    client.set_cookie(LOOPBACK_NAME, cookie, domain="127.0.0.1")

    def ask(path: str) -> float:
        started = perf_counter()
        answer = client.get(path, base_url="http://127.0.0.1")
        took = perf_counter() - started
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        return took

    def ask_untraced(path: str) -> float:
        with _untraced():
            return ask(path)

    found = []
    for name, path in paths.items():
        requests = {"with": partial(_of, ask, path), "without": partial(_of, ask_untraced, path)}
        taken = in_turns(requests, rounds=rounds)
        p50 = {key: timing(seconds).p50_ms for key, seconds in taken.items()}
        found.append(Share(page=name, with_ms=p50["with"], without_ms=p50["without"]))
    return found


def _of(ask: Callable[[str], float], path: str, _turn: int) -> float:
    return ask(path)


@contextmanager
def _untraced() -> Iterator[None]:
    """Pages look whose record they show, as ever, and write nothing."""

    def open_page(db: Session, who: Any, *, kind: Any, object_id: Any, **_rest: Any) -> Any:
        if kind is None or object_id is None:
            return who.patient_id
        return ownership.patient_of(db, who, kind, object_id, even_restricted=False)

    with patch.object(viewing, "open_page", open_page):
        yield


def fill(app: Flask, count: int) -> None:
    """Make the trail so many events longer, each sealed after the one before."""
    with app.app_context():
        db = flask_db.session()
        key = trail_key(app.config["SETTINGS"].signing_key)
        before, number = BEGINNING, 0
        for values, sealed in each_event(db):
            before, number = sealed or BEGINNING, int(values[0] or 0)
        db.rollback()
        left = count
        while left:
            rows = []
            for _ in range(min(_AT_ONCE, left)):
                number += 1
                row = _event(number)
                before = row["seal"] = seal(key, before, row)
                rows.append(row)
            with transaction(db):
                db.execute(insert(AuditEventRow), rows)
            left -= len(rows)


def _event(number: int) -> dict[str, Any]:
    return {
        "seq": number,
        "occurred_at": now(),
        "clinic_id": CLINIC_ID,
        "user_id": seed.CLINICIAN,
        "sign_in_id": None,
        "address": "127.0.0.1",
        "event": str(AuditEvent.PAGE_SEEN),
        "outcome": "done",
        "object_kind": "",
        "object_id": None,
        "patient_id": None,
        "detail": {"page": f"bench {number % 50}"},
    }


def checked(app: Flask) -> tuple[int, float]:
    """How many events stand, and the seconds that checking all of them took."""
    with app.app_context():
        db = flask_db.session()
        key = trail_key(app.config["SETTINGS"].signing_key)
        started = perf_counter()
        found = check(each_event(db), (), key=key)
        took = perf_counter() - started
        db.rollback()
    if found.faults:
        raise SystemExit(f"the trail does not stand: {found.faults[:3]}")
    return found.events, took


def main(events: int) -> None:
    """Fill, measure, print."""
    with tempfile.TemporaryDirectory(prefix="tracker-trail-") as made:
        folder = Path(made)
        app, seeded, _ = make_site(folder, courses=200, busy=20)
        (token,) = seed.sign_in(folder / "tracker.db", [seed.CLINICIAN], now=now())
        course = seeded.course_ids[0]
        paths = {
            "board": "/board",
            "course page": f"/courses/{course}",
            "progress page": f"/courses/{course}/progress",
            "patients": "/patients",
        }
        for each in shares(app, cookie_for(app, token), paths, rounds=200):
            print(
                f"{each.page}: {each.with_ms:.2f} ms with its trace, {each.without_ms:.2f} ms "
                f"without: {each.percent:+.0f} %"
            )
        fill(app, events)
        count, took = checked(app)
        print(f"{count:,} events checked in {took:.1f} s")


if __name__ == "__main__":
    os.umask(0o077)
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
