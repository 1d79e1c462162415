"""A row of each clinic in every table that belongs to one: for tests that go by the table."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Table, insert, literal, select
from sqlalchemy.orm import Session

from tests.make.everything import ids_of, make_everything
from tests.make.world import ClinicPeople, World
from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.models.base import Base
from tracker.models.database import transaction
from tracker.models.types import Instant
from tracker.models.walls import OWN_COLUMN, SHARED


def clinic_tables() -> tuple[Table, ...]:
    """Every table that belongs to a clinic, parents first."""
    return tuple(each for each in Base.metadata.sorted_tables if each.name not in SHARED)


def clinic_column(table: Table) -> Column[Any]:
    return table.c[OWN_COLUMN.get(table.name, "clinic_id")]


def fill_every_table(db: Session, world: World, *, now: datetime) -> None:
    """After this no table of a clinic is empty for either of the two."""
    make_everything(db, world, now=now)
    for letter, people in (("a", world.a), ("b", world.b)):
        with transaction(db):
            audit.record(db, people.clinician, AuditEvent.PAGE_SEEN, now=now)
            for table in clinic_tables():
                if not _has_row(db, table, people):
                    db.execute(insert(table), [_row(table, letter, people, now)])


def _has_row(db: Session, table: Table, people: ClinicPeople) -> bool:
    found = select(literal(1)).select_from(table).where(clinic_column(table) == people.clinic.id)
    return db.execute(found.limit(1)).first() is not None


def _row(table: Table, letter: str, people: ClinicPeople, now: datetime) -> dict[str, Any]:
    """What the table insists on; each value of its column's type, each key one of the clinic's."""
    needed = [
        each
        for each in table.columns
        if each.primary_key
        or each.name == "clinic_id"
        or not (each.nullable or each.default or each.server_default)
    ]
    known = _KNOWN.get(table.name, {})
    row = {
        each.name: _value(each, letter, people, now) for each in needed if each.name not in known
    }
    return row | {name: ids_of(letter).get(str(value), value) for name, value in known.items()}


_KNOWN: dict[str, dict[str, Any]] = {
    "draw_accounts": {
        "entry_id": "vial_entry",
        "entry_amount_ug": -40_000,
        "given_ug": 40_000,
        "wasted_ug": 0,
    },
    "glass_openings": {"reason": "emergency"},
    "invitations": {"role": "nurse"},
    "messages": {"kind": "reset", "channel": "email", "state": "queued", "language": "en"}
    | {"user_id": "user"},
    "psychotherapy_notes": {"author_id": "user"},
    "record_restrictions": {"reason": "other"},
}
"""Where a value of the right type is not enough, and which of the clinic's records is meant."""


def _value(column: Column[Any], letter: str, people: ClinicPeople, now: datetime) -> Any:
    if isinstance(column.type, Instant):
        return now
    kind = column.type.python_type
    if kind is UUID:
        return _id(column, letter, people)
    plain: dict[type, Any] = {str: "x", int: 1, bool: False, date: now.date(), object: {}}
    if kind is bytes:
        return uuid4().bytes * 2
    return plain[kind]


def _id(column: Column[Any], letter: str, people: ClinicPeople) -> UUID:
    targets = {each.column.table.name for each in column.foreign_keys}
    if column.name == "clinic_id":
        return people.clinic.id
    for name in targets - {"clinics"}:
        kind = {"users": "user"}.get(name, name.removesuffix("s"))
        return ids_of(letter)[kind]
    return uuid4()
