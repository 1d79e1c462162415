"""Rules about accounts: one form of an e-mail address, passwords, limits of a sign-in, throttling.

Sources: NIST SP 800-63B-4 (length, no composition rules, no forced change), OWASP ASVS 5.0.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from tracker.domain.errors import Refused
from tracker.domain.languages import to_say
from tracker.domain.people import STAFF_ROLES, Role

PASSWORD_MIN_LENGTH = 15
"""Shortest password where it is the only factor (NIST SP 800-63B-4)."""

PASSWORD_MAX_LENGTH = 1024

INVITATION_LASTS = timedelta(hours=72)
SETUP_LINK_LASTS = timedelta(minutes=30)
RESET_LINK_LASTS = timedelta(hours=4)
"""Long enough to be handed over within a shift, too short to be found in a drawer."""
FORGOTTEN_LINK_LASTS = timedelta(minutes=30)
"""From when it is sent; it goes to a mailbox, which is read on the same phone."""
ASKED_RESET_LASTS = timedelta(hours=1)
"""So long somebody waits for a mail at the most: later they ask again."""


class UnfitPassword(Refused):
    """Raised with the words that tell a person what to change."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, field="password", values=values)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInLimits:
    """How long a sign-in lives: without use, and in all."""

    idle: timedelta
    absolute: timedelta


_PATIENT_LIMITS = SignInLimits(idle=timedelta(minutes=20), absolute=timedelta(hours=24))
_ADMINISTRATOR_LIMITS = SignInLimits(idle=timedelta(minutes=15), absolute=timedelta(hours=8))
_CLINICAL_LIMITS = SignInLimits(idle=timedelta(minutes=60), absolute=timedelta(hours=12))


_LINK_LIMITS = SignInLimits(idle=timedelta(minutes=60), absolute=timedelta(hours=24))
"""By a private link: an hour without use. It shows nothing but the answers of one check-in that is
not sent, and asking for the date of birth every few minutes would stop people."""

LINK_ONLY_DOMAIN = "link-only.invalid"
"""Addresses here (RFC 2606: nobody's) stand for patients who answer by private links only."""


def link_only_email(name: str) -> str:
    """The address of an account that nobody can sign in to with a password."""
    return f"{name}@{LINK_ONLY_DOMAIN}"


def is_link_only(email: str) -> bool:
    """Whether an account's address is one of those."""
    return email.endswith(f"@{LINK_ONLY_DOMAIN}")


CLOSED_DOMAIN = "closed.invalid"
"""Addresses here stand for accounts that are closed for good: their own was given back."""


def closed_email(name: str) -> str:
    """The address of an account that is closed for good."""
    return f"{name}@{CLOSED_DOMAIN}"


def normal_email(typed: str) -> str:
    """The one form under which an address is stored and looked up."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def sign_in_limits(roles: Collection[Role], *, by_link: bool = False) -> SignInLimits:
    """The limits for somebody's roles, or for a private link.

    An administrator who also treats gets the clinical ones: a run sheet must not close under
    their hands after a quarter of an hour.
    """
    if by_link:
        return _LINK_LIMITS
    if Role.ADMINISTRATOR in roles and len(roles) == 1:
        return _ADMINISTRATOR_LIMITS
    if not STAFF_ROLES.intersection(roles):
        return _PATIENT_LIMITS
    return _CLINICAL_LIMITS


def check_password(password: str, *, email: str, common: Collection[str]) -> None:
    """Raise `UnfitPassword` unless the password may be used.

    Every character counts as typed (spaces and any script are welcome); nothing is trimmed.
    """
    if len(password) < PASSWORD_MIN_LENGTH:
        raise UnfitPassword(
            to_say("Use at least %(least)s characters: a few words work well."),
            least=PASSWORD_MIN_LENGTH,
        )
    if len(password) > PASSWORD_MAX_LENGTH:
        raise UnfitPassword(to_say("Use at most %(most)s characters."), most=PASSWORD_MAX_LENGTH)
    folded = password.casefold()
    if len(set(folded)) < 4 or folded in common or folded == email:
        raise UnfitPassword(to_say("This password is easy to guess. Choose another one."))


@dataclass(frozen=True, kw_only=True, slots=True)
class Throttle:
    """Failed attempts of one key inside a window, and until when the next must wait."""

    failures: int
    window_started_at: datetime
    blocked_until: datetime | None = None


THROTTLE_WINDOW = timedelta(minutes=15)
FREE_FAILURES_PER_ACCOUNT = 5
FREE_FAILURES_PER_ADDRESS = 50
FREE_RESETS_PER_ACCOUNT = 3
FREE_RESETS_PER_ADDRESS = 20
_LONGEST_WAIT = timedelta(minutes=15)


_ONE_SUBSCRIBER = 64
"""Bits of an IPv6 address that name a network: the rest is its owner's to choose (RFC 6177)."""


def network_of(address: str) -> str:
    """Whom an address is counted for: itself, or with IPv6 the network that it is in."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, _ONE_SUBSCRIBER), strict=False))


def is_blocked(throttle: Throttle | None, now: datetime) -> bool:
    """Whether the next attempt has to wait."""
    return bool(throttle and throttle.blocked_until and throttle.blocked_until > now)


def _last_of(throttle: Throttle) -> datetime:
    """When the window last slid, or the wait in it ended: waiting it out opens no fresh window."""
    return max(throttle.window_started_at, throttle.blocked_until or throttle.window_started_at)


def after_failure(throttle: Throttle | None, *, now: datetime, free_failures: int) -> Throttle:
    """The throttle after one more failure: free at first, then waits that double, with an end."""
    if throttle is None or now - _last_of(throttle) > THROTTLE_WINDOW:
        throttle = Throttle(failures=0, window_started_at=now)
    failures = throttle.failures + 1
    over = failures - free_failures
    if over < 0:
        return Throttle(failures=failures, window_started_at=throttle.window_started_at)
    wait = min(timedelta(seconds=30) * 2 ** min(over, 10), _LONGEST_WAIT)
    # The window slides with the wait: waiting it out does not open a fresh set of free attempts.
    return Throttle(failures=failures, window_started_at=now, blocked_until=now + wait)
