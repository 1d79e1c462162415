"""Patients who send today's check-in, one by one and many at once."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from uuid import UUID, uuid4

from flask import Flask

from bench import seed
from bench.browser import Answer, Browser, FormReader, cookie_for, csrf_token
from bench.pages import Unexpected, expect
from bench.server import Server
from bench.site import Site
from bench.site import now as site_now

CHECK_IN = "/me/check-in/daily"
AT_ONCE = 16
READ_FORMS = 20  # the form is the same for everybody but for its id: some are read to see that
AGAIN_EVERY = 50  # one patient in so many taps twice


@dataclass(kw_only=True)
class Sending:
    """What many senders at once came to. ``lost`` and ``twice`` compare with what is stored.

    ``own_cpu_ms`` is what a sending cost this process, on the same processors as the server.
    """

    processes: int = 1
    acknowledged: int = 0
    taps_again: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    twice: int = 0
    took: float = 0.0
    slowest_second: int = 0
    own_cpu_ms: float = 0.0
    load: float = 0.0
    """Of the machine, in the last minute of it."""
    sync_ms: float = 0.0
    """What bringing one small write to the disk took, just before: no commit is faster."""

    @property
    def per_second(self) -> float:
        return self.acknowledged / self.took if self.took else 0.0


def seed_senders(app: Flask, database: Path, count: int) -> list[str]:
    """Store so many patients who have today's check-in to send. Returns their cookies."""
    now = site_now()
    accounts = seed.add_senders(database, count, now=now)
    return [cookie_for(app, token) for token in seed.sign_in(database, accounts, now=now)]


class Senders:
    """Patients with today's check-in open before them, each of whom sends it once."""

    def __init__(self, site: Site, cookies: Sequence[str]) -> None:
        self._site = site
        self._port = site.server.port
        self._cookies = cookies
        self._csrf = csrf_token(site.app)
        self._chance = random.Random(1)
        self._hidden, self._choices = self._read_form()
        self._left = iter(range(len(cookies)))  # threads take turns: `next` of a range is one step

    @property
    def cookie(self) -> str:
        """Of a patient who has not sent yet."""
        return self._cookies[-1]

    def _read_form(self) -> tuple[Mapping[str, str], Mapping[str, list[str]]]:
        """What everybody's form holds. Raises `Unexpected` where the first ones differ."""
        forms = [self._form_of(cookie) for cookie in self._cookies[:READ_FORMS]]
        if any(form != forms[0] for form in forms):
            raise Unexpected("not everybody has the same check-in to send")
        return forms[0]

    def _form_of(self, cookie: str) -> tuple[dict[str, str], dict[str, list[str]]]:
        browser = Browser(self._site.server.port, cookie)
        form = FormReader(expect(browser.get(CHECK_IN), 200, CHECK_IN).body)
        browser.close()
        if not form.choices:
            raise Unexpected(f"{CHECK_IN} asks nothing")
        hidden = form.hidden | {"csrf_token": self._csrf, "submission_id": ""}
        return hidden, form.choices

    def _filled_in(self, submission_id: UUID) -> dict[str, str]:
        chosen = {name: self._choice(name, some) for name, some in self._choices.items()}
        return {**self._hidden, **chosen, "submission_id": str(submission_id)}

    def _choice(self, name: str, choices: list[str]) -> str:
        if "harm" in name:
            return "0"
        return self._chance.choice([each for each in choices if each.isdigit()])

    def open_next(self, turn: int = 0) -> float:
        """Somebody opens the page. Includes opening a connection: phones do not share one."""
        started = perf_counter()
        browser = Browser(self._site.server.port, self._cookies[-1 - turn % len(self._cookies)])
        expect(browser.get(CHECK_IN), 200, CHECK_IN)
        browser.close()
        return perf_counter() - started

    def send_next(self, _turn: int = 0) -> float:
        """The next patient sends, on a connection of their own."""
        return self.send_as(uuid4())

    def send_as(self, submission_id: UUID) -> float:
        """The same under an id that one can look for. Raises `Unexpected` when nobody is left."""
        place, form = next(self._left, None), self._filled_in(submission_id)
        if place is None:
            raise Unexpected("no patient is left who has not sent")
        started = perf_counter()
        expect(self._send(place, form), 303, CHECK_IN)
        return perf_counter() - started

    def send_for(self, seconds: float) -> Sending:
        """Everybody who is left sends, several at once, until the time is over.

        To a server that uses as many processors as there are, up to two.
        """
        processes = min(2, len(os.sched_getaffinity(0)))
        with Server(self._site.folder, processes=processes) as server:
            self._port = server.port
            found = self._send_to_all(seconds)
        self._port = self._site.server.port
        found.processes = processes
        return found

    def _send_to_all(self, seconds: float) -> Sending:
        found, taken_at = Sending(sync_ms=sync_ms(self._site.folder)), Counter[int]()
        acknowledged: list[UUID] = []
        refused: Counter[str] = Counter()
        began, at_work = perf_counter(), process_time()

        def work(_: int) -> None:
            for place in self._left:
                if perf_counter() - began > seconds:
                    return
                submission_id = uuid4()
                form = self._filled_in(submission_id)
                answer = self._status(place, form)
                if answer != "303":
                    refused[answer] += 1
                    continue
                acknowledged.append(submission_id)
                taken_at[int(perf_counter() - began)] += 1
                if place % AGAIN_EVERY == 0:
                    found.taps_again += self._status(place, form) == "303"

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(work, range(AT_ONCE)))
        found.took = perf_counter() - began
        found.acknowledged, found.refused = len(acknowledged), dict(refused)
        found.own_cpu_ms = (process_time() - at_work) * 1000 / max(len(acknowledged), 1)
        whole_seconds = range(int(found.took))
        found.slowest_second = min((taken_at[each] for each in whole_seconds), default=0)
        found.load = os.getloadavg()[0]
        self._compare(found, acknowledged)
        return found

    def _compare(self, found: Sending, acknowledged: list[UUID]) -> None:
        stored = seed.sent_check_ins(self._site.database)
        found.lost = len(set(acknowledged) - {each.submission_id for each in stored})
        found.twice = len(stored) - len({(each.patient_id, each.due_key) for each in stored})

    def _status(self, place: int, form: Mapping[str, str]) -> str:
        try:
            return str(self._send(place, form).status)
        except OSError as problem:
            return type(problem).__name__

    def _send(self, place: int, form: Mapping[str, str]) -> Answer:
        browser = Browser(self._port, self._cookies[place])
        answer = browser.post(CHECK_IN, form)
        browser.close()
        return answer


def sync_ms(folder: Path, rounds: int = 50) -> float:
    """The median time of a write of four pages and its way to the disk, beside the database."""
    taken = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(rounds):
            file.write(bytes(4 * 4096))
            started = perf_counter()
            os.fsync(file.fileno())
            taken.append(perf_counter() - started)
    return sorted(taken)[rounds // 2] * 1000
