"""Passkeys: whom they are made for, how long a challenge waits, how many somebody has.

Source: W3C Web Authentication Level 3. Every use asks for user verification (a finger, a face, a
PIN), so that a passkey alone is two factors: the device, and who unlocked it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from tracker.domain.errors import Refused
from tracker.domain.languages import to_say

CHALLENGE_LASTS = timedelta(minutes=5)
MOST_PASSKEYS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """The site that passkeys are made for: a name of a host, and where its pages come from."""

    host: str
    origin: str


def party_of(public_url: str) -> Party | None:
    """None where there can be no passkeys: at an address without a name, or without TLS."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        pass
    else:
        return None
    if not host or (parts.scheme != "https" and host != "localhost"):
        return None
    return Party(host=host, origin=f"{parts.scheme}://{parts.netloc}")


def check_room(count: int) -> None:
    """Raise `Refused` for somebody who has as many as there may be."""
    if count >= MOST_PASSKEYS:
        raise Refused(to_say("You have ten passkeys. Remove one first."), field="credential")
