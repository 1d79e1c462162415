"""A stream of any length that only a key opens: AES-256-GCM over pieces that know their place.

After a header of fixed length come pieces of 64 KiB, each with its tag. The nonce of a piece is its
number and whether it is the last one, and the header is part of what every tag covers: pieces that
were changed, swapped, left out, cut off or added do not open. Each stream has a key of its own,
made from the kept key and 32 random bytes (HKDF-SHA-256), so that no nonce is used twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from tracker.domain.backups import BackupFailed
from tracker.models.sealed_text import key_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"tracker backup 1\n"
KEY_ID_BYTES = 8
SALT_BYTES = 32
HEADER_BYTES = len(MAGIC) + KEY_ID_BYTES + SALT_BYTES
PIECE_BYTES = 64 * 1024
TAG_BYTES = 16


class NotWhole(BackupFailed):
    """Not what was sealed: changed, cut off, or no sealed stream at all."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the file is damaged or not whole: {what}")


class AnotherKey(BackupFailed):
    """Sealed with another key."""

    def __init__(self, made_with: str, given: str) -> None:
        super().__init__(f"it was made with the key {made_with}, and the key given is {given}")


def seal_stream(pieces: Iterable[bytes], key: bytes, out: BinaryIO) -> None:
    """Encrypt with a 32-byte key."""
    header = MAGIC + key_id(key).encode("ascii") + secrets.token_bytes(SALT_BYTES)
    cipher = _cipher(key, header)
    out.write(header)
    number, held = 0, b""
    for piece in _of_equal_length(pieces):
        if number:
            out.write(cipher.encrypt(_nonce(number, is_last=False), held, header))
        number, held = number + 1, piece
    out.write(cipher.encrypt(_nonce(number, is_last=True), held, header))


def open_stream(sealed: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The pieces again. Raises `NotWhole` or `AnotherKey`; what came before that is authentic."""
    from cryptography.exceptions import InvalidTag

    header = sealed.read(HEADER_BYTES)
    if read_key_id(header) != key_id(key):
        raise AnotherKey(read_key_id(header), key_id(key))
    cipher, number = _cipher(key, header), 1
    held = sealed.read(PIECE_BYTES + TAG_BYTES)
    while True:
        following = sealed.read(PIECE_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), held, header)
        except (InvalidTag, ValueError):
            raise NotWhole(f"piece {number} was changed or the end is missing") from None
        if not following:
            return
        number, held = number + 1, following


def read_key_id(header: bytes) -> str:
    """Which key a stream was sealed with, from its first bytes."""
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise NotWhole("it does not begin as a backup does")
    found = header[len(MAGIC) : len(MAGIC) + KEY_ID_BYTES]
    if not (found.isascii() and found.isalnum()):
        raise NotWhole("it does not begin as a backup does")
    return found.decode("ascii")


def _of_equal_length(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > PIECE_BYTES:
            yield bytes(held[:PIECE_BYTES])
            del held[:PIECE_BYTES]
    yield bytes(held)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _cipher(key: bytes, header: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    salt = header[-SALT_BYTES:]
    return AESGCM(HKDF(SHA256(), 32, salt, b"tracker backup").derive(key))
