"""What is counted and timed inside this process: SQL statements, and the data behind a page."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from sqlalchemy import event

from bench import seed
from bench.site import Site
from bench.timing import Timing, timing
from tracker.actions.demo.clinic import CLINIC_ID
from tracker.domain.people import Person, Role
from tracker.models import db as flask_db
from tracker.web.cookies import LOOPBACK_NAME


def statements(site: Site, path: str) -> int:
    """How many SQL statements a page takes when it is opened again, begins and commits not counted.

    The first time it reads what a process then keeps.
    """
    sent: list[str] = []

    def remember(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    client = site.app.test_client()
    client.set_cookie(LOOPBACK_NAME, site.cookie, domain="127.0.0.1")
    with site.app.app_context():
        engine = flask_db.engine
    client.get(path, base_url=f"http://127.0.0.1:{site.server.port}")
    event.listen(engine, "before_cursor_execute", remember)
    try:
        client.get(path, base_url=f"http://127.0.0.1:{site.server.port}")
    finally:
        event.remove(engine, "before_cursor_execute", remember)
    return len(sent)


def progress_data(site: Site, *, rounds: int) -> Timing:
    """Reading everything that a course's picture needs, without HTTP."""
    from tracker.queries.progress import get_course_record
    from tracker.web.course_pictures import ALL_SCALES

    who = Person(
        user_id=seed.CLINICIAN,
        clinic_id=CLINIC_ID,
        name="",
        roles=frozenset({Role.CLINICIAN}),
    )
    courses = site.seeded.course_ids
    with site.app.app_context():
        db = flask_db.session()

        def read(turn: int) -> object:
            return get_course_record(db, who, courses[turn % len(courses)], scales=ALL_SCALES)

        return timing([_timed(read, turn) for turn in range(rounds + 5)][5:])


def _timed(read: Callable[[int], object], turn: int) -> float:
    started = perf_counter()
    read(turn)
    return perf_counter() - started


def six_pictures(*, rounds: int) -> float:
    """Milliseconds that six pictures add to a page with one: names and keys, nothing is drawn."""
    from bench.charts import progress_series
    from tracker.web.pictures import sources

    series = progress_series(medicines=4)

    def named(count: int) -> float:
        started = perf_counter()
        for _ in range(count):
            sources("progress", series, lambda name, key: f"/charts/{name}/{key}.svg")
        return perf_counter() - started

    pairs = [(named(1), named(6)) for _ in range(rounds)]
    return timing([six for _, six in pairs]).p50_ms - timing([one for one, _ in pairs]).p50_ms
