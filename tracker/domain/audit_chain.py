"""The chain of the audit trail: each event is sealed together with the seal before it.

Whoever changes, removes, inserts or reorders an event without the key breaks the chain there, and
checking names the place. Cutting off its end breaks nothing: for that there are anchors, seals
written down outside the database from time to time. The seal is HMAC-SHA256; the key is not in the
database (NIST SP 800-53 AU-9, AU-10).

A backup that was restored cuts the end off too. The event that says so is sealed like any other: it
explains the anchors of what came after the backup, and nothing else does.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from tracker.domain.audit import AuditEvent
from tracker.domain.local_time import fixed_text

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

_OCCURRED_AT, _EVENT, _DETAIL = (SEALED.index(each) for each in ("occurred_at", "event", "detail"))

BEGINNING = b""
"""What stands before the first seal."""


class Break(StrEnum):
    """What is wrong with one place of the trail."""

    CHANGED = "was changed, or put there by somebody else"
    MISSING = "is missing"
    UNSEALED = "has no seal"
    CUT = "is missing at the end"
    COPY_DIFFERS = "is not what the copy holds"
    COPY_LACKS = "is not in the copy, which goes on after it"
    COPY_ONLY = "is in the copy and not in the trail"
    COPY_BEGUN = "begins the copy anew, and nothing proves that a backup was restored"


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
class Restoration:
    """The trail goes on from a backup: `seq` is the event that says so, the one after the backup's.

    `set_aside` anchors are of events that came between the backup and the restore.
    """

    seq: int
    backup_made_at: str
    restored_at: datetime
    set_aside: int

    @property
    def last_seq(self) -> int:
        """The last event of the backup."""
        return self.seq - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """The result of one check. `before_seals` events are older than the chain and not covered."""

    events: int
    before_seals: int
    faults: tuple[Fault, ...]
    restorations: tuple[Restoration, ...] = ()


def trail_key(secret: str) -> bytes:
    """The key of the chain, made from the installation's signing key for this purpose alone."""
    return hmac.new(secret.encode(), b"the chain of the audit trail", hashlib.sha256).digest()


Plain = Sequence[int | str | None]
"""The values of `SEALED`, each in the one form in which it is sealed, whichever engine gave it."""

_write = json.JSONEncoder(separators=(",", ":")).encode


def seal(key: bytes, before: bytes, values: Mapping[str, Any]) -> bytes:
    """The seal of one event that follows the one sealed by `before`."""
    return seal_plain(key, before, plain(values))


def seal_plain(key: bytes, before: bytes, fixed: Plain) -> bytes:
    """The same for values that are in their fixed forms already."""
    return hmac.digest(key, before + _write(fixed).encode("ascii"), "sha256")


def plain(values: Mapping[str, Any]) -> Plain:
    """Each value in its fixed form."""
    return [_fixed(values[name]) for name in SEALED]


def _fixed(value: Any) -> int | str | None:
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, datetime):
        return fixed_text(value)
    if isinstance(value, UUID):
        return value.hex
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=2000)
def plain_detail(stored: str) -> str:
    """The fixed form of details that are stored as JSON: most are the same few."""
    try:
        return str(_fixed(json.loads(stored)))
    except ValueError:
        return stored  # damaged: no seal fits it


def check(
    events: Iterable[tuple[Plain, bytes | None]],
    anchors: Sequence[Anchor],
    *,
    key: bytes,
) -> Checked:
    """Go through all events in the order of their numbers; name every place that does not fit.

    After a place that does not fit the check goes on from what stands there, so that one change
    is one fault. Memory does not grow with the trail.
    """
    walk = _Walk(key, anchors)
    faults: list[Fault] = []
    for values, sealed in events:
        if not walk.goes_on(values, sealed):
            faults += walk.stumble(values, sealed)
    faults += walk.end()
    unique = {(fault.seq, fault.what): fault for fault in faults}
    ordered = sorted(unique.values(), key=lambda fault: (fault.seq, fault.what))
    return Checked(
        events=walk.events,
        before_seals=walk.before_seals,
        faults=tuple(ordered),
        restorations=tuple(walk.restorations),
    )


