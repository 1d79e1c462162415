"""Sign-off: author, time and meaning, bound to the content of a record.

What is signed is written in one canonical form (JSON with sorted keys, rows under their ids) and
hashed with SHA-256. A seal (HMAC-SHA256) binds signer, time and meaning to that hash with a key
that is not in the database. The model is 21 CFR Part 11: a signed record shows the printed name,
the date and time, and the meaning (11.50), and the signature is bound to its record (11.70).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from tracker.domain.local_time import fixed_text

SIGNED_SAYS = "the record is signed"
"""What the database says when it refuses a write on a signed record."""


class Meaning(StrEnum):
    """What a signature says. "Performed" closes the record; "reviewed" is a co-signature."""

    PERFORMED = "performed"
    REVIEWED = "reviewed"


class RecordKind(StrEnum):
    """What can be signed. The value names the column that points at the record."""

    RUN_SHEET = "run_sheet"
    THERAPY_SESSION = "therapy_session"
    COURSE_REVIEW = "course_review"


Row = Mapping[str, Any]
Tables = Mapping[str, Mapping[str, Row]]
"""Per table its rows under their ids, each with every column that the database has."""


@dataclass(frozen=True, kw_only=True)
class RecordContent:
    """Everything that stands on one record. `about` says what the record itself is about."""

    kind: RecordKind
    record_id: UUID
    about: Mapping[str, Any]
    tables: Tables

    @cached_property
    def canonical(self) -> str:
        """The one text of this content: the same for the same values, whatever their order."""
        return canonical(
            {
                "kind": self.kind,
                "id": self.record_id,
                "about": self.about,
                "tables": self.tables,
            }
        )

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal."""
        return text_hash(self.canonical)

    def rows(self, table: str) -> tuple[Row, ...]:
        """The rows of one table."""
        return tuple(self.tables.get(table, {}).values())

    def standing(self, table: str) -> tuple[Row, ...]:
        """The rows of one table that were neither corrected nor struck out."""
        rows = self.rows(table)
        replaced = {row["corrects_id"] for row in rows}
        return tuple(row for row in rows if row["id"] not in replaced and not row["is_struck"])


def canonical(value: Any) -> str:
    """JSON with sorted keys and fixed forms. Raises `TypeError` for what has no fixed form."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def text_hash(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, StrEnum) else value
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, datetime):
        return fixed_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return _plain_rest(value)


def _plain_rest(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no fixed form")


def _plain_decimal(value: Decimal) -> str:
    """Without zeros at the end: an engine that pads a number has not changed it."""
    text = f"{value:f}"
    shortest = text.rstrip("0").rstrip(".") if "." in text else text
    return shortest if value else "0"


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """The key of an installation's seals. `key_id` names it without giving it away."""

    secret: str = field(repr=False)

    @cached_property
    def key_id(self) -> str:
        """Sixteen hexadecimal digits, stored with each seal."""
        return text_hash(f"id of a signing key: {self.secret}")[:16]

    def seal(self, values: Mapping[str, Any]) -> str:
        """HMAC-SHA256 over the canonical form of what is sealed, in hexadecimal."""
        text = canonical(values).encode("utf-8", "surrogatepass")
        return hmac.new(self.secret.encode(), text, hashlib.sha256).hexdigest()

    def fits(self, seal: str, values: Mapping[str, Any]) -> bool:
        """Whether a seal was made with this key over these values."""
        return hmac.compare_digest(seal.encode("utf-8", "replace"), self.seal(values).encode())


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """One value that is not what was signed; without a column a whole row came or went."""

    table: str
    row_id: str
    column: str = ""
    signed: str = ""
    stored: str = ""

    @property
    def words(self) -> str:
        """Which value differs: names and ids only, no content of the record."""
        if not self.column:
            return f"{self.table} {self.row_id}: {self.signed or self.stored}"
        return f"{self.table} {self.column} ({self.row_id})"


ROW_GONE = "this row was removed"
ROW_NEW = "this row was added"
UNREADABLE = "what was signed cannot be read any more"


def changes(signed_text: str, stored: RecordContent) -> tuple[Changed, ...]:
    """Where a record differs from the canonical text that was signed.

    Only columns that were signed count: one that a later version of the schema added was not
    part of it.
    """
    try:
        signed = json.loads(signed_text)
        return tuple(_changes(signed, json.loads(stored.canonical)))
    except (ValueError, TypeError, KeyError, AttributeError):
        return (Changed(table="signatures", row_id="content", signed=UNREADABLE),)


def _changes(signed: dict[str, Any], stored: dict[str, Any]) -> Iterator[Changed]:
    for name in ("kind", "id"):
        if signed[name] != stored[name]:
            yield _value(("record", stored["id"], name), signed[name], stored[name])
    yield from _row_changes(stored["kind"], stored["id"], signed["about"], stored["about"])
    for table in sorted(signed["tables"]):
        yield from _table_changes(table, signed["tables"][table], stored["tables"].get(table, {}))


def _table_changes(table: str, signed: dict[str, Any], stored: dict[str, Any]) -> Iterator[Changed]:
    for row_id in sorted(signed.keys() | stored.keys()):
        if row_id not in stored:
            yield Changed(table=table, row_id=row_id, signed=ROW_GONE)
        elif row_id not in signed:
            yield Changed(table=table, row_id=row_id, stored=ROW_NEW)
        else:
            yield from _row_changes(table, row_id, signed[row_id], stored[row_id])


def _row_changes(
    table: str, row_id: str, signed: dict[str, Any], stored: dict[str, Any]
) -> Iterator[Changed]:
    for column in sorted(signed):
        was, stands = signed[column], stored.get(column)
        if was != stands or type(was) is not type(stands):
            yield _value((table, row_id, column), was, stands)


def _value(where: tuple[str, str, str], signed: Any, stored: Any) -> Changed:
    table, row_id, column = where
    return Changed(
        table=table, row_id=row_id, column=column, signed=_shown(signed), stored=_shown(stored)
    )


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
