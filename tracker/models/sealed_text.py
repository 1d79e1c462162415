"""Text that only a key opens: AES-256-GCM, bound to the row that it stands in.

The one module that knows the cipher, beside sealed_stream.py. Whoever calls it brings the key. The
cipher is loaded with the first text: most processes never open one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

NONCE_BYTES = 12


class CannotOpen(Exception):
    """The text was sealed with another key, for another row, or was changed since."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedText:
    """Ciphertext with its nonce, and which key made it."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


def key_id(key: bytes) -> str:
    """Eight hexadecimal digits that tell keys apart and give nothing of them away."""
    return hashlib.sha256(key).hexdigest()[:8]


def seal(key: bytes, text: str, *, about: str) -> SealedText:
    """Encrypt with a 32-byte key; `about` names the row and has to be the same when opened."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, text.encode("utf-8"), about.encode("utf-8"))
    return SealedText(key_id=key_id(key), nonce=nonce, ciphertext=ciphertext)


def open_sealed(key: bytes, sealed: SealedText, *, about: str) -> str:
    """The text again. Raises `CannotOpen`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if sealed.key_id != key_id(key):
        raise CannotOpen
    try:
        return (
            AESGCM(key)
            .decrypt(sealed.nonce, sealed.ciphertext, about.encode("utf-8"))
            .decode("utf-8")
        )
    except (InvalidTag, ValueError):
        raise CannotOpen from None
