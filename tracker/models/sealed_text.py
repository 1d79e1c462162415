"""Text that only a key opens: AES-256-GCM, bound to the row that it stands in.

The one module that knows the cipher, beside sealed_stream.py. Whoever calls it brings the ring of
keys. The cipher is loaded with the first text: most processes never open one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tracker.domain.key_ring import KeyRing, key_id

__all__ = ["CannotOpen", "SealedText", "key_id", "open_sealed", "seal"]

NONCE_BYTES = 12


class CannotOpen(Exception):
    """The text was sealed with another key, for another row, or was changed since."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedText:
    """Ciphertext with its nonce, and which key made it."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


def seal(ring: KeyRing, text: str, *, about: str) -> SealedText:
    """Encrypt with the newest key; `about` names the row and has to be the same when opened."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, nonce = ring.to_seal(), secrets.token_bytes(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, text.encode("utf-8"), about.encode("utf-8"))
    return SealedText(key_id=key_id(key), nonce=nonce, ciphertext=ciphertext)


def open_sealed(ring: KeyRing, sealed: SealedText, *, about: str) -> str:
    """The text again. Raises `CannotOpen`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = ring.find(sealed.key_id)
    if key is None:
        raise CannotOpen
    try:
        return (
            AESGCM(key)
            .decrypt(sealed.nonce, sealed.ciphertext, about.encode("utf-8"))
            .decode("utf-8")
        )
    except (InvalidTag, ValueError):
        raise CannotOpen from None
