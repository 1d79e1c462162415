"""The copy of the audit trail elsewhere: where it goes on, and what in the trail differs from it.

Who holds the key can write the chain anew, and no seal shows it. A copy that this machine can only
add to does. After a restore the trail goes on from an earlier event: the copy is continued there,
and what it holds from before stays in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tracker.domain.audit_chain import Break, Fault, Plain, Restoration, restored_from

Event = tuple[Plain, bytes | None]
"""An event in the form in which it is sealed, and its seal."""


class CopyDiffers(Exception):
    """The trail does not hold what the copy does, and no backup was restored: nothing is added."""

    def __init__(self, seq: int) -> None:
        super().__init__(
            f"The copy of the trail holds another event {seq}: nothing was added to it."
            " See flask audit verify."
        )
        self.seq = seq


def number(event: Event) -> int:
    """An event's number."""
    return int(event[0][0] or 0)


def is_same(one: Event, other: Event) -> bool:
    """Whether two events are one, whatever they were read from."""
    return list(one[0]) == list(other[0]) and one[1] == other[1]


def place_to_go_on(copied: Iterable[Event], stored: Iterable[Event]) -> int:
    """After which event the copy goes on, when its last one is not in the trail any more.

    That is where the trail says that a backup was restored. Raises `CopyDiffers`.
    """
    compared = Comparison(copied, ())
    for _event in compared.alongside(stored):
        if compared.faults:
            break
        if compared.restored_at is not None:
            return compared.restored_at - 1
    first = min((fault.seq for fault in compared.faults), default=compared.copied_to)
    raise CopyDiffers(first)


class Comparison:
    """The trail beside its copy, in one pass over both."""

    def __init__(self, copied: Iterable[Event], begun_at: Sequence[int]) -> None:
        """`begun_at` are the events at which the copy was continued after a restore."""
        self._copied = iter(copied)
        self._begun_at = begun_at
        self._here: Event | None = None
        self.faults: list[Fault] = []
        self.copied_to = 0
        self.not_copied = 0
        self.restored_at: int | None = None

    def alongside(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, each compared with the copy on its way."""
        self._next()
        for event in events:
            self._compare(event)
            yield event
        self._only_copied(None)

    def judge(self, restorations: Sequence[Restoration]) -> tuple[Fault, ...]:
        """What differs; a new beginning counts only where the trail proves that it was restored."""
        proved = {each.seq for each in restorations}
        told = (*self._begun_at, *((self.restored_at,) if self.restored_at else ()))
        unproved = [Fault(seq=each, what=Break.COPY_BEGUN) for each in told if each not in proved]
        return (*self.faults, *unproved)

    def _compare(self, event: Event) -> None:
        seq = number(event)
        self._only_copied(seq)
        if self._here is None:
            self.not_copied += 1
        elif number(self._here) != seq:
            self.faults.append(Fault(seq=seq, what=Break.COPY_LACKS))
        elif is_same(self._here, event):
            self._next()
        elif restored_from(event[0]) is not None:
            self.restored_at, self._here = seq, None  # what the copy holds from here on is older
            self.not_copied += 1
        else:
            self.faults.append(Fault(seq=seq, what=Break.COPY_DIFFERS))
            self._next()

    def _only_copied(self, upto: int | None) -> None:
        """Both ends of what the copy holds before an event, and the trail does not."""
        run: list[int] = []
        while self._here is not None and (upto is None or number(self._here) < upto):
            run = [*run[:1], number(self._here)]
            self._next()
        self.faults += [Fault(seq=each, what=Break.COPY_ONLY) for each in run]

    def _next(self) -> None:
        self._here = next(self._copied, None)
        if self._here is not None:
            self.copied_to = number(self._here)
