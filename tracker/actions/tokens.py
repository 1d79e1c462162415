"""Secrets that travel in cookies and links: 256 random bits, stored as their SHA-256 only."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A fresh secret, as text for a cookie or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What the database keeps of it: 32 bytes."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
