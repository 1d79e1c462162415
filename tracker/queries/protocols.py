"""Reads of protocols, the newest version of each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.instruments import definitions
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.models import askable, planning
from tracker.models.clinics import ProtocolRow


@dataclass(frozen=True, kw_only=True, slots=True)
class ProtocolChoice:
    """A protocol by which a new course can be planned."""

    id: UUID
    protocol: Protocol


def newest_protocols(db: Session, who: Person) -> tuple[ProtocolChoice, ...]:
    """The newest version of each protocol of the clinic, by name."""
    newest = (
        select(ProtocolRow.name, func.max(ProtocolRow.version).label("version"))
        .where(ProtocolRow.clinic_id == who.clinic_id)
        .group_by(ProtocolRow.name)
        .subquery()
    )
    rows = db.execute(
        select(ProtocolRow.id, *planning.PROTOCOL_COLUMNS)
        .join(
            newest,
            (newest.c.name == ProtocolRow.name) & (newest.c.version == ProtocolRow.version),
        )
        .where(ProtocolRow.clinic_id == who.clinic_id)
        .order_by(ProtocolRow.name, ProtocolRow.id)
    )
    return tuple(ProtocolChoice(id=row.id, protocol=planning.protocol_from(row)) for row in rows)


def get_protocol(db: Session, who: Person, protocol_id: UUID) -> Protocol:
    """One version of a protocol. Raises `NotFound` for another clinic's."""
    return planning.find_protocol(db, who.clinic_id, protocol_id)


def keys_to_ask(db: Session, who: Person) -> frozenset[str]:
    """Every instrument that patients of the clinic can be asked in some language."""
    return askable.keys_to_ask(db, who.clinic_id, frozenset(definitions()), *Language)
