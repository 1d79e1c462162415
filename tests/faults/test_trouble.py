"""A full or failing disk, a locked or read-only database, a clock that jumps.

What was acknowledged is stored, what was not is nowhere, the page says so, and all goes on by
itself afterwards: no restart, no connection that has to be thrown away by hand.
"""

from __future__ import annotations

import resource
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.browsing import BASE
from tests.make.infusions import course_of_today, make_infusion, planned_id
from tracker.models import database
from tracker.models import db as flask_db
from tracker.models.database import sqlite_driver

pytestmark = pytest.mark.fault
FIRST_DAY = date(2027, 1, 1)


def close_day(administrator: Any, number: int, token: str) -> Any:
    day = FIRST_DAY + timedelta(days=number)
    return administrator.client.post(
        "/admin/closures",
        base_url=BASE,
        data={
            "csrf_token": token,
            "day": day.isoformat(),
            "reason": f"closed {number} " + "x" * 60,
        },
    )


def closed(app: Any) -> set[str]:
    with closing(sqlite_driver().connect(str(file_of(app)))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = connection.execute("SELECT reason FROM clinic_closures").fetchall()
        traces = connection.execute(
            "SELECT count(*) FROM audit_events WHERE event = 'clinic settings changed'"
        ).fetchone()
        assert traces == (len(found),)
    return {reason.split(" x")[0] for (reason,) in found}


def file_of(app: Any) -> Path:
    folder: Path = app.config["SETTINGS"].instance_dir
    return folder / "tracker.db"


def check_refused(answer: Any) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "nothing was saved" in answer.text.lower()
    assert "sqlite" not in answer.text.lower()


def write_until_refused(app: Any, administrator: Any, most: int) -> set[str]:
    """What was acknowledged before the first refusal."""
    token, acknowledged = administrator.csrf_token(), set()
    for number in range(most):
        answer = close_day(administrator, number, token)
        if answer.status_code != 303:
            check_refused(answer)
            return acknowledged
        acknowledged.add(f"closed {number}")
    raise AssertionError("nothing was refused")


@contextmanager
def each_connection(app: Any, before: str, after: str) -> Iterator[None]:
    """Pragmas for every connection while a trouble lasts, and for the same ones afterwards."""
    with app.app_context():
        engine = flask_db.engine
        flask_db.session.remove()
    pragmas = [before]

    def _set(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(pragmas[0])

    event.listen(engine, "checkout", _set)
    yield
    pragmas[0] = after


@pytest.mark.sqlite("the disk, or a lock, of its file")
def test_a_full_disk_takes_nothing_by_halves_and_fills_up_again_with_room(app, browser, world):
    administrator = browser(world.a.administrator)
    with closing(sqlite_driver().connect(str(file_of(app)))) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    with each_connection(app, f"PRAGMA max_page_count={pages + 6}", "PRAGMA max_page_count=99999"):
        acknowledged = write_until_refused(app, administrator, most=300)
        assert acknowledged
        assert closed(app) == acknowledged
        assert administrator.client.get("/healthz", base_url=BASE).status_code == 200
    assert close_day(administrator, 400, administrator.csrf_token()).status_code == 303
    assert closed(app) == acknowledged | {"closed 400"}


@contextmanager
def no_file_grows(file: Path, most_more: int) -> Iterator[None]:
    """The system refuses writes beyond this size, as a failing disk does, to this process."""
    log = file.with_name(file.name + "-wal")
    limit = max(each.stat().st_size for each in (file, log) if each.exists()) + most_more
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.sqlite("the disk, or a lock, of its file")
def test_a_disk_that_refuses_a_write_loses_no_acknowledged_one(app, browser, world):
    administrator = browser(world.a.administrator)
    with no_file_grows(file_of(app), 100_000):
        acknowledged = write_until_refused(app, administrator, most=300)
    assert acknowledged
    assert closed(app) == acknowledged
    assert close_day(administrator, 400, administrator.csrf_token()).status_code == 303
    assert closed(app) == acknowledged | {"closed 400"}


@pytest.mark.sqlite("the disk, or a lock, of its file")
def test_a_read_only_database_shows_what_needs_no_trace_and_takes_nothing(app, browser, world):
    administrator, stranger = browser(world.a.administrator), browser(None)
    token = administrator.csrf_token()
    with each_connection(app, "PRAGMA query_only=ON", "PRAGMA query_only=OFF"):
        check_refused(close_day(administrator, 1, token))
        assert stranger.client.get("/login", base_url=BASE).status_code == 200
        assert stranger.client.get("/healthz", base_url=BASE).status_code == 200
        seen = administrator.client.get("/admin", base_url=BASE)
        assert seen.status_code == 503  # what leaves no trace is not shown
        check_refused(
            stranger.client.post(
                "/login",
                base_url=BASE,
                data={
                    "csrf_token": stranger.csrf_token(),
                    "email": "x@y.test",
                    "password": "no matter what it is",
                },
            )
        )
    assert closed(app) == set()
    assert close_day(administrator, 1, token).status_code == 303


@contextmanager
def locked_by_another(app: Any) -> Iterator[Any]:
    """Another program holds the file as VACUUM or a restore would; `release` ends that."""
    other = sqlite_driver().connect(
        str(file_of(app)), isolation_level=None, check_same_thread=False
    )
    other.execute("PRAGMA journal_mode")
    other.execute("BEGIN EXCLUSIVE")
    yield lambda: other.execute("ROLLBACK")
    other.close()


@pytest.mark.sqlite("the disk, or a lock, of its file")
def test_a_lock_of_a_moment_delays_everybody_and_refuses_nobody(app, browser, world):
    people = [browser(world.a.administrator) for _ in range(4)]
    tokens = [each.csrf_token() for each in people]
    answers: dict[int, int] = {}
    ready = threading.Barrier(len(people) + 1)

    def write(number: int) -> None:
        ready.wait(20)
        answers[number] = close_day(people[number], number, tokens[number]).status_code

    threads = [threading.Thread(target=write, args=(number,)) for number in range(len(people))]
    with locked_by_another(app) as release:
        for each in threads:
            each.start()
        ready.wait(20)
        threads[0].join(0.5)  # they stand in line now
        assert answers == {}
        release()
        for each in threads:
            each.join(20)
    assert set(answers.values()) == {303}
    assert closed(app) == {f"closed {number}" for number in range(len(people))}


@pytest.mark.sqlite("the disk, or a lock, of its file")
def test_a_lock_that_lasts_refuses_everybody_in_time_and_stores_nothing(
    app, browser, world, monkeypatch
):
    monkeypatch.setattr(database, "LOCK_WAIT_MS", 100)
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()
    administrator = browser(world.a.administrator)
    token = administrator.csrf_token()
    with locked_by_another(app) as release:
        for number in range(3):
            check_refused(close_day(administrator, number, token))
        assert administrator.client.get("/healthz", base_url=BASE).status_code == 200
        release()
    assert closed(app) == set()
    assert close_day(administrator, 1, token).status_code == 303


@pytest.fixture
def sheet(app, db, world, clock):
    """A run sheet of an infusion that began at the test's first moment."""
    who = world.a.clinician
    course_id = course_of_today(db, who, world.a.patient_id, now=clock())
    made = make_infusion(db, who, planned_id(db, course_id), now=clock())
    db.rollback()
    return made


SIGNS = {"systolic_mmhg": 120, "diastolic_mmhg": 80, "heart_rate_bpm": 70}


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
def test_a_clock_that_is_set_back_breaks_no_page_and_writes_go_on(
    app, db, browser, world, clock, sheet, back
):
    before = clock()
    clock.set(before - back)
    nurse = browser(world.a.clinician)  # the sign-in of before is over
    page = nurse.client.get(f"/infusions/{sheet}", base_url=BASE)
    assert page.status_code == 200
    assert "-1 min" not in page.text
    assert "−1 min" not in page.text
    answer = nurse.client.post(
        f"/infusions/{sheet}/vital-signs",
        base_url=BASE,
        data=SIGNS | {"csrf_token": nurse.csrf_token()},
    )
    assert answer.status_code == 422  # a set before the infusion began: asked about, not lost
    assert 'value="120"' in answer.text
    assert nurse.client.get("/board", base_url=BASE).status_code == 200
    clock.set(before + timedelta(minutes=5))
    assert browser(world.a.clinician).client.get("/board", base_url=BASE).status_code == 200
    seqs = db.execute(text("SELECT seq FROM audit_events ORDER BY seq")).scalars().all()
    assert seqs == list(range(1, len(seqs) + 1))


def test_a_sign_in_lives_no_longer_because_the_clock_went_back(app, browser, world, clock):
    nurse, before = browser(world.a.clinician), clock()
    clock.set(before - timedelta(hours=1))
    assert nurse.client.get("/board", base_url=BASE).headers["Location"] == "/login"
    for hours in range(30):
        clock.set(before + timedelta(hours=hours, minutes=1))
        answer = nurse.client.get("/board", base_url=BASE)
        if answer.status_code != 200:
            break
    assert answer.status_code == 303
    assert before + timedelta(hours=11) < clock() <= before + timedelta(hours=13)


@pytest.mark.parametrize("year", [1970, 2099])
def test_an_absurd_clock_fails_no_page(app, browser, world, clock, sheet, year):
    nurse = browser(world.a.clinician)
    clock.set(datetime(year, 12, 31, tzinfo=UTC))
    for path in ("/board", "/", f"/infusions/{sheet}", "/login", "/healthz"):
        assert nurse.client.get(path, base_url=BASE).status_code < 500, path
