"""Clients that write while their server is killed again and again."""

from __future__ import annotations

import http.client
import os
import random
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from tests.browsing import Browser
from tests.serving import Server, kill_server, start_server, working_processes
from tracker.web.cookies import LOOPBACK_NAME

MOST_TRIES = 400
ALL_NIGHT = "TRACKER_TEST_KILLS"
"""Set to a number, the server is killed so often, with some hundred writes between two kills."""
BETWEEN_AT_NIGHT = (100, 140)


@dataclass
class Site:
    """Where the server is now, and how many writes it has acknowledged."""

    folder: Path
    processes: int = 1
    server: Server | None = None
    acknowledged: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)
    is_over: bool = False

    @property
    def port(self) -> int:
        assert self.server is not None
        return int(self.server.url.rsplit(":", 1)[1])

    def acknowledge(self) -> None:
        with self.changed:
            self.acknowledged += 1
            self.changed.notify_all()

    def wait_for(self, acknowledged: int, writers: list[Writer]) -> None:
        with self.changed:
            fine = self.changed.wait_for(
                lambda: self.acknowledged >= acknowledged or any(w.problem for w in writers),
                timeout=60,
            )
        problems = [writer.problem for writer in writers if writer.problem]
        assert not problems, problems
        assert fine, "no answers any more"


@dataclass(frozen=True)
class Work:
    """What one client does: `form(number)` is the path and the answers of its next form."""

    kind: str
    form: Callable[[int], tuple[str, dict[str, Any]]]
    sheet: UUID | None = None


class Writer(threading.Thread):
    """Sends one form after the other; the same one again until it is acknowledged."""

    def __init__(self, site: Site, visitor: Browser, work: Work) -> None:
        super().__init__(daemon=True)
        self.site, self.work = site, work
        self.token = visitor.csrf_token()
        self.cookie = visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1").value
        self.stored: list[UUID] = []
        self.problem: str | None = None
        self.unanswered = 0
        self.refused_for_now = 0

    def run(self) -> None:
        number = 0
        while not self.site.is_over and self.problem is None:
            submission = uuid4()
            path, answers = self.work.form(number)
            carried = {"csrf_token": self.token, "submission_id": str(submission)}
            if self.send_until_acknowledged(path, urlencode(answers | carried)):
                self.stored.append(submission)
                self.site.acknowledge()
            number += 1

    def send_until_acknowledged(self, path: str, body: str) -> bool:
        pause = threading.Event()
        for _ in range(MOST_TRIES):
            try:
                code, words = self.send(path, body)
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                pause.wait(0.05)  # the server is down: it is being started again
                continue
            if code == 303:
                return True
            if code != 503:
                break
            self.refused_for_now += 1
            pause.wait(0.05)
        else:
            code, words = 0, "no answer"
        self.problem = f"{path}: {code} {words[:2000]}"
        self.site.acknowledge()
        return False

    def send(self, path: str, body: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=20)
        try:
            connection.request(
                "POST",
                path,
                body=body,
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": f"{LOOPBACK_NAME}={self.cookie}",
                },
            )
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()


def kill_and_start_again(site: Site) -> None:
    """The whole server, with all of its processes."""
    assert site.server is not None
    kill_server(site.server)
    site.server = start_server(site.folder, demo=False, processes=site.processes)


def kill_one_process(site: Site) -> None:
    """One of several: the server begins another one by itself."""
    assert site.server is not None
    os.kill(working_processes(site.server)[0], signal.SIGKILL)


def write_and_kill(
    site: Site,
    everybody: list[Writer],
    *,
    kills: int,
    between: tuple[int, int],
    kill: Callable[[Site], None] = kill_and_start_again,
) -> None:
    """Let everybody write; kill the server after some writes, and start it again, so many times.

    `between` is how many acknowledged writes lie between two kills.
    """
    at_night = int(os.environ.get(ALL_NIGHT, "0"))
    kills, between = (at_night, BETWEEN_AT_NIGHT) if at_night else (kills, between)
    chance = random.Random(20261123)
    site.server = start_server(site.folder, demo=False, processes=site.processes)
    for writer in everybody:
        writer.start()
    for _ in range(kills):
        site.wait_for(site.acknowledged + chance.randint(*between), everybody)
        kill(site)
    site.wait_for(site.acknowledged + between[0], everybody)
    site.is_over = True
    for writer in everybody:
        writer.join(30)
    print(f"{kills} kills, {site.acknowledged} writes acknowledged")  # pytest -rP shows it
    problems = [writer.problem for writer in everybody if writer.problem]
    assert not problems, problems
