"""`python -m bench.load [seconds] [sqlite] [postgresql]`: fifty people at once, for ten minutes.

Each of them thinks a while, then reads a page (60 %), sends a check-in (25 %) or saves a set of
vital signs (15 %). Every engine begins with the same rows. What was acknowledged is looked for in
the database afterwards; the memory of the server is watched while it works.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from statistics import fmean
from time import perf_counter
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import create_engine, select

from bench import seed
from bench.browser import Browser, cookie_for
from bench.copying import copy_rows, postgresql
from bench.pages import Unexpected, expect
from bench.room import Nurse, nurses
from bench.seed import Seeded
from bench.senders import Senders, seed_senders
from bench.server import Server
from bench.site import Site, make_site, now
from bench.timing import Timing, timing
from tracker.models.accounts import SubmissionRow
from tracker.models.check_ins import CheckInRow
from tracker.models.walls import EVERY

PEOPLE, COURSES, BUSY, ROOM, SHEETS = 50, 400, 60, 20, 120
THINK_SECONDS = 0.7
"""The mean; some seventy requests a second of fifty people."""
SHARES = (("reads", 0.60), ("check-in sent", 0.25), ("vital signs saved", 0.15))
EARLY, LATE = (0.15, 0.35), (0.8, 1.0)
"""Which parts of the time are compared: a server takes most of its memory with its first pages."""
_LOOK_EVERY_SECONDS = 5
_DEMANDED = 1.3  # so many times the check-ins that are expected have somebody to send them


@dataclass(kw_only=True)
class Load:
    """What the people met. ``memory_mb`` are (seconds since the beginning, server and children)."""

    engine: str
    ready_seconds: float = 0.0
    took: float = 0.0
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    problems: Counter[str] = field(default_factory=Counter)
    memory_mb: list[tuple[float, float]] = field(default_factory=list)
    lost: int = 0
    twice: int = 0

    @property
    def everything(self) -> Timing:
        return timing([each for some in self.seconds.values() for each in some])

    def memory_between(self, low: float, high: float) -> float:
        """The mean resident memory in these parts of the time, in MB; 0 where nobody looked."""
        found = [mb for at, mb in self.memory_mb if low * self.took <= at <= high * self.took]
        return fmean(found) if found else 0.0


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """One filled folder, and who is signed in there."""

    folder: Path
    app: Flask
    seeded: Seeded
    sheets: tuple[UUID, ...]
    staff: Sequence[str]
    patients: Sequence[str]


def prepare(folder: Path, seconds: float) -> Prepared:
    """Fill a SQLite database with everything that the load needs."""
    app, seeded, _ = make_site(folder, courses=COURSES, busy=BUSY)
    database = folder / "tracker.db"
    seed.add_visits(database, ROOM, first=seed.FIRST_IN_ROOM, now=now())
    sheets = seed.add_room(database, SHEETS, first=seed.FIRST_IN_ROOM + ROOM, now=now())
    staff = [
        cookie_for(app, seed.sign_in(database, [seed.CLINICIAN], now=now())[0])
        for _ in range(PEOPLE)
    ]
    wanted = int(seconds / THINK_SECONDS * PEOPLE * SHARES[1][1] * _DEMANDED) + 50
    patients = seed_senders(app, database, wanted)
    return Prepared(
        folder=folder, app=app, seeded=seeded, sheets=sheets, staff=staff, patients=patients
    )


@contextmanager
def engine_address(prepared: Prepared, engine: str, folder: Path) -> Iterator[str]:
    """The database of one engine with the prepared rows, in a folder of its own."""
    shutil.copytree(prepared.folder, folder)
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'tracker.db'}"
        return
    with postgresql() as (superuser, role):
        print(f"{copy_rows(folder / 'tracker.db', superuser, role):,} rows copied", flush=True)
        (folder / "tracker.db").unlink()
        yield role


def measure(prepared: Prepared, engine: str, address: str, folder: Path, seconds: float) -> Load:
    """Serve, let everybody work for so long, look at what is stored."""
    found = Load(engine=engine)
    processes = min(2, len(os.sched_getaffinity(0)))
    more = {"TRACKER_DATABASE_URL": address}
    with Server(folder, processes=processes, more=more) as server:
        found.ready_seconds = server.first_page_seconds
        site = Site(
            folder=folder,
            app=prepared.app,
            seeded=prepared.seeded,
            cookie=prepared.staff[0],
            server=server,
        )
        everybody = _work(found, site, prepared, seconds)
    compare(found, address, everybody.sent, everybody.saved)
    return found


@dataclass(kw_only=True)
class _Everybody:
    """What all of the people have in common."""

    site: Site
    prepared: Prepared
    senders: Senders
    found: Load
    until: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    sent: list[UUID] = field(default_factory=list)
    saved: list[UUID] = field(default_factory=list)


class _Somebody:
    """One of the people: signed in, with a connection and a tablet of their own."""

    def __init__(self, everybody: _Everybody, number: int, nurse: Nurse) -> None:
        self._all = everybody
        self._chance = random.Random(number)
        self._nurse = nurse
        prepared = everybody.prepared
        self._browser = Browser(everybody.site.server.port, prepared.staff[number])
        self._pages = list(_pages(prepared))
        self._acts = (self._read, self._send, self._save)

    def work(self) -> None:
        """Act and think by turns until the time is over."""
        time.sleep(self._chance.random() * THINK_SECONDS)
        while perf_counter() < self._all.until:
            (place,) = self._chance.choices(range(len(SHARES)), [share for _, share in SHARES])
            self._act(SHARES[place][0], self._acts[place])
            time.sleep(min(self._chance.expovariate(1 / THINK_SECONDS), 5 * THINK_SECONDS))

    def _act(self, name: str, act: Callable[[], float]) -> None:
        try:
            took = act()
        except (Unexpected, OSError, HTTPException) as problem:
            with self._all.lock:
                self._all.found.problems[f"{name}: {problem or type(problem).__name__}"] += 1
        else:
            with self._all.lock:
                self._all.found.seconds[name].append(took)

    def _read(self) -> float:
        name, address = self._chance.choice(self._pages)
        return expect(self._browser.get(address(self._chance.randrange(10_000))), 200, name).seconds

    def _send(self) -> float:
        submission_id = uuid4()
        took = self._all.senders.send_as(submission_id)
        self._all.sent.append(submission_id)
        return took

    def _save(self) -> float:
        submission_id = uuid4()
        took = self._nurse.save_as(submission_id)
        self._all.saved.append(submission_id)
        return took


def _work(found: Load, site: Site, prepared: Prepared, seconds: float) -> _Everybody:
    """Let them all work, and look at the server's memory meanwhile."""
    senders = Senders(site, prepared.patients)
    began = perf_counter()
    everybody = _Everybody(
        site=site, prepared=prepared, senders=senders, found=found, until=began + seconds
    )
    threads = [
        threading.Thread(target=_Somebody(everybody, number, nurse).work, daemon=True)
        for number, nurse in enumerate(nurses(site, prepared.sheets, PEOPLE))
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        memory = site.server.memory_mb()
        found.memory_mb.append((perf_counter() - began, sum(memory.values())))
        time.sleep(_LOOK_EVERY_SECONDS)
    found.took = perf_counter() - began
    return everybody


def _pages(prepared: Prepared) -> Iterator[tuple[str, Callable[[int], str]]]:
    """What clinicians read: the board and courses most, one open sheet, the list of patients."""
    courses, sheets = prepared.seeded.course_ids, prepared.sheets

    def of_course(rest: str) -> Callable[[int], str]:
        return lambda turn: f"/courses/{courses[turn % len(courses)]}{rest}"

    board: tuple[str, Callable[[int], str]] = ("board", lambda _: "/board")
    yield from (board, board, ("course", of_course("")), ("course", of_course("")))
    yield "progress", of_course("/progress")
    yield "run sheet", lambda turn: f"/infusions/{sheets[turn % len(sheets)]}"
    yield "patients", lambda _: "/patients"


def compare(found: Load, address: str, sent: Sequence[UUID], saved: Sequence[UUID]) -> None:
    """Every acknowledged entry is there, exactly once."""
    options = {} if address.startswith("sqlite") else {"options": f"-c {EVERY}=on"}
    engine = create_engine(address, connect_args=options)
    with engine.connect() as connection:
        check_ins = Counter(connection.scalars(select(CheckInRow.submission_id)))
        sets = set(connection.scalars(select(SubmissionRow.submission_id)))
        of_day = Counter(
            connection.execute(select(CheckInRow.patient_id, CheckInRow.due_key)).all()
        )
    engine.dispose()
    found.lost = len(set(sent) - set(check_ins)) + len(set(saved) - sets)
    found.twice = sum(count - 1 for count in (*check_ins.values(), *of_day.values()))


def said(found: Load) -> str:
    """The findings as lines."""
    whole = found.everything
    early, late = found.memory_between(*EARLY), found.memory_between(*LATE)
    lines = [
        f"{found.engine}: {PEOPLE} people over {found.took:.0f} s, {whole.count:,} answers "
        f"({whole.count / found.took:.0f} a second), load of the machine {os.getloadavg()[0]:.1f}",
        f"  {'':<20}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'n':>9}{'p99 / p50':>11}",
    ]
    for name, each in (*_timings(found), ("everything", whole)):
        lines.append(
            f"  {name:<20}{each.p50_ms:>9.1f}{each.p95_ms:>9.1f}{each.p99_ms:>9.1f}"
            f"{each.count:>9,}{each.p99_ms / each.p50_ms:>10.1f} x"
        )
    refused = ", ".join(f"{count} x {words}" for words, count in found.problems.most_common())
    lines += [
        f"  refused or failed: {refused or 'none'}; lost {found.lost}, stored twice {found.twice}",
        f"  memory {early:.0f} MB early, {late:.0f} MB late "
        f"({f'{late / early - 1:+.1%}' if early and late else 'too short to tell'}); "
        f"first page {found.ready_seconds:.2f} s after the start",
    ]
    return "\n".join(lines)


def _timings(found: Load) -> list[tuple[str, Timing]]:
    return [(name, timing(found.seconds[name])) for name, _ in SHARES if found.seconds[name]]


def main(seconds: float, engines: Sequence[str]) -> None:
    """Prepare once, measure each engine, print."""
    with tempfile.TemporaryDirectory(prefix="tracker-load-") as made:
        root = Path(made)
        prepared = prepare(root / "prepared", seconds)
        for engine in engines:
            folder = root / engine
            with engine_address(prepared, engine, folder) as address:
                print(said(measure(prepared, engine, address, folder, seconds)), flush=True)


if __name__ == "__main__":
    os.umask(0o077)
    asked = sys.argv[1:]
    duration = float(next((each for each in asked if each.isdigit()), "600"))
    main(duration, [each for each in asked if not each.isdigit()] or ["sqlite", "postgresql"])
