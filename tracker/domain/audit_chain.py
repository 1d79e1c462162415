"""The chain of the audit trail: each event is sealed together with the seal before it.

Whoever changes, removes, inserts or reorders an event without the key breaks the chain there, and
checking names the place. Cutting off its end breaks nothing: for that there are anchors, seals
written down outside the database from time to time. The seal is HMAC-SHA256; the key is not in the
database (NIST SP 800-53 AU-9, AU-10).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

SEALED = (
    "seq",
    "occurred_at",
    "clinic_id",
    "user_id",
    "sign_in_id",
    "address",
    "event",
    "outcome",
    "object_kind",
    "object_id",
    "patient_id",
    "detail",
)
"""The columns of an event, in the order in which they are sealed."""

BEGINNING = b""
"""What stands before the first seal."""


class Break(StrEnum):
    """What is wrong with one place of the trail."""

    CHANGED = "was changed, or put there by somebody else"
    MISSING = "is missing"
    UNSEALED = "has no seal"
    CUT = "is missing at the end"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One place where the trail is not as it was written."""

    seq: int
    what: Break


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """How far the trail had come at one moment, kept outside the database."""

    written_at: datetime
    seq: int
    seal: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """The result of one check. `before_seals` events are older than the chain and not covered."""

    events: int
    before_seals: int
    faults: tuple[Fault, ...]


def trail_key(secret: str) -> bytes:
    """The key of the chain, made from the installation's signing key for this purpose alone."""
    return hmac.new(secret.encode(), b"the chain of the audit trail", hashlib.sha256).digest()


def seal(key: bytes, before: bytes, values: Mapping[str, Any]) -> bytes:
    """The seal of one event that follows the one sealed by `before`."""
    return hmac.new(key, before + _text(values).encode("utf-8", "surrogatepass"), "sha256").digest()


def _text(values: Mapping[str, Any]) -> str:
    """One text for the same values, whichever engine gave them."""
    fixed = [_fixed(values[name]) for name in SEALED]
    return json.dumps(fixed, sort_keys=True, separators=(",", ":"))


def _fixed(value: Any) -> Any:
    if value is None or isinstance(value, int | str | dict):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value)


def check(
    events: Iterable[tuple[Mapping[str, Any], bytes | None]],
    anchors: Sequence[Anchor],
    *,
    key: bytes,
) -> Checked:
    """Go through all events in the order of their numbers; name every place that does not fit.

    After a place that does not fit the check goes on from what stands there, so that one change
    is one fault. Memory does not grow with the trail.
    """
    walk = _Walk(key, {anchor.seq: anchor.seal for anchor in anchors})
    faults = [fault for values, sealed in events for fault in walk.step(values, sealed)]
    faults += walk.end()
    unique = {(fault.seq, fault.what): fault for fault in faults}
    ordered = sorted(unique.values(), key=lambda fault: (fault.seq, fault.what))
    return Checked(events=walk.events, before_seals=walk.before_seals, faults=tuple(ordered))


class _Walk:
    """Where a check stands."""

    def __init__(self, key: bytes, anchored: dict[int, bytes]) -> None:
        self._key = key
        self._anchored = anchored
        self._last_seq = 0
        self._before: bytes | None = BEGINNING
        self._is_chained = False
        self.events = 0
        self.before_seals = 0

    def step(self, values: Mapping[str, Any], sealed: bytes | None) -> Iterator[Fault]:
        seq = values["seq"]
        self.events += 1
        if seq != self._last_seq + 1:
            yield from self._gap(seq)
        if sealed is None:
            yield from self._unsealed(seq)
        else:
            yield from self._sealed(seq, values, sealed)
        self._last_seq = seq

    def _gap(self, seq: int) -> Iterator[Fault]:
        yield Fault(seq=self._last_seq + 1, what=Break.MISSING)
        if seq - self._last_seq > 2:
            yield Fault(seq=seq - 1, what=Break.MISSING)
        self._before = None

    def _unsealed(self, seq: int) -> Iterator[Fault]:
        if self._is_chained:
            yield Fault(seq=seq, what=Break.UNSEALED)
            self._before = None
        else:
            self.before_seals += 1
            self._before = BEGINNING

    def _sealed(self, seq: int, values: Mapping[str, Any], sealed: bytes) -> Iterator[Fault]:
        # After a gap nothing can be said of the first event: its predecessor is not there.
        fits = self._before is None or hmac.compare_digest(
            seal(self._key, self._before, values), sealed
        )
        anchored = self._anchored.pop(seq, sealed)
        if not fits or anchored != sealed:
            yield Fault(seq=seq, what=Break.CHANGED)
        self._is_chained, self._before = True, sealed

    def end(self) -> Iterator[Fault]:
        """What anchors say that the trail had, and it has not."""
        for seq in self._anchored:
            beyond = seq > self._last_seq
            yield Fault(seq=seq, what=Break.CUT if beyond else Break.MISSING)
