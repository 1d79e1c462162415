"""How the server and its typesetting process talk: a kind, a length and that many bytes."""

from __future__ import annotations

import struct
from enum import Enum
from typing import IO

_HEAD = struct.Struct(">cI")
LONGEST_FRAME_BYTES = 64 * 1024 * 1024


class Kind(Enum):
    """What a frame carries."""

    REPORT = b"R"
    """To the child: the prepared report as JSON."""
    PDF = b"P"
    """From the child: the finished file."""
    FAILURE = b"F"
    """From the child: why there is none, in UTF-8."""


class BrokenConversation(Exception):
    """The other side is gone, or speaks something else."""


def write_frame(pipe: IO[bytes], kind: Kind, payload: bytes) -> None:
    """Send one frame. Raises OSError when the other side is gone."""
    pipe.write(_HEAD.pack(kind.value, len(payload)))
    pipe.write(payload)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> tuple[Kind, bytes] | None:
    """The next frame, or None when the pipe was closed between two frames."""
    head = pipe.read(_HEAD.size)
    if not head:
        return None
    if len(head) < _HEAD.size:
        raise BrokenConversation("the pipe was closed inside a frame")
    letter, length = _HEAD.unpack(head)
    payload = pipe.read(length) if length <= LONGEST_FRAME_BYTES else b""
    if len(payload) != length:
        raise BrokenConversation("the pipe was closed inside a frame")
    return Kind(letter), payload
