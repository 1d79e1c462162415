"""Patients who send today's check-in, one by one and many at once."""

from __future__ import annotations

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from bench import seed
from bench.browser import Answer, Browser, FormReader, cookie_for, csrf_token
from bench.pages import expect
from bench.site import Site
from bench.site import now as site_now

CHECK_IN = "/me/check-in/daily"
AT_ONCE = 8


class Senders:
    """Patients with today's check-in open before them, each of whom sends it once."""

    def __init__(self, site: Site, count: int) -> None:
        self._site = site
        now = site_now()
        accounts = seed.add_senders(site.database, count, now=now)
        tokens = seed.sign_in(site.database, accounts, now=now)
        self._cookies = [cookie_for(site.app, token) for token in tokens]
        self._csrf = csrf_token(site.app)
        self._chance = random.Random(1)
        self._forms = [self._open_form(cookie) for cookie in self._cookies]
        self._next = itertools.count()

    def _open_form(self, cookie: str) -> dict[str, str]:
        browser = Browser(self._site.server.port, cookie)
        form = FormReader(expect(browser.get(CHECK_IN), 200, CHECK_IN).body)
        browser.close()
        chosen = {name: self._choice(name, some) for name, some in form.choices.items()}
        return form.hidden | chosen | {"csrf_token": self._csrf}

    def _choice(self, name: str, choices: list[str]) -> str:
        if "harm" in name:
            return "0"
        return self._chance.choice([each for each in choices if each.isdigit()])

    def send_next(self, _turn: int = 0) -> float:
        """The next patient sends. Includes opening a connection: phones do not share one."""
        started = perf_counter()
        expect(self._send(next(self._next)), 303, CHECK_IN)
        return perf_counter() - started

    def send_all(self) -> tuple[float, int]:
        """Everybody who is left sends, several at once: how many a second, how many refused."""
        left = range(next(self._next), len(self._forms))
        started = perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            taken = sum(pool.map(self._is_taken, left))
        return taken / (perf_counter() - started), len(left) - taken

    def _is_taken(self, place: int) -> bool:
        return self._send(place).status == 303

    def _send(self, place: int) -> Answer:
        browser = Browser(self._site.server.port, self._cookies[place])
        answer = browser.post(CHECK_IN, self._forms[place])
        browser.close()
        return answer
