"""Password hashing: argon2id, at most two at once, and as slow for unknown names as for known."""

from __future__ import annotations

import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.domain.accounts import PASSWORD_MAX_LENGTH

_HASHER = PasswordHasher()  # argon2id, 64 MiB, 3 passes: the library's current defaults
_AT_ONCE = threading.BoundedSemaphore(2)  # 64 MiB each: eight threads must not take 512 MiB
_LONGEST_WAIT_SECONDS = 10


class TooBusyToHash(Exception):
    """Raised when two other passwords are being checked for too long."""


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    with _slot():
        return _HASHER.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long when there is no stored hash."""
    if len(password) > PASSWORD_MAX_LENGTH:
        password, stored = "", None
    with _slot():
        try:
            return _HASHER.verify(stored or _dummy_hash(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with older parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    return _HASHER.hash("nobody's password")


class _slot:
    def __enter__(self) -> None:
        if not _AT_ONCE.acquire(timeout=_LONGEST_WAIT_SECONDS):
            raise TooBusyToHash

    def __exit__(self, *_: object) -> None:
        _AT_ONCE.release()
