"""The file with the copy of the audit trail: a JSON line for each event, only ever added to.

A line is a list: the twelve columns in the form in which they are sealed, and the seal in
hexadecimal. A line that was torn when a writer died stays as it is; the event follows whole.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from tracker.domain.trail_copy import Event, number

_AT_ONCE = 2000
_TAIL_BYTES = 64 * 1024


class NoCopy(Exception):
    """The file cannot be added to. Its text is one line for a terminal."""


class CopyBusy(Exception):
    """Another process is adding to the file."""


def begin_copy(file: Path) -> None:
    """Make the file, once. Raises `NoCopy` where there is one."""
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise NoCopy(f"{file} is there already.") from None
    except OSError as problem:
        raise NoCopy(f"{file} cannot be made: {problem.strerror}.") from None


@contextmanager
def adding_to(file: Path) -> Iterator[BinaryIO]:
    """The file, for one process at a time. Raises `NoCopy` or `CopyBusy`.

    It is not made here: where a share is not mounted a new copy must not begin unnoticed.
    """
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND)
    except OSError as problem:
        raise NoCopy(
            f"{file}, the copy of the trail, cannot be opened: {problem.strerror}."
        ) from None
    with os.fdopen(descriptor, "r+b", buffering=0) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CopyBusy from None
        yield handle


def last_event(handle: BinaryIO) -> Event | None:
    """The last whole event; None where there is none."""
    size, read = handle.seek(0, os.SEEK_END), _TAIL_BYTES
    while True:
        handle.seek(max(0, size - read))
        lines = handle.read().split(b"\n")
        whole = lines if read >= size else lines[1:]
        found = next((each for each in map(_event, reversed(whole)) if each), None)
        if found or read >= size:
            return found
        read *= 2


def add_events(handle: BinaryIO, events: Iterable[Event]) -> int:
    """Add events at the end, each piece on the disk before the next; how many.

    Raises `NoCopy` when there is no room: what is whole stays, the next run goes on after it.
    """
    added = 0
    try:
        if not _ends_whole(handle):
            _write(handle, b"\n")
        waiting = iter(events)
        while piece := tuple(islice(waiting, _AT_ONCE)):
            _write(handle, b"".join(map(_line, piece)))
            os.fsync(handle.fileno())
            added += len(piece)
    except OSError as problem:
        raise NoCopy(f"The copy of the trail cannot be added to: {problem.strerror}.") from problem
    return added


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailFile:
    """What a file holds. `begun_at` are the events at which it goes on after a restore."""

    file: Path
    parts: tuple[tuple[int, int], ...]
    """Where each part begins: the number of its first event, and the byte."""
    size: int
    """So far it was looked at: what is added meanwhile is not read."""

    @property
    def begun_at(self) -> tuple[int, ...]:
        return tuple(
            start
            for place, (start, _byte) in enumerate(self.parts)
            if place and start < self._end_of(place)
        )

    def events(self) -> Iterator[Event]:
        """The events that count: of several with one number, the one that was added last."""
        with self.file.open("rb") as handle:
            for place, (start, byte) in enumerate(self.parts):
                end = self._end_of(place)
                if start >= end:
                    continue
                handle.seek(byte)
                for event in _events(_lines(handle, self.size - byte)):
                    if number(event) >= end:
                        break
                    yield event

    def _end_of(self, place: int) -> float:
        return min((start for start, _byte in self.parts[place + 1 :]), default=float("inf"))


def read_copy(file: Path) -> TrailFile:
    """Look where the parts of a file begin. Raises `NoCopy`."""
    parts: list[tuple[int, int]] = []
    before: int | None = None
    byte = 0
    try:
        with file.open("rb") as handle:
            for line in handle:
                event = _event(line)
                if event is not None:
                    if before is None or number(event) <= before:
                        parts.append((number(event), byte))
                    before = number(event)
                byte += len(line)
    except OSError as problem:
        raise NoCopy(
            f"{file}, the copy of the trail, cannot be read: {problem.strerror}."
        ) from None
    return TrailFile(file=file, parts=tuple(parts), size=byte)


def _lines(handle: BinaryIO, most_bytes: int) -> Iterator[bytes]:
    for line in handle:
        most_bytes -= len(line)
        if most_bytes < 0:
            return
        yield line


def _events(lines: Iterable[bytes]) -> Iterator[Event]:
    return (event for event in map(_event, lines) if event is not None)


def _line(event: Event) -> bytes:
    seal = event[1].hex() if event[1] is not None else None
    return json.dumps([*event[0], seal], separators=(",", ":")).encode("ascii") + b"\n"


def _event(line: bytes) -> Event | None:
    try:
        *values, seal = json.loads(line)
        event = (values, bytes.fromhex(seal) if seal is not None else None)
        return event if number(event) and len(values) == 12 else None
    except (ValueError, TypeError):
        return None  # torn, or damaged: the event is missing in the copy


def _ends_whole(handle: BinaryIO) -> bool:
    if handle.seek(0, os.SEEK_END) == 0:
        return True
    handle.seek(-1, os.SEEK_END)
    return handle.read(1) == b"\n"


def _write(handle: BinaryIO, what: bytes) -> None:
    while what:
        what = what[handle.write(what) :]
