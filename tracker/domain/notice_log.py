"""Which notices the sets of a run sheet raised, and which of them nobody has acknowledged yet.

A notice belongs to one set and one measure. It waits until somebody writes down what was done; a
set that is corrected or struck out takes its notices with it, and the correction is held against
the limits again. What was acknowledged stays so where value and limit are the same as before.
This is a record: a notice that waits calls nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol as Shape
from uuid import UUID

from tracker.domain.protocol import Protocol
from tracker.domain.vital_limits import Level, Notice, Phase, notices
from tracker.domain.vital_signs import Measure, VitalSigns

OFFERED_ACTIONS: tuple[str, ...] = (
    "Measured again",
    "Told the prescriber",
    "Rate changed",
    "Paused",
    "Medicine given",
    "Looked at, nothing done",
)
"""What is usually done about a notice. A person may write something else instead or besides."""


class StandingSet(Shape):
    """A set that was neither corrected nor struck out."""

    @property
    def id(self) -> UUID: ...

    @property
    def occurred_at(self) -> datetime: ...

    @property
    def signs(self) -> VitalSigns: ...


class Acknowledged(Shape):
    """What an acknowledgement is about."""

    @property
    def vital_signs_id(self) -> UUID: ...

    @property
    def notice_key(self) -> str: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SetNotice:
    """A limit that one set reached. `key` tells it from the other notices of the same set."""

    vital_signs_id: UUID
    measured_at: datetime
    notice: Notice

    @property
    def key(self) -> str:
        """Measure and level, such as "systolic_mmhg urgent"."""
        return f"{self.notice.measure} {self.notice.level}"

    @property
    def is_urgent(self) -> bool:
        return self.notice.level is Level.URGENT


def phase_of(occurred_at: datetime, started_at: datetime | None) -> Phase:
    """Which limits count for a set: those before the start up to the moment of the start."""
    is_before = started_at is None or occurred_at <= started_at
    return Phase.BEFORE if is_before else Phase.DURING


def raised_notices(
    sets: Iterable[StandingSet], protocol: Protocol, *, started_at: datetime | None
) -> tuple[SetNotice, ...]:
    """Every notice that the standing sets of one sheet raised, in the order of the sets.

    A limit that asks for a second set looks at the last value of that measure before, also when a
    set in between did not measure it.
    """
    return tuple(_raised(sets, protocol, started_at))


def _raised(
    sets: Iterable[StandingSet], protocol: Protocol, started_at: datetime | None
) -> Iterator[SetNotice]:
    baseline = before = VitalSigns()
    for each in sorted(sets, key=lambda one: one.occurred_at):
        phase = phase_of(each.occurred_at, started_at)
        found = notices(each.signs, protocol, phase=phase, baseline=baseline, before=before)
        for notice in found:
            yield SetNotice(vital_signs_id=each.id, measured_at=each.occurred_at, notice=notice)
        before = _latest(before, each.signs)
        if phase is Phase.BEFORE:
            baseline = _latest(baseline, each.signs)


def _latest(known: VitalSigns, newer: VitalSigns) -> VitalSigns:
    """The last value of each measure."""
    values = {name: getattr(newer, name) for name in _NAMES}
    return VitalSigns(
        **{name: getattr(known, name) if value is None else value for name, value in values.items()}
    )


_NAMES = tuple(measure.value for measure in Measure)


FIRST_ENTRY = "Acknowledged on the first entry"
"""How an acknowledgement begins that was carried over to a correction."""


def carried_over(
    acknowledged: Mapping[str, str], raised: Iterable[SetNotice]
) -> tuple[SetNotice, ...]:
    """The notices of a correction that were acknowledged on the set that it replaces.

    `acknowledged` has the words of each notice by its key. The words hold the value and the limit:
    where one of them is another, the notice waits again.
    """
    return tuple(each for each in raised if acknowledged.get(each.key) == each.notice.words)


def carried_words(name: str, action: str) -> str:
    """What an acknowledgement that is carried over says: who said what was done, and what."""
    if action.startswith(FIRST_ENTRY):
        return action
    return f"{FIRST_ENTRY} by {name}: {action}"[:LONGEST_ACTION]


LONGEST_ACTION = 200


def waiting_notices(
    sets: Iterable[StandingSet],
    acknowledgements: Iterable[Acknowledged],
    protocol: Protocol,
    *,
    started_at: datetime | None,
) -> tuple[SetNotice, ...]:
    """What nobody has acknowledged on one sheet: urgent ones first, then the newest set first."""
    done = {(each.vital_signs_id, each.notice_key) for each in acknowledgements}
    waiting = [
        each
        for each in raised_notices(sets, protocol, started_at=started_at)
        if (each.vital_signs_id, each.key) not in done
    ]
    newest_first = sorted(waiting, key=lambda each: each.measured_at, reverse=True)
    return tuple(sorted(newest_first, key=lambda each: not each.is_urgent))
