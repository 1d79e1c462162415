"""How fast a file of answers is scored: the real command, on one core."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter

from tracker.domain import instruments

KEY = "pcl-5"
_SKIPPED = 0.02


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """One file, from the start of the command to its last line."""

    rows: int
    seconds: float
    cpu_seconds: float
    """Of the command alone: on a busy machine the smaller of the two, and the one to compare."""

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds


def score_file(folder: Path, rows: int) -> Scored:
    """Score made-up answers, one in fifty skipped. Raises CalledProcessError."""
    answers = folder / "answers.csv"
    answers.write_text(_answers(rows))
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "instruments", "score", KEY]
    environment = os.environ | {"TRACKER_INSTANCE_DIR": str(folder)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = perf_counter()
    with (folder / "scores.csv").open("w") as out:
        subprocess.run(
            [*_one_core(), *command, str(answers)], stdout=out, env=environment, check=True
        )
    seconds = perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Scored(rows=rows, seconds=seconds, cpu_seconds=used)


def _one_core() -> list[str]:
    """Keeps the command on one core, where the system can."""
    if not hasattr(os, "sched_getaffinity"):
        return []
    return ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]


def _answers(rows: int) -> str:
    chance, items = Random(1), len(instruments.get(KEY).items)
    lines = [",".join(f"q{number}" for number in range(1, items + 1))]
    for _ in range(rows):
        cells = (
            "" if chance.random() < _SKIPPED else str(chance.randint(0, 4)) for _ in range(items)
        )
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"
