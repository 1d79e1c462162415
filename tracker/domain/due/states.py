"""A due check-in and where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class DueState(StrEnum):
    """Where a due check-in stands."""

    UPCOMING = "upcoming"
    DUE = "due"
    LATE = "late"
    MISSED = "missed"
    ANSWERED = "answered"


@dataclass(frozen=True, kw_only=True, slots=True)
class DueCheckIn:
    """One check-in that is asked for. Open from ``opens_at`` to before ``closes_at`` (UTC)."""

    instrument_key: str
    due_key: str
    due_on: date
    opens_at: datetime
    late_from: datetime
    closes_at: datetime
    state: DueState
    infusion_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Can be answered now."""
        return self.state in (DueState.DUE, DueState.LATE)

    @property
    def counts(self) -> bool:
        """Whether it belongs into "answered of due": it was answered, or its time is over."""
        return self.state in (DueState.ANSWERED, DueState.MISSED)


def open_check_ins(due: Iterable[DueCheckIn]) -> tuple[DueCheckIn, ...]:
    """Those that can be answered now, the one that closes first at the front."""
    return tuple(sorted((one for one in due if one.is_open), key=lambda one: one.closes_at))
