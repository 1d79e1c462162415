"""The files that keep rings of keys: one key a line, the newest first, changed in one step."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from config import as_cipher_keys, new_cipher_key
from tracker.domain.key_ring import key_id
from tracker.models.backup_files import new_file, publish

LOCK = ".keys.lock"


class Busy(Exception):
    """Somebody else changes the keys of this folder."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One command at a time changes the keys of a folder. Raises `Busy` for a second one."""
    held = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Busy from None
    finally:
        os.close(held)


def add_key(file: Path) -> None:
    """Put a new random key in front. It is on the disk before anything is sealed with it."""
    _write(file, [new_cipher_key(), *_lines(file)])


def drop_keys(file: Path, ids: Collection[str]) -> None:
    """Take keys out, never the newest."""
    newest, *others = _lines(file)
    stay = [each for each in others if key_id(as_cipher_keys(file.name, each)[0]) not in ids]
    _write(file, [newest, *stay])


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="ascii").replace(",", " ").split()


def _write(file: Path, keys: list[str]) -> None:
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)  # left by a command that was killed
    with new_file(unfinished) as out:
        out.write("".join(f"{each}\n" for each in keys).encode("ascii"))
    publish(unfinished, file)
