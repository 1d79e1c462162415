"""What may be asked of a patient who is not in the room.

An item on self-harm is asked from afar only where the clinic has named somebody who is told of the
answer; otherwise the form without that item is offered. Each definition says whether it needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from tracker.domain.due import keys
from tracker.domain.errors import Refused
from tracker.domain.instrument_uses import InstrumentUse
from tracker.domain.instruments import Instrument, Remote


def remote_use_refused(instrument: Instrument, *, has_watcher: bool) -> bool:
    """Whether this instrument must not be sent to a patient who is not in the room."""
    if instrument.remote is Remote.NO:
        return True
    return instrument.remote is Remote.WATCHED and not has_watcher


def needs_watcher(uses: Iterable[InstrumentUse], known: Mapping[str, Instrument]) -> bool:
    """Whether it matters for any of these that the clinic has named somebody."""
    return any(use.key in known and known[use.key].remote is Remote.WATCHED for use in uses)


def asked_remotely(
    uses: Iterable[InstrumentUse], known: Mapping[str, Instrument], *, has_watcher: bool
) -> tuple[InstrumentUse, ...]:
    """The uses as a patient is asked: in the place of a refused one what its definition offers.

    Nothing stands in its place where that is asked already, or is refused as well.
    """
    wanted = list(uses)
    asked = {use.key for use in wanted}
    found: list[InstrumentUse] = []
    for use in wanted:
        key = _key_to_ask(known, use.key, has_watcher=has_watcher)
        if key == use.key or key not in asked | {""}:
            found.append(use if key == use.key else replace(use, key=key))
            asked.add(key)
    return tuple(found)


def _key_to_ask(known: Mapping[str, Instrument], key: str, *, has_watcher: bool) -> str:
    """The key itself, that of what is offered instead, or nothing."""
    instrument = known.get(key)
    if instrument is None or not remote_use_refused(instrument, has_watcher=has_watcher):
        return key
    other = known.get(instrument.instead)
    if other is None or remote_use_refused(other, has_watcher=has_watcher):
        return ""
    return other.key


def answers_of_either(
    uses: Iterable[InstrumentUse],
    known: Mapping[str, Instrument],
    answered: Mapping[str, datetime],
) -> Mapping[str, datetime]:
    """When due keys were answered, an answer to the form that stands in for another, or that
    another stood in for, counting as one to what is asked now.

    Whether somebody was named may have changed since: nothing is missed, or asked for again, that
    was answered in the other form. A form that is asked beside the other keeps its own answers.
    """
    if not answered:
        return answered
    asked = {use.key for use in uses}
    counts_as = {other: key for key in sorted(asked) for other in _other_forms(known, key) - asked}
    found = dict(answered)
    for due_key, at in answered.items():
        key = counts_as.get(keys.instrument_of(due_key))
        if key is not None:
            found.setdefault(keys.for_instrument(due_key, key), at)
    return found


def _other_forms(known: Mapping[str, Instrument], key: str) -> set[str]:
    """What the definitions offer instead of this one, and what they offer this one instead of."""
    own = {known[key].instead} if key in known else set()
    return (own | {other for other, each in known.items() if each.instead == key}) - {""}


def check_may_ask(
    before: Iterable[InstrumentUse],
    after: Iterable[InstrumentUse],
    known: Mapping[str, Instrument],
    *,
    has_watcher: bool,
) -> None:
    """Raise `Refused` when a protocol is to ask for something that nobody watches."""
    had = {use.key for use in before}
    for use in after:
        instrument = known.get(use.key)
        if instrument is None or use.key in had or instrument.remote is not Remote.WATCHED:
            continue
        if not has_watcher:
            raise Refused(not_watched_words(instrument, known))


def unwatched_words(
    uses: Iterable[InstrumentUse], known: Mapping[str, Instrument], *, has_watcher: bool
) -> tuple[str, ...]:
    """One sentence for each instrument of a protocol that is not sent because nobody is named."""
    if has_watcher:
        return ()
    keys = dict.fromkeys(use.key for use in uses)
    return tuple(
        not_watched_words(known[key], known)
        for key in keys
        if key in known and known[key].remote is Remote.WATCHED
    )


def not_watched_words(instrument: Instrument, known: Mapping[str, Instrument]) -> str:
    """Why it is not sent, and what may be instead."""
    other = known.get(instrument.instead)
    offer = f" {other.title} can be asked instead." if other else ""
    return (
        f"{instrument.title} asks about self-harm and is not sent to patients while nobody is "
        f"named who is told of the answer: the administrator names them.{offer}"
    )
