"""`python -m bench`: seed, serve, measure, print. Nothing here is a test: no time fails a run."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import charts, first_load, inside, letters, pages, room, scoring, seed
from bench.pages import Unexpected, in_turns
from bench.report import BARE, COMMIT, Findings, as_json, as_text
from bench.senders import CHECK_IN, Senders, seed_senders
from bench.server import Server
from bench.site import ADHERENCE, Site, make_site, now, serving
from bench.timing import timing

BUSY = 60
ROOM, OPEN_SHEETS, SAVES = 60, 200, 50
BUSY_IN_EVERY_SIZE = 16
LETTER_WORKERS = 2
_STARTS = 3
_PDF_ROUNDS = 40  # the flood limit of the server is 60 a minute
_FULL_UP_TO, _SPARSE = 5000, 0.05  # a larger one would be gigabytes of ratings
_SIZES_PAGES = (BARE, "board", "course page", "patients")


@dataclass(frozen=True, kw_only=True, slots=True)
class Effort:
    """How much is measured."""

    courses: int
    rounds: int
    senders: int
    seconds: float
    sending_seconds: float
    workers: int = 4
    scored_rows: int = 100_000
    letters: int = 100


FULL = Effort(courses=2000, rounds=300, senders=24_000, seconds=4, sending_seconds=60)
QUICK = Effort(
    courses=200,
    rounds=40,
    senders=1200,
    seconds=1,
    sending_seconds=3,
    scored_rows=10_000,
    letters=8,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    asked = _parser().parse_args(arguments)
    effort = QUICK if asked.quick else FULL
    found = Findings()
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        if asked.sizes:
            for size in asked.sizes:
                _measure_size(found, Path(folder) / str(size), size, effort)
        else:
            _measure(found, Path(folder) / "main", asked.courses or effort.courses, effort)
    print(as_json(found) if asked.json else as_text(found))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run of half a minute")
    parser.add_argument("--courses", type=int, help="how many courses (default 2000)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(part) for part in text.split(",")],
        help="only board and course page, for each of these numbers of courses: 20,2000,20000",
    )
    return parser


def _measure(found: Findings, folder: Path, courses: int, effort: Effort) -> None:
    _say(f"Seeding {courses:,} courses …")
    app, seeded, found.seed_seconds = make_site(folder, courses=courses, busy=BUSY)
    found.courses, found.scores = seeded.course_count, seeded.score_count
    found.first_page_seconds = [_start_once(folder) for _ in range(_STARTS)]
    with serving(folder, app, seeded) as site:
        for words, step in (
            ("Pages in turns …", _pages),
            ("Charts …", _charts),
            ("Documents …", _documents),
            ("The infusion room …", _room),
            ("Check-ins …", _check_ins),
            ("Scoring …", _scoring),
            ("Letters of a month …", _letters),
        ):
            _say(words)
            try:
                step(found, site, effort)
            except Unexpected as problem:
                found.left_out.append(str(problem))
        found.memory_mb = site.server.memory_mb()
        found.timings["data of the progress page"] = inside.progress_data(site, rounds=200)


def _start_once(folder: Path) -> float:
    with Server(folder) as server:
        return server.first_page_seconds


def _pages(found: Findings, site: Site, effort: Effort) -> None:
    there, missing = pages.there(site)
    found.left_out += missing
    taken = in_turns(pages.page_requests(site, there), rounds=effort.rounds)
    found.timings |= {name: timing(seconds) for name, seconds in taken.items()}
    for name, address in there.items():
        if not address(0).startswith("/bench/"):
            found.statements[name] = inside.statements(site, address(0))
        found.per_second[name] = pages.throughput(
            site, address(0), workers=effort.workers, seconds=effort.seconds
        )


def _charts(found: Findings, site: Site, effort: Effort) -> None:
    requests = _with_bare(site) | pages.picture_requests(site)
    _keep(found, in_turns(requests, rounds=effort.rounds // 2))
    found.charts = charts.measured(max(20, effort.rounds // 3))
    found.six_pictures = inside.six_pictures(rounds=100)


def _documents(found: Findings, site: Site, effort: Effort) -> None:
    requests = _with_bare(site) | {"PDF": pages.document_request(site)}
    _keep(found, in_turns(requests, rounds=min(effort.rounds, _PDF_ROUNDS)))


def _room(found: Findings, site: Site, effort: Effort) -> None:
    """60 infusions of today on the board, then 200 open sheets that are written on."""
    seed.add_visits(site.database, ROOM, first=seed.FIRST_IN_ROOM, now=now())
    sheets = seed.running_sheets(site.database)
    taken = in_turns(room.room_requests(site, sheets), rounds=effort.rounds)
    found.room = {name: timing(seconds) for name, seconds in taken.items()}
    for name, path in (("board, 60 infusions", "/board"), ("run sheet", f"/infusions/{sheets[0]}")):
        found.statements[name] = inside.statements(site, path)
    more = OPEN_SHEETS - len(sheets)
    sheets += seed.add_room(site.database, more, first=seed.FIRST_IN_ROOM + ROOM, now=now())
    kept = room.sustain(site, sheets, per_second=SAVES, seconds=effort.seconds * 5)
    found.sustained = kept


def _check_ins(found: Findings, site: Site, effort: Effort) -> None:
    """The page and a sending beside a route that commits one row; then a minute of many at once."""
    senders = Senders(site, seed_senders(site.app, site.database, effort.senders))
    bare: dict[str, Callable[[int], str]] = {
        BARE: lambda _: pages.BARE,
        COMMIT: lambda _: pages.COMMIT,
    }
    requests = pages.page_requests(site, bare) | {
        "check-in page": senders.open_next,
        "check-in sent": senders.send_next,
    }
    taken = in_turns(requests, rounds=effort.rounds)
    found.check_ins = {name: timing(seconds) for name, seconds in taken.items()}
    found.first_load = first_load.measured(site, CHECK_IN, senders.cookie)
    found.sending = senders.send_for(effort.sending_seconds)


def _scoring(found: Findings, site: Site, effort: Effort) -> None:
    with tempfile.TemporaryDirectory(prefix="tracker-scoring-") as folder:
        found.scored = scoring.score_file(Path(folder), effort.scored_rows)


def _letters(found: Findings, site: Site, effort: Effort) -> None:
    """In an installation of their own: the server beside it makes none of them."""
    with tempfile.TemporaryDirectory(prefix="tracker-letters-") as folder:
        found.letters = list(letters.make_letters(Path(folder), effort.letters, LETTER_WORKERS))


def _with_bare(site: Site) -> dict[str, pages.Request]:
    return pages.page_requests(site, {BARE: lambda _: pages.BARE})


def _keep(found: Findings, taken: dict[str, list[float]]) -> None:
    """Keep the timings; the bare route of these turns is what they are compared with."""
    bare = timing(taken.pop(BARE)).p50_ms
    for name, seconds in taken.items():
        found.timings[name] = timing(seconds)
        found.bare_beside[name] = bare


def _measure_size(found: Findings, folder: Path, size: int, effort: Effort) -> None:
    _say(f"Seeding {size:,} courses …")
    adherence = ADHERENCE if size <= _FULL_UP_TO else _SPARSE
    app, seeded, _ = make_site(folder, courses=size, busy=BUSY_IN_EVERY_SIZE, adherence=adherence)
    with serving(folder, app, seeded) as site:
        there, missing = pages.there(site)
        found.left_out += missing
        chosen = {name: there[name] for name in _SIZES_PAGES if name in there}
        taken = in_turns(pages.page_requests(site, chosen), rounds=effort.rounds)
        found.by_size[size] = {name: timing(seconds) for name, seconds in taken.items()}


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
