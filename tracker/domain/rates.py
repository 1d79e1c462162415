"""How much has run in by a moment: from the first rate, the changes of rate, pauses and the end.

Computed from what was written down, and shown as computed: a pump that stood still unnoticed is
not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from tracker.domain.errors import Refused
from tracker.domain.infusion_volume import RATE_ML_PER_H, even_ml_per_h
from tracker.domain.numbers_in_words import rounded
from tracker.domain.run_sheet_stages import ON_THE_DRIP, Move, Stage

_PAUSE, _RESUME = Move.PAUSE, Move.RESUME


@dataclass(frozen=True, kw_only=True, slots=True)
class RateStep:
    """The pump's rate from a moment on. During a pause it counts from the end of the pause."""

    from_at: datetime
    ml_per_h: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Nothing runs in from `from_at` until `to_at`; None while it goes on."""

    from_at: datetime
    to_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """One infusion as it ran: started even over the planned minutes, then as it was changed."""

    started_at: datetime
    planned_minutes: int
    total_ml: Decimal
    ended_at: datetime | None = None
    changes: tuple[RateStep, ...] = ()
    pauses: tuple[Pause, ...] = ()

    def infused_ml(self, at: datetime) -> Decimal:
        """The volume that had run in by a moment, to 0.1 mL; never more than there was."""
        return rounded(self.share_run(at) * Fraction(self.total_ml), 1)

    def share_run(self, at: datetime) -> Fraction:
        """Which part of the whole had run in by a moment, from 0 to 1, exact."""
        until = min(at, self.ended_at) if self.ended_at else at
        ran = sum(
            (self._rate_from(begin) * _hours(begin, end) for begin, end in self._pieces(until)),
            Fraction(0),
        )
        return min(ran / Fraction(self.total_ml), Fraction(1))

    def ml_per_h(self, at: datetime) -> Decimal:
        """The rate at a moment, to 0.1 mL/h: 0 before the start, in a pause and after the end."""
        over = self.ended_at is not None and at >= self.ended_at
        if at < self.started_at or over or self._is_paused(at):
            return Decimal(0)
        return rounded(self._rate_from(at), 1)

    def _pieces(self, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches before `until` in which one rate ran without a pause."""
        edges = {self.started_at, until}
        edges.update(step.from_at for step in self.changes)
        for pause in self.pauses:
            edges.update(edge for edge in (pause.from_at, pause.to_at) if edge)
        inside = sorted(edge for edge in edges if self.started_at <= edge <= until)
        for begin, end in zip(inside, inside[1:], strict=False):
            if not self._is_paused(begin):
                yield begin, end

    def _is_paused(self, at: datetime) -> bool:
        return any(
            pause.from_at <= at and (pause.to_at is None or at < pause.to_at)
            for pause in self.pauses
        )

    def _rate_from(self, at: datetime) -> Fraction:
        so_far = [step for step in self.changes if step.from_at <= at]
        if not so_far:
            return even_ml_per_h(self.total_ml, self.planned_minutes)
        return Fraction(max(so_far, key=lambda step: step.from_at).ml_per_h)


def _hours(begin: datetime, end: datetime) -> Fraction:
    passed = end.astimezone(UTC) - begin.astimezone(UTC)
    return Fraction(passed.days * 86_400 + passed.seconds, 3600) + Fraction(
        passed.microseconds, 3_600_000_000
    )


def pauses_of(moves: Iterable[tuple[Move, datetime]]) -> tuple[Pause, ...]:
    """The pauses among the standing moves of a sheet, which come in their order."""
    found: list[Pause] = []
    since: datetime | None = None
    for move, at in moves:
        if move is _PAUSE:
            since = at
        elif since is not None and move in {_RESUME, Move.END, Move.STOP_EARLY}:
            found.append(Pause(from_at=since, to_at=at))
            since = None
    if since is not None:
        found.append(Pause(from_at=since))
    return tuple(found)


def check_rate(ml_per_h: Decimal, *, total_ml: Decimal | None) -> None:
    """Raise `Refused` for a rate that no pump runs, and when no volume was written down."""
    low, high = RATE_ML_PER_H
    if not low <= ml_per_h <= high:
        raise Refused(f"Enter a number from {low} to {high} mL/h.", field="rate_ml_per_h")
    if total_ml is None:
        raise Refused(
            "No volume was written down at the start of this infusion, so a rate has nothing to "
            "refer to. Write it as a note."
        )


def check_rate_time(
    at: datetime, *, stage: Stage, started_at: datetime | None, ended_at: datetime | None
) -> None:
    """Raise `Refused` for a rate change that lies outside the infusion."""
    if started_at is None or (stage not in ON_THE_DRIP and ended_at is None):
        raise Refused("The infusion has not started. A rate can be changed while it runs.")
    if at < started_at.replace(second=0, microsecond=0):
        raise Refused("That is before the start of the infusion.", field="changed_time")
    if ended_at is not None and at > ended_at:
        raise Refused("That is after the end of the infusion.", field="changed_time")
