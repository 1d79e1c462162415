"""What the board says beside the rooms and the alerts, kept until it can have changed.

In a full room somebody enters a set of vital signs every few seconds. A set changes one sheet and
nothing of this: so it is read again after every other write of the clinic, and with each minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.check_ins import behind_after_days
from tracker.domain.clinic import Clinic
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.models import planning
from tracker.models.clinics import ProtocolRow
from tracker.models.database import read_rows
from tracker.models.prepared import Prepared
from tracker.queries import board_duties
from tracker.queries.behind import Silent, list_silent
from tracker.queries.board_duties import Duty, Unsigned
from tracker.queries.board_therapy import BoardTherapy, list_therapy
from tracker.queries.board_version import last_write_but_sets
from tracker.queries.reviews_due import CourseToReview, list_reviews_due


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Everything here changes with an audited write, with the day, or with neither."""

    protocols: Mapping[UUID, Protocol]
    therapy: tuple[BoardTherapy, ...]
    silent: Silent
    unsigned: Unsigned
    open_draws: tuple[Duty, ...]
    reviews_due: tuple[CourseToReview, ...]


_known: WeakKeyDictionary[Engine | Connection, dict[UUID, tuple[Any, Kept]]]
_known = WeakKeyDictionary()
"""By database and clinic: what was read last, and the state of the clinic that it was read in."""


def read_kept(db: Session, who: Person, clinic: Clinic, *, now: datetime) -> Kept:
    """One statement, or eight when something was written or a minute has begun.

    The number of the last write is read in front of what it stands for: what is committed in
    between is found already, and read once more the next time.
    """
    stands = (
        last_write_but_sets(db, who),
        now.replace(second=0, microsecond=0),
        clinic.date_of(now),
    )
    of_database = _known.setdefault(db.get_bind(), {})
    known = of_database.get(who.clinic_id)
    if known is not None and known[0] == stands:
        return known[1]
    found = _read(db, who, clinic, now)
    of_database[who.clinic_id] = stands, found
    return found


def _read(db: Session, who: Person, clinic: Clinic, now: datetime) -> Kept:
    today, protocols = clinic.date_of(now), read_protocols(db, who)
    days = {each: behind_after_days(rules.instruments) for each, rules in protocols.items()}
    reviews = {each: rules.review_after_infusions for each, rules in protocols.items()}
    return Kept(
        protocols=protocols,
        therapy=list_therapy(db, who, today),
        silent=list_silent(db, who, clinic, days=days, today=today),
        unsigned=board_duties.list_unsigned(db, who, today=today),
        open_draws=board_duties.list_open_draws(db, who, now=now),
        reviews_due=list_reviews_due(db, who, rules=reviews),
    )


_PROTOCOLS = Prepared(
    select(ProtocolRow.id, *planning.PROTOCOL_COLUMNS).where(
        ProtocolRow.clinic_id == bindparam("clinic_id")
    )
)


def read_protocols(db: Session, who: Person) -> dict[UUID, Protocol]:
    """The protocol versions of the clinic: a handful. One statement."""
    rows = read_rows(db, _PROTOCOLS, {"clinic_id": who.clinic_id})
    return {row.id: planning.protocol_from(row) for row in rows}
