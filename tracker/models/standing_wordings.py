"""The wordings of a clinic that stand: confirmed, and not withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tracker.models.database import read_rows
from tracker.models.instrument_wordings import InstrumentWordingRow

_STANDING = (
    select(
        InstrumentWordingRow.id,
        InstrumentWordingRow.revision,
        InstrumentWordingRow.content,
        InstrumentWordingRow.content_hash,
        InstrumentWordingRow.confirmed_at,
    )
    .where(
        InstrumentWordingRow.clinic_id == bindparam("clinic_id"),
        InstrumentWordingRow.instrument_key == bindparam("key"),
        InstrumentWordingRow.instrument_version == bindparam("version"),
        InstrumentWordingRow.language == bindparam("language"),
        InstrumentWordingRow.withdrawn_at.is_(None),
    )
    .order_by(InstrumentWordingRow.revision.desc())
    .limit(1)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingWording:
    """The newest one of an instrument's version in one language."""

    id: UUID
    revision: int
    content: dict[str, Any]
    content_hash: bytes
    confirmed_at: datetime


def find_standing(
    db: Session, clinic_id: UUID, *, key: str, version: int, language: str
) -> StandingWording | None:
    """The wording that patients of the clinic read; None while there is none."""
    wanted = {"clinic_id": clinic_id, "key": key, "version": version, "language": language}
    row = read_rows(db, _STANDING, wanted).one_or_none()
    return None if row is None else StandingWording(**row._mapping)


def all_standing(clinic_id: UUID, language: str) -> Select[str, int]:
    """Key and version of everything that the clinic has a wording of in this language."""
    return (
        select(InstrumentWordingRow.instrument_key, InstrumentWordingRow.instrument_version)
        .where(
            InstrumentWordingRow.clinic_id == clinic_id,
            InstrumentWordingRow.language == language,
            InstrumentWordingRow.withdrawn_at.is_(None),
        )
        .distinct()
    )
