"""The finished words about what a protocol asks when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from tracker.domain.instrument_use_words import use_words
from tracker.domain.instrument_uses import InstrumentUse
from tracker.domain.instruments import Instrument, definitions
from tracker.domain.protocol import Protocol
from tracker.domain.ready_made_uses import READY_MADE

NOT_WORDED = "No wording in this clinic: staff enter paper forms"


@dataclass(frozen=True, kw_only=True, slots=True)
class UsesPage:
    """Each instrument with what is asked of it now; then those that could be asked as well."""

    title: str
    asked: tuple[tuple[object, ...], ...]
    others: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UsePage:
    """One instrument in one protocol."""

    title: str
    facts: tuple[tuple[str, str], ...]
    suggestion: str
    back_href: str


def uses_page(protocol_id: UUID, found: Protocol, worded: Collection[str]) -> UsesPage:
    """All instruments of a protocol. ``worded`` are the keys that patients can be asked."""
    by_key = {use.key: use for use in found.instruments}
    return UsesPage(
        title="What is asked when",
        asked=tuple(_row(protocol_id, definitions()[key], by_key[key], worded) for key in by_key),
        others=tuple(
            _row(protocol_id, each, InstrumentUse(key=key), worded)
            for key, each in definitions().items()
            if key not in by_key
        ),
    )


def _row(
    protocol_id: UUID, instrument: Instrument, use: InstrumentUse, worded: Collection[str]
) -> tuple[object, ...]:
    href = url_for("admin.edit_use", protocol_id=protocol_id, instrument=instrument.key)
    state = "Patients can be asked" if instrument.key in worded else NOT_WORDED
    return ((instrument.title, href), use_words(use), state)


def use_page(
    protocol_id: UUID, instrument: Instrument, seen: InstrumentUse, worded: Collection[str]
) -> UsePage:
    """The page of one instrument's form."""
    ready = READY_MADE.get(instrument.key)
    is_new = not seen.rules
    return UsePage(
        title=f"When {instrument.title} is asked",
        facts=(
            ("Now", use_words(seen)),
            ("Looks back over", instrument.recall),
            ("Takes about", f"{instrument.minutes} min"),
            ("Wording", "Patients can be asked" if instrument.key in worded else NOT_WORDED),
        ),
        suggestion=f"Filled in with our suggestion: {use_words(ready)}. "
        "It is a default, needs clinical review."
        if ready is not None and is_new
        else "",
        back_href=url_for("admin.uses", protocol_id=protocol_id),
    )
