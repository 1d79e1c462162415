"""What a monitoring program reads (Prometheus' text format): numbers, and no identifier.

Labels are patterns of routes, methods and codes of answers. Each process of the server counts for
itself and says which one it is.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path

from werkzeug.datastructures import Headers

from tracker.queries.health import Load
from tracker.web.counting import Tally

KIND = "text/plain; version=0.0.4; charset=utf-8"
_HELP = {
    "sign_ins": "Browsers that are signed in.",
    "messages_waiting": "Messages that are queued or being sent.",
    "message_waits_seconds": "How long the oldest queued message is over its time.",
    "messages_failed": "Messages that failed in the last 24 hours.",
    "alerts_open": "Safety alerts that nobody closed yet.",
    "alerts_overdue": "Safety alerts past their deadline.",
}


def of_load(load: Load) -> Iterator[str]:
    for name, value in asdict(load).items():
        yield from _metric(name, "gauge", _HELP[name], [("", value)])


def of_storage(folder: Path, newest_backup_at: float | None) -> Iterator[str]:
    room = shutil.disk_usage(folder)
    yield from _metric("disk_free_bytes", "gauge", "Room in the folder of data.", [("", room.free)])
    if newest_backup_at is not None:
        words = "When the newest backup was made."
        yield from _metric(
            "backup_newest_timestamp_seconds", "gauge", words, [("", newest_backup_at)]
        )


def of_answers(tally: Tally) -> Iterator[str]:
    answers, up_to, seconds = tally.read()
    process, total = str(os.getpid()), sum(answers.values())
    yield from _metric(
        "requests_total",
        "counter",
        "Answers of this process.",
        [
            (_labels(process=process, route=rule, method=method, status=str(status)), number)
            for (rule, method, status), number in sorted(answers.items())
        ],
    )
    limits = [*((str(limit), number) for limit, number in up_to.items()), ("+Inf", total)]
    yield "# HELP tracker_request_seconds How long answers of this process took."
    yield "# TYPE tracker_request_seconds histogram"
    for limit, number in limits:
        yield f"tracker_request_seconds_bucket{_labels(process=process, le=limit)} {number}"
    yield f"tracker_request_seconds_sum{_labels(process=process)} {seconds:.6f}"
    yield f"tracker_request_seconds_count{_labels(process=process)} {total}"


def _metric(name: str, kind: str, words: str, values: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield f"# HELP tracker_{name} {words}"
    yield f"# TYPE tracker_{name} {kind}"
    for labels, value in values:
        yield f"tracker_{name}{labels} {value}"


def _labels(**values: str) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in values.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def may_read(token: str, *, address: str, headers: Headers) -> bool:
    """Whoever has the token; without one, a program on this machine that no proxy stands before."""
    if token:
        given = headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(name in headers for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-Ip")):
        return False
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
