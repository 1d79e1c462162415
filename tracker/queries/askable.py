"""Which instruments patients of a clinic can be asked: those whose words are there.

The project's own speak for themselves; a published one needs the wording that the clinic loaded.
Without it nobody asks the patient: staff enter the numbers of a paper form.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain import instruments
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.models.database import read_rows
from tracker.models.instrument_wordings import InstrumentWordingRow

_STANDING = select(
    InstrumentWordingRow.instrument_key,
    InstrumentWordingRow.instrument_version,
    InstrumentWordingRow.language,
).where(
    InstrumentWordingRow.clinic_id == bindparam("clinic_id"),
    InstrumentWordingRow.withdrawn_at.is_(None),
)


def keys_to_ask(db: Session, who: Person, language: Language | None = None) -> frozenset[str]:
    """Keys of the instruments that can be read out in this language; in any without one."""
    return _shipped(language) | _loaded(db, who.clinic_id, language)


def keys_of_uses(
    db: Session, who: Person, keys: frozenset[str], language: Language
) -> frozenset[str]:
    """Which of these can be asked. No statement where all of them ship with their words."""
    shipped = _shipped(language)
    if keys <= shipped:
        return keys
    return keys & (shipped | _loaded(db, who.clinic_id, language))


def _shipped(language: Language | None) -> frozenset[str]:
    return frozenset(
        key
        for key, each in instruments.definitions().items()
        if each.has_wording and (language is None or language in instruments.languages(each))
    )


def _loaded(db: Session, clinic_id: UUID, language: Language | None) -> frozenset[str]:
    rows = read_rows(db, _STANDING, {"clinic_id": clinic_id})
    newest = {key: each.version for key, each in instruments.definitions().items()}
    return frozenset(
        row.instrument_key
        for row in rows
        if language in (None, row.language)
        and newest.get(row.instrument_key) == row.instrument_version
    )
