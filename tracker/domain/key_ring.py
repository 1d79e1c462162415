"""A ring of keys for one purpose: the newest seals, all of them open what they sealed.

Each key is known by eight digits that give nothing of it away. A process that runs while a key is
added to its file learns of it: before it seals, and when it meets a key that it does not know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache


class Ring(StrEnum):
    """What a ring of keys is for."""

    PRIVATE_NOTES = "private-notes"
    FIELDS = "fields"


@lru_cache(maxsize=64)
def key_id(key: bytes) -> str:
    """Eight hexadecimal digits that tell keys apart and give nothing of them away."""
    return hashlib.sha256(key).hexdigest()[:8]


class KeyRing:
    """Keys of 32 bytes, the newest first. `reread` gives them as they are kept now."""

    def __init__(
        self, keys: Sequence[bytes], *, reread: Callable[[], Sequence[bytes]] | None = None
    ) -> None:
        self._reread = reread
        self._take(keys)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self.ids)})"

    @property
    def keys(self) -> tuple[bytes, ...]:
        return self._keys

    @property
    def ids(self) -> tuple[str, ...]:
        """The newest first."""
        return tuple(key_id(key) for key in self._keys)

    @property
    def is_read_again(self) -> bool:
        """Whether a key that is added to where they are kept will be known here."""
        return self._reread is not None

    @property
    def newest(self) -> bytes:
        return self._keys[0]

    def to_seal(self) -> bytes:
        """The newest key as it is kept now: nothing new is sealed with one that was replaced."""
        if self._reread is not None:
            self._take(self._reread())
        return self._keys[0]

    def find(self, wanted: str) -> bytes | None:
        """The key with these digits, if it is kept."""
        if (found := self._by_id.get(wanted)) is None and self._reread is not None:
            self._take(self._reread())
            found = self._by_id.get(wanted)
        return found

    def _take(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("a ring needs a key")
        self._keys = tuple(keys)
        self._by_id = {key_id(key): key for key in self._keys}
