"""Counts what this process answered: by the route's pattern, never by the address."""

from __future__ import annotations

import threading
from collections import Counter
from time import perf_counter

from flask import Flask, Response, g, request

UP_TO_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})


class Tally:
    """How many answers of each kind, and how long they took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, str, int]] = Counter()
        self._up_to: Counter[float] = Counter()
        self._seconds = 0.0

    def add(self, rule: str, method: str, status: int, seconds: float) -> None:
        with self._lock:
            self._answers[rule, method, status] += 1
            self._seconds += seconds
            for limit in UP_TO_SECONDS:
                if seconds <= limit:
                    self._up_to[limit] += 1

    def read(self) -> tuple[dict[tuple[str, str, int], int], dict[float, int], float]:
        """Answers by kind; how many took at most so long; seconds in all."""
        with self._lock:
            return dict(self._answers), {n: self._up_to[n] for n in UP_TO_SECONDS}, self._seconds


def _count(response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in METHODS else "other"
    tally.add(rule, method, response.status_code, perf_counter() - g.get("began", perf_counter()))
    return response


def init_app(app: Flask) -> None:
    app.after_request(_count)


tally = Tally()
