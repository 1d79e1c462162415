"""The throttle on failed passwords: some tries are free, then each waits longer than the last."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tracker.domain import accounts
from tracker.domain.accounts import Throttle
from tracker.domain.errors import Refused
from tracker.domain.languages import to_say
from tracker.models.accounts import SignInThrottleRow
from tracker.models.database import transaction

MOST_THROTTLES = 10_000


class TooManyAttempts(Exception):
    """Too many failures for one of the names; `wait_until` says when to try again."""

    def __init__(self, wait_until: datetime) -> None:
        super().__init__("Too many attempts.")
        self.wait_until = wait_until

    def refusal(self, now: datetime, *, field: str | None = None) -> Refused:
        """What to tell: how long to wait."""
        minutes = int((self.wait_until - now).total_seconds() // 60) + 1
        words = to_say("Too many attempts. Wait %(minutes)s min, then try again.")
        return Refused(words, field=field, values={"minutes": minutes})


def count_attempt(db: Session, keys: Sequence[tuple[str, int]], *, now: datetime) -> None:
    """Count one try for each name with its number of free failures, in a transaction of its own.

    It counts as a failure before the password is looked at: parallel guesses cannot slip past.
    Raises `TooManyAttempts` while one of the names has to wait.
    """
    with transaction(db):
        for name, free in keys:
            key = _key(name)
            row = db.get(SignInThrottleRow, key)
            known = None if row is None else _as_throttle(row)
            if known and accounts.is_blocked(known, now):
                raise TooManyAttempts(known.blocked_until or now)
            after = accounts.after_failure(known, now=now, free_failures=free)
            if row is None:
                _purge(db, now=now)
                row = SignInThrottleRow(key_hash=key)
                db.add(row)
            row.failures = after.failures
            row.window_started_at = after.window_started_at
            row.blocked_until = after.blocked_until


def forgive(db: Session, *, account: str, network: str = "") -> None:
    """A right password clears the account; the network gets back the attempt it was charged."""
    db.execute(delete(SignInThrottleRow).where(SignInThrottleRow.key_hash == _key(account)))
    db.execute(
        update(SignInThrottleRow)
        .where(SignInThrottleRow.key_hash == _key(network), SignInThrottleRow.failures > 0)
        .values(failures=SignInThrottleRow.failures - 1)
    )


def _key(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()


def _as_throttle(row: SignInThrottleRow) -> Throttle:
    return Throttle(
        failures=row.failures,
        window_started_at=row.window_started_at,
        blocked_until=row.blocked_until,
    )


def _purge(db: Session, *, now: datetime) -> None:
    """Keep the table bounded: names that nobody has can be tried without end.

    Those with the fewest failures go first: trying other names frees none that is under attack.
    """
    stale = now - 2 * accounts.THROTTLE_WINDOW
    db.execute(delete(SignInThrottleRow).where(SignInThrottleRow.window_started_at < stale))
    over = (
        select(SignInThrottleRow.key_hash)
        .order_by(
            SignInThrottleRow.failures.desc(),
            SignInThrottleRow.window_started_at.desc(),
            SignInThrottleRow.key_hash,
        )
        .offset(MOST_THROTTLES - 1)
    )
    db.execute(delete(SignInThrottleRow).where(SignInThrottleRow.key_hash.in_(over)))
