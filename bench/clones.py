"""Courses by the thousand: the demonstration's stories told once, then stored again and again.

A clone has the rows of its story with ids of its own. The rows are bound to what SQLite stores
once for each story, so that storing a clone costs no more than writing it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert
from sqlalchemy.dialects import sqlite

from tracker.models.base import Base

Bound = tuple[Any, ...]
_DIALECT = sqlite.dialect()
_UUID_IN_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
_UNIQUE = {("patients", "record_number"), ("users", "email"), ("invitations", "token_hash")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """One story as bound rows by table, and which columns differ from clone to clone."""

    rows: Mapping[str, Sequence[Bound]]
    score_count: int


def template(told: Mapping[str, Sequence[Mapping[str, Any]]], shared: Iterable[UUID]) -> Template:
    """Bind one story's rows. Ids that are not `shared` become the clone's own."""
    common = frozenset(shared)
    rows = {
        name: [_bind(Base.metadata.tables[name], row, common) for row in some]
        for name, some in told.items()
    }
    return Template(rows=rows, score_count=len(told.get("scores", ())))


class Own(str):
    """A bound id of the story itself: every clone has another."""


def _bind(table: Table, row: Mapping[str, Any], common: frozenset[UUID]) -> Bound:
    processors = _processors(table)
    bound: list[Any] = []
    for column in table.columns:
        value = row.get(column.key, _default(column))
        is_own = isinstance(value, UUID) and value not in common
        processor = processors.get(column.key)
        stored = processor(value) if processor is not None else value
        bound.append(Own(stored) if is_own else stored)
    return tuple(bound)


def bound_rows(name: str, rows: Iterable[Mapping[str, Any]]) -> list[Bound]:
    """Rows as SQLite stores them, in the order of `statement`."""
    return [_bind(Base.metadata.tables[name], row, frozenset()) for row in rows]


_KNOWN: dict[str, Any] = {}


def _processors(table: Table) -> Mapping[str, Any]:
    if table.name not in _KNOWN:
        compiled = insert(table).compile(dialect=_DIALECT)
        _KNOWN[table.name] = compiled._bind_processors
    return _KNOWN[table.name]  # type: ignore[no-any-return]


def _default(column: Any) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None


def statement(name: str) -> str:
    """The INSERT that takes a bound row."""
    columns = list(Base.metadata.tables[name].columns)
    names, marks = ", ".join(c.name for c in columns), ", ".join("?" for _ in columns)
    return f"INSERT INTO {name} ({names}) VALUES ({marks})"


def cloned_rows(name: str, made: Iterable[tuple[int, Template]]) -> Iterator[Bound]:
    """The rows of one table for every clone: its number and the story it is told from."""
    columns = [column.key for column in Base.metadata.tables[name].columns]
    unique = [n for n, key in enumerate(columns) if (name, key) in _UNIQUE]
    due = columns.index("due_key") if "due_key" in columns else None
    for number, story in made:
        mark = f"{number:08x}"
        for row in story.rows.get(name, ()):
            own = [mark + value[8:] if type(value) is Own else value for value in row]
            for place in unique:
                own[place] = _own(number, row[place])
            if due is not None:
                own[due] = _UUID_IN_TEXT.sub(rf"{mark}\g<1>", row[due])
            yield tuple(own)


def _own(number: int, value: Any) -> Any:
    """What is one of its kind in a clinic, as the clone's own."""
    if isinstance(value, bytes):
        return sha256(number.to_bytes(4, "big") + value).digest()
    return f"{number}-{value}"


def clone_id(number: int, original: UUID) -> UUID:
    """The id that a row of the story has in a clone."""
    return UUID(f"{number:08x}{original.hex[8:]}")
