"""The infusion room: a full board, open sheets, and vital signs saved from many tablets at once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from bench.app import BARE, COMMIT
from bench.browser import Browser, csrf_token
from bench.pages import Unexpected, expect, page_requests
from bench.site import Site
from bench.timing import Request

TABLETS = 8
LOOKERS = 4
LOOK_EVERY_SECONDS = 15  # as static/js/sheet-refresh.js does
ROUND_ROBIN = 7919  # a prime: tablets go through the sheets in an order of their own


@dataclass
class Sustained:
    """What a steady rate of saves came to. `late` were begun more than a second behind time."""

    wanted_per_second: float
    open_sheets: int
    saved: int = 0
    refused: int = 0
    late: int = 0
    seconds: list[float] = field(default_factory=list)
    took: float = 0.0
    looks: int = 0
    """So often an open sheet asked meanwhile whether something is new."""
    looks_refused: int = 0

    @property
    def per_second(self) -> float:
        return self.saved / self.took if self.took else 0.0


class Nurse:
    """Somebody who saves set after set, each with an id of its own, on one connection."""

    def __init__(self, site: Site, sheets: tuple[UUID, ...], number: int) -> None:
        self._browser = Browser(site.server.port, site.cookie)
        self._csrf = csrf_token(site.app)
        self._sheets = sheets
        self._chance = random.Random(number)
        self._turn = number

    def save(self, _turn: int = 0) -> float:
        """One set of vital signs. Raises `Unexpected` when it is not taken."""
        return self.save_as(uuid4())

    def save_as(self, submission_id: UUID) -> float:
        """The same under an id that one can look for."""
        sheet = self._sheets[self._turn % len(self._sheets)]
        self._turn += ROUND_ROBIN
        path = f"/infusions/{sheet}/vital-signs"
        return expect(self._browser.post(path, self._set(submission_id)), 303, path).seconds

    def _set(self, submission_id: UUID) -> dict[str, str]:
        return {
            "csrf_token": self._csrf,
            "submission_id": str(submission_id),
            "systolic_mmhg": str(self._chance.randint(115, 140)),
            "diastolic_mmhg": str(self._chance.randint(70, 85)),
            "heart_rate_bpm": str(self._chance.randint(60, 85)),
            "spo2_percent": str(self._chance.randint(96, 99)),
        }


def nurses(site: Site, sheets: tuple[UUID, ...], count: int) -> list[Nurse]:
    """As many tablets of one clinician."""
    return [Nurse(site, sheets, number) for number in range(count)]


def room_requests(site: Site, sheets: tuple[UUID, ...]) -> dict[str, Request]:
    """The pages of a full room and a save, in turns with the bare routes."""

    def of_sheet(rest: str) -> Callable[[int], str]:
        return lambda turn: f"/infusions/{sheets[turn % len(sheets)]}{rest}"

    pages = {
        BARE_NAME: lambda _: BARE,
        COMMIT_NAME: lambda _: COMMIT,
        "board, 60 infusions": lambda _: "/board",
        "run sheet": of_sheet(""),
        "open sheet, changed": of_sheet("/live"),
        "drug ledger": lambda _: "/ledger",
    }
    (nurse,) = nurses(site, sheets, 1)
    return page_requests(site, pages) | {
        "open sheet, unchanged": _unchanged(site, of_sheet("/live")),
        "open board, unchanged": _unchanged(site, lambda _: "/board/today"),
        "vital signs saved": nurse.save,
    }


def _unchanged(site: Site, address: Callable[[int], str]) -> Request:
    """What an open sheet or board asks for every so often, when nobody wrote anything."""
    browser = Browser(site.server.port, site.cookie)

    def send(turn: int) -> float:
        path = address(turn)
        tag = browser.get(path).headers.get("etag", "")
        answer = browser.get(path, {"If-None-Match": tag})
        if answer.status == 200:  # a minute began between the two
            answer = browser.get(path, {"If-None-Match": answer.headers.get("etag", "")})
        return expect(answer, 304, path).seconds

    return send


BARE_NAME = "bare route"
COMMIT_NAME = "bare route + commit"


def sustain(
    site: Site, sheets: tuple[UUID, ...], *, per_second: float, seconds: float
) -> Sustained:
    """Save at a steady rate, however long the answers take; what falls behind counts as late.

    Every open sheet asks meanwhile what is new, as its page does.
    """
    found = Sustained(wanted_per_second=per_second, open_sheets=len(sheets))
    lock = threading.Lock()
    every = TABLETS / per_second
    began = time.perf_counter()

    def work(place: int, nurse: Nurse) -> None:
        due = began + place * every / TABLETS
        while due < began + seconds:
            time.sleep(max(0.0, due - time.perf_counter()))
            is_late = time.perf_counter() - due > 1
            try:
                took = nurse.save()
            except Unexpected:
                took = None
            with lock:
                found.late += is_late
                if took is None:
                    found.refused += 1
                else:
                    found.saved += 1
                    found.seconds.append(took)
            due += every

    threads = [
        threading.Thread(target=work, args=(place, nurse), daemon=True)
        for place, nurse in enumerate(nurses(site, sheets, TABLETS))
    ]
    threads += [
        threading.Thread(
            target=_look, args=(site, each, found, lock, (began, seconds)), daemon=True
        )
        for each in (sheets[place::LOOKERS] for place in range(LOOKERS))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.took = time.perf_counter() - began
    return found


def _look(
    site: Site,
    sheets: Sequence[UUID],
    found: Sustained,
    lock: threading.Lock,
    when: tuple[float, float],
) -> None:
    """Some of the open sheets ask what is new, each so often, until the time is over."""
    browser, tags = Browser(site.server.port, site.cookie), dict[UUID, str]()
    began, seconds = when
    every = LOOK_EVERY_SECONDS / max(len(sheets), 1)
    for turn in range(int(seconds / every)):
        time.sleep(max(0.0, began + turn * every - time.perf_counter()))
        sheet = sheets[turn % len(sheets)]
        answer = browser.get(f"/infusions/{sheet}/live", {"If-None-Match": tags.get(sheet, "")})
        tags[sheet] = answer.headers.get("etag", "")
        with lock:
            found.looks += 1
            found.looks_refused += answer.status not in {200, 304}
