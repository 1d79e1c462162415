"""Instruments as they are read out: with the words that ship, or with the clinic's own copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.domain import instruments
from tracker.domain.errors import NotFound
from tracker.domain.instruments import Instrument, Wording, worded, wording_from_json
from tracker.domain.people import Person
from tracker.models import standing_wordings
from tracker.models.accounts import UserRow
from tracker.models.instrument_wordings import InstrumentWordingRow


@dataclass(frozen=True, kw_only=True, slots=True)
class WordedInstrument:
    """An instrument with all its texts in one language. ``wording_id`` is None where they ship."""

    instrument: Instrument
    language: str
    wording_id: UUID | None = None


def find_worded(db: Session, who: Person, key: str, language: str) -> WordedInstrument | None:
    """The instrument as a patient reads it in this language; None while nobody loaded a wording.

    A shipped wording comes first, then the clinic's newest one that stands. Raises
    `UnknownInstrument`.
    """
    instrument = instruments.get(key)
    shipped = _shipped(key, instrument.version, language)
    if shipped is not None:
        return WordedInstrument(instrument=shipped, language=language)
    if instrument.has_wording:
        return None
    found = standing_wordings.find_standing(
        db, who.clinic_id, key=key, version=instrument.version, language=language
    )
    if found is None:
        return None
    return WordedInstrument(
        instrument=_worded(instrument, found.content), language=language, wording_id=found.id
    )


def find_worded_as(db: Session, who: Person, key: str, wording_id: UUID) -> WordedInstrument:
    """The instrument in the words of one revision, also of one that was withdrawn meanwhile: a
    form that was opened with it is answered with it. Raises `NotFound` and `UnknownInstrument`.
    """
    instrument = instruments.get(key)
    row = db.execute(
        select(InstrumentWordingRow.language, InstrumentWordingRow.content).where(
            InstrumentWordingRow.id == wording_id,
            InstrumentWordingRow.clinic_id == who.clinic_id,
            InstrumentWordingRow.instrument_key == key,
            InstrumentWordingRow.instrument_version == instrument.version,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("wording")
    return WordedInstrument(
        instrument=_worded(instrument, row.content), language=row.language, wording_id=wording_id
    )


def keys_worded(db: Session, who: Person, language: str) -> frozenset[str]:
    """Keys of every instrument that can be read out in this language in the person's clinic."""
    shipped = {
        key
        for key, instrument in instruments.definitions().items()
        if _shipped(key, instrument.version, language) is not None
    }
    rows = db.execute(standing_wordings.all_standing(who.clinic_id, language))
    newest = {(key, each.version) for key, each in instruments.definitions().items()}
    loaded = {row.instrument_key for row in rows if tuple(row) in newest}
    return frozenset(shipped | loaded)


def _shipped(key: str, version: int, language: str) -> Instrument | None:
    instrument = instruments.get(key, version)
    if language not in instruments.languages(instrument):
        return None
    return instruments.in_language(instrument, language)


def _worded(instrument: Instrument, content: object) -> Instrument:
    return worded(instrument, wording_from_json(content, "the stored wording"))


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedWording:
    """One revision of a clinic's wording, with its history."""

    id: UUID
    key: str
    version: int
    language: str
    revision: int
    source: str
    right_to_use: str
    confirmed_at: datetime
    confirmed_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    is_shown: bool
    """Whether patients read this one: the newest that stands."""


def list_wordings(db: Session, who: Person, key: str | None = None) -> tuple[LoadedWording, ...]:
    """Every revision that the person's clinic confirmed, the newest of each language in front."""
    confirmer, withdrawer = aliased(UserRow), aliased(UserRow)
    statement = (
        select(
            InstrumentWordingRow,
            confirmer.name.label("confirmed_by_name"),
            withdrawer.name.label("withdrawn_by_name"),
        )
        .join(confirmer, confirmer.id == InstrumentWordingRow.confirmed_by)
        .outerjoin(withdrawer, withdrawer.id == InstrumentWordingRow.withdrawn_by)
        .where(InstrumentWordingRow.clinic_id == who.clinic_id)
        .order_by(
            InstrumentWordingRow.instrument_key,
            InstrumentWordingRow.language,
            InstrumentWordingRow.instrument_version.desc(),
            InstrumentWordingRow.revision.desc(),
        )
    )
    if key is not None:
        statement = statement.where(InstrumentWordingRow.instrument_key == key)
    return _marked([_loaded(row) for row in db.execute(statement)])


def _loaded(row: object) -> LoadedWording:
    stored = row.InstrumentWordingRow  # type: ignore[attr-defined]
    return LoadedWording(
        id=stored.id,
        key=stored.instrument_key,
        version=stored.instrument_version,
        language=stored.language,
        revision=stored.revision,
        source=stored.source,
        right_to_use=stored.right_to_use,
        confirmed_at=stored.confirmed_at,
        confirmed_by=row.confirmed_by_name,  # type: ignore[attr-defined]
        withdrawn_at=stored.withdrawn_at,
        withdrawn_by=row.withdrawn_by_name or "",  # type: ignore[attr-defined]
        is_shown=False,
    )


def _marked(found: list[LoadedWording]) -> tuple[LoadedWording, ...]:
    """With the one that patients read marked, in each language of the version in use."""
    marked: list[LoadedWording] = []
    seen: set[tuple[str, str]] = set()
    for each in found:
        newest = instruments.definitions().get(each.key)
        is_current = newest is not None and newest.version == each.version
        is_shown = (
            is_current and each.withdrawn_at is None and (each.key, each.language) not in seen
        )
        if is_shown:
            seen.add((each.key, each.language))
        marked.append(replace(each, is_shown=is_shown))
    return tuple(marked)


def get_wording(db: Session, who: Person, wording_id: UUID) -> tuple[LoadedWording, Wording]:
    """One revision with its texts. Raises `NotFound`."""
    content = db.execute(
        select(InstrumentWordingRow.content).where(
            InstrumentWordingRow.id == wording_id, InstrumentWordingRow.clinic_id == who.clinic_id
        )
    ).scalar_one_or_none()
    if content is None:
        raise NotFound("wording")
    wording = wording_from_json(content, "the stored wording")
    listed = {each.id: each for each in list_wordings(db, who, wording.key)}
    return listed[wording_id], wording
