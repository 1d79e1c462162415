"""Backup files: what is in one, how it is written and read, and the folder that holds them.

A file is a sealed stream (sealed_stream.py) of a manifest in JSON with its length in front, then
the database, compressed. Names tell when it was made and nothing else. A file has another name
until it has been written, read back and compared: whatever stops the program leaves nothing that
looks whole.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from tracker.domain.backups import BackupFailed, Facts
from tracker.models.postgres_dumps import check_dump
from tracker.models.sealed_stream import (
    HEADER_BYTES,
    NotWhole,
    open_stream,
    read_key_id,
    seal_stream,
)
from tracker.models.sqlite_copies import check_database

FORMAT = 1
READ_BYTES = 1024 * 1024
NAME = re.compile(r"tracker-(\d{8}T\d{6}Z)-[0-9a-f]{8}\.backup")
UNFINISHED = ".unfinished"
LOCK = ".backup-lock"


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a backup says of itself, inside its seal."""

    made_at: datetime
    engine: str
    facts: Facts
    keys: Mapping[str, str]
    """By their names the ids of the keys without which parts of it cannot be read or verified."""
    format: int = FORMAT


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupFile:
    """One backup in a folder, as far as its name, size and first bytes tell."""

    path: Path
    made_at: datetime
    size_bytes: int
    key_id: str


def new_name(now: datetime) -> str:
    return f"tracker-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}.backup"


def list_backups(folder: Path) -> tuple[BackupFile, ...]:
    """The newest first. Files with other names are none of ours."""
    named = [(each, NAME.fullmatch(each.name)) for each in folder.glob("tracker-*.backup")]
    found = [
        BackupFile(
            path=path,
            made_at=datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
            size_bytes=path.stat().st_size,
            key_id=_key_id(path),
        )
        for path, match in named
        if match is not None
    ]
    return tuple(sorted(found, key=lambda each: (each.made_at, each.path.name), reverse=True))


def _key_id(path: Path) -> str:
    with path.open("rb") as file:
        try:
            return read_key_id(file.read(HEADER_BYTES))
        except NotWhole:
            return ""


@contextmanager
def only_one(*folders: Path) -> Iterator[None]:
    """One backup at a time in each of these folders. Raises `BackupFailed` for a second one."""
    held = [os.open(each / LOCK, os.O_RDWR | os.O_CREAT, 0o600) for each in _apart(folders)]
    try:
        for lock in held:
            _take(lock)
        yield
    finally:
        for lock in held:
            os.close(lock)


def _apart(folders: tuple[Path, ...]) -> list[Path]:
    return sorted({each.resolve() for each in folders})


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BackupFailed("another backup is being made: wait until it is done") from None


def write_backup(file: Path, manifest: Manifest, content: Path, key: bytes) -> None:
    """A new file that is its owner's only, on the disk when this returns."""
    with new_file(file) as out, content.open("rb") as source:
        seal_stream(_packed(manifest, source), key, out)


def read_backup(file: Path, key: bytes, to: Path) -> Manifest:
    """Unpack into a new file that is its owner's only, and compare with what the manifest says.

    Raises `BackupFailed`.
    """
    with file.open("rb") as sealed, new_file(to) as out:
        manifest = _unpack(open_stream(sealed, key), out)
        out.flush()
        _compare(manifest, to)
    return manifest


def publish(unfinished: Path, name: Path) -> None:
    """Give a file its name, and let that reach the disk too."""
    unfinished.rename(name)
    folder = os.open(name.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that was not there before. It goes again when it cannot be written to its end."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _packed(manifest: Manifest, source: BinaryIO) -> Iterator[bytes]:
    said = json.dumps(asdict(manifest) | {"made_at": manifest.made_at.isoformat()}).encode()
    yield len(said).to_bytes(4, "big") + said
    packer = zlib.compressobj(level=1)
    while piece := source.read(READ_BYTES):
        yield packer.compress(piece)
    yield packer.flush()


def _unpack(pieces: Iterator[bytes], out: BinaryIO) -> Manifest:
    held = b""
    for piece in pieces:
        held += piece
        length = 4 + int.from_bytes(held[:4], "big")
        if len(held) >= max(length, 4):
            break
    manifest = _manifest(json.loads(held[4:length]))
    unpacker = zlib.decompressobj()
    out.write(unpacker.decompress(held[length:]))
    for piece in pieces:
        out.write(unpacker.decompress(piece))
    out.write(unpacker.flush())
    return manifest


def _manifest(said: dict[str, Any]) -> Manifest:
    if said["format"] != FORMAT:
        raise BackupFailed("a newer version of the program made it: restore it with that one")
    values = said | {"made_at": datetime.fromisoformat(said["made_at"])}
    return Manifest(**(values | {"facts": Facts(**said["facts"])}))


def _compare(manifest: Manifest, unpacked: Path) -> None:
    if manifest.engine == "postgresql":
        check_dump(unpacked)
        return
    if difference := manifest.facts.differs_in(check_database(unpacked)):
        raise BackupFailed(f"it does not hold what was copied: {difference}")