def restored_from(values: Plain) -> str | None:
    """When the backup was made that an event says was restored; None for any other event."""
    if values[_EVENT] != AuditEvent.BACKUP_RESTORED:
        return None
    try:
        detail = json.loads(str(values[_DETAIL]))
        # Without the number it is of a version that did not note it.
        is_next = detail.get("last_event", int(values[0] or 0) - 1) == int(values[0] or 0) - 1
        return str(detail["made_at"]) if is_next else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


class _Walk:
    """Where a check stands."""

    def __init__(self, key: bytes, anchors: Sequence[Anchor]) -> None:
        self._key = key
        self._anchored: dict[int, list[Anchor]] = {}
        for anchor in anchors:
            self._anchored.setdefault(anchor.seq, []).append(anchor)
        self.restorations: list[Restoration] = []
        self._last_seq = 0
        self._before: bytes | None = BEGINNING
        self._is_chained = False
        self.events = 0
        self.before_seals = 0

    def goes_on(self, values: Plain, sealed: bytes | None) -> bool:
        """Whether the next event is as it should be: the short way for nearly all of them."""
        seq, before = values[0], self._before
        if sealed is None or before is None or seq != self._last_seq + 1 or seq in self._anchored:
            return False
        if values[_EVENT] == AuditEvent.BACKUP_RESTORED:
            return False
        if seal_plain(self._key, before, values) != sealed:
            return False
        self.events += 1
        self._last_seq, self._before, self._is_chained = seq, sealed, True
        return True

    def stumble(self, values: Plain, sealed: bytes | None) -> Iterator[Fault]:
        """Look closer at an event: what is wrong with it, if anything is."""
        seq = int(values[0] or 0)
        self.events += 1
        if seq < 1:
            yield Fault(seq=seq, what=Break.CHANGED)
            return
        gap = tuple(self._gap(seq))
        if gap and self._is_chained:
            yield from gap
            self._before = None
        if sealed is None:
            yield from self._unsealed(seq, values)
        else:
            yield from self._sealed(seq, values, sealed, gap)
        self._last_seq = seq

    def _gap(self, seq: int) -> Iterator[Fault]:
        """Both ends of what is missing before an event."""
        if seq - self._last_seq > 1:
            yield Fault(seq=self._last_seq + 1, what=Break.MISSING)
        if seq - self._last_seq > 2:
            yield Fault(seq=seq - 1, what=Break.MISSING)

    def _unsealed(self, seq: int, values: Plain) -> Iterator[Fault]:
        if self._is_chained:
            yield Fault(seq=seq, what=Break.UNSEALED)
            # What the seal would have been: if the event itself is untouched, the next one fits.
            self._before = self._before and seal_plain(self._key, self._before, values)
        else:
            self.before_seals += 1

    def _sealed(
        self, seq: int, values: Plain, sealed: bytes, gap: tuple[Fault, ...]
    ) -> Iterator[Fault]:
        # After a gap in the chain nothing can be said of the next: its predecessor is not there.
        fits = self._before is None or seal_plain(self._key, self._before, values) == sealed
        if fits and self._before is not None:
            self._set_aside(seq, values)
        anchored = self._anchored.pop(seq, [])
        if not fits and gap and not self._is_chained:
            yield from gap  # the first of the chain stood there; older events may have had gaps
        elif not fits or any(anchor.seal != sealed for anchor in anchored):
            yield Fault(seq=seq, what=Break.CHANGED)
        self._is_chained, self._before = True, sealed

    def _set_aside(self, seq: int, values: Plain) -> None:
        """Of a proved event that says that a backup was restored: older anchors from here on."""
        made_at = restored_from(values)
        if made_at is None:
            return
        restored_at = datetime.fromisoformat(str(values[_OCCURRED_AT]))
        count = 0
        for each in [each for each in self._anchored if each >= seq]:
            newer = [one for one in self._anchored[each] if one.written_at > restored_at]
            count += len(self._anchored[each]) - len(newer)
            if newer:
                self._anchored[each] = newer
            else:
                del self._anchored[each]
        self.restorations.append(
            Restoration(seq=seq, backup_made_at=made_at, restored_at=restored_at, set_aside=count)
        )

    def end(self) -> Iterator[Fault]:
        """What anchors say that the trail had, and it has not; a trail that lost all its seals."""
        if self.events and not self._is_chained:
            yield Fault(seq=self._last_seq, what=Break.UNSEALED)
        for seq in self._anchored:
            beyond = seq > self._last_seq
            yield Fault(seq=seq, what=Break.CUT if beyond else Break.MISSING)
