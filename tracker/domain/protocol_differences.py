"""Where two versions of a protocol differ, in words: for two people who changed it at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.domain.errors import Difference, differences
from tracker.domain.instrument_use_words import use_words
from tracker.domain.protocol import Protocol

_OWN = ("infusion_count", "min_gap_days", "preferred_gap_days", "max_gap_days")
_OF_DOSE = ("dose_mg_per_kg", "infusion_minutes")


def protocol_differences(yours: Protocol, stored: Protocol) -> tuple[Difference, ...]:
    """One line for each rule on which they differ, rules of a list by their place in it."""
    mine, theirs = _lines(yours), _lines(stored)
    return differences(mine, theirs, {name: name for name in mine | theirs})


def _lines(protocol: Protocol) -> dict[str, str]:
    lines = {_words(name): str(getattr(protocol, name)) for name in _OWN}
    lines |= {_words(name): str(getattr(protocol.dose, name)) for name in _OF_DOSE}
    for part, value in protocol.definition().items():
        lines |= _part(part, value) if part != "instruments" else {}
    lines |= {f"Instrument {use.key}": use_words(use) for use in protocol.instruments}
    return lines


def _part(part: str, value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {f"{_words(part)}: {_words(key).lower()}": str(each) for key, each in value.items()}
    if isinstance(value, list):
        return {
            f"{_words(part)} {place}": _entry(each) for place, each in enumerate(value, start=1)
        }
    return {_words(part): "" if value is None else str(value)}


def _entry(each: Any) -> str:
    if not isinstance(each, Mapping):
        return str(each)
    kept = (value for name, value in each.items() if name != "key" and value not in {None, ""})
    said = (str(value) for value in kept if not isinstance(value, bool))
    return ", ".join(words if " " in words else words.replace("_", " ") for words in said)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
