"""Samples and what they say; requests in turns, so that a busy machine is unfair to nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

Request = Callable[[int], float]
"""One measured request: takes its turn's number, returns seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """Percentiles of single requests in milliseconds."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    count: int


def timing(seconds: Sequence[float]) -> Timing:
    """Nearest-rank percentiles."""
    ordered = sorted(seconds)

    def rank(percent: int) -> float:
        place = -(-len(ordered) * percent // 100) - 1
        return ordered[max(place, 0)] * 1000

    return Timing(p50_ms=rank(50), p95_ms=rank(95), p99_ms=rank(99), count=len(ordered))


def in_turns(requests: Mapping[str, Request], *, rounds: int) -> dict[str, list[float]]:
    """Every request once a round, in another order each time; a first round warms up.

    What follows a heavy page pays for its clearing up: the order must not decide who.
    """
    taken: dict[str, list[float]] = {name: [] for name in requests}
    chance = Random(1)
    for turn in range(rounds + 1):
        for name in chance.sample(list(requests), len(requests)):
            seconds = requests[name](turn)
            if turn:
                taken[name].append(seconds)
    return taken


def per_second(
    make_request: Callable[[int], Callable[[], object]], *, workers: int, seconds: float
) -> float:
    """Finished requests a second with several at once. One maker call for each worker."""
    counts = [0] * workers
    stop = threading.Event()

    def work(worker: int, request: Callable[[], object]) -> None:
        while not stop.is_set():
            request()
            counts[worker] += 1

    threads = [
        threading.Thread(target=work, args=(worker, make_request(worker)), daemon=True)
        for worker in range(workers)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)
