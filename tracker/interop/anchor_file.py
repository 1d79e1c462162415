"""Anchors of the audit trail: one JSON line each, in a file beside the database, added at its end.

A line is sealed by the same key as the trail, so that none can be invented. Copy the file to
another machine: who can cut the trail here can cut the file here too.
"""

from __future__ import annotations

import hmac
import json
import os
from datetime import datetime
from pathlib import Path

from tracker.domain.audit_chain import Anchor

NAME = "audit-anchors.jsonl"


class BrokenAnchor(Exception):
    """A line of the file was changed or damaged; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"Line {line} of {NAME} was changed or damaged.")
        self.line = line


def add_anchor(folder: Path, anchor: Anchor, *, key: bytes) -> None:
    """Write one line and wait until it is on the disk."""
    values = [anchor.written_at.isoformat(), anchor.seq, anchor.seal.hex()]
    line = json.dumps([*values, _mac(key, values)]) + "\n"
    descriptor = os.open(folder / NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(line)
        handle.flush()
        os.fsync(handle.fileno())


def read_anchors(folder: Path, *, key: bytes) -> tuple[Anchor, ...]:
    """All anchors; none where no file is. Raises `BrokenAnchor`."""
    try:
        lines = (folder / NAME).read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return ()
    return tuple(_anchor(number, line, key) for number, line in enumerate(lines, start=1))


def _anchor(number: int, line: str, key: bytes) -> Anchor:
    try:
        written_at, seq, seal, mac = json.loads(line)
        if not hmac.compare_digest(mac, _mac(key, [written_at, seq, seal])):
            raise BrokenAnchor(number)
        return Anchor(
            written_at=datetime.fromisoformat(written_at), seq=seq, seal=bytes.fromhex(seal)
        )
    except (ValueError, TypeError):
        raise BrokenAnchor(number) from None


def _mac(key: bytes, values: list[object]) -> str:
    return hmac.new(key, json.dumps(values).encode("ascii"), "sha256").hexdigest()
