"""What every printed document has in common, whatever it says.

A document is one frozen value of finished words. Its `layout` names the template that sets it and
tells which of its parts are tables (their words need places to break at) and which keep their
lines. Nothing in a document is run: a template shows strings.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol


class Paper(StrEnum):
    """The sheet that a document is set for. Both carry a text block 178 mm wide."""

    LETTER = "letter"
    A4 = "a4"


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """How one kind of document is set.

    ``template`` is the file's name without its ending, in letters and low lines; ``title`` stands
    in the file and is neutral, because file listings and viewers show it to anyone. ``what`` is
    the word for the document in a sentence to its maker.
    """

    template: str
    title: str
    tables: frozenset[str] = frozenset()
    keeps_lines: frozenset[str] = frozenset()
    what: str = "report"
    advice: str = "Choose a shorter period."


class Document(Protocol):
    """A value that can be set. It may have ``charts`` and a ``patient``, who is on every page."""

    layout: ClassVar[Layout]

    @property
    def generated_at(self) -> datetime: ...

    @property
    def title(self) -> str: ...

    def to_json(self) -> str: ...


def check_generated_at(generated_at: datetime) -> None:
    """Raise ValueError for a naive instant: it dates the file."""
    if generated_at.tzinfo is None:
        raise ValueError("generated_at needs a time zone")


def as_json(document: Any) -> str:
    """The same text for the same document: sorted keys, no spaces, instants in UTC."""
    return json.dumps(
        asdict(document), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
    )


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    raise TypeError(f"a report holds words, not {type(value).__name__}")
