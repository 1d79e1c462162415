"""A clinic's wording of an instrument: confirmed as a new revision, or withdrawn. Never edited."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain import instruments
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.instruments import (
    Instrument,
    UnknownInstrument,
    Wording,
    canonical,
    misfits,
    to_json,
)
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.wordings import WordingSource
from tracker.models import standing_wordings
from tracker.models.database import transaction
from tracker.models.instrument_wordings import InstrumentWordingRow

LONGEST_RIGHT = 200


def confirm_wording(
    db: Session,
    who: Person,
    wording: Wording,
    *,
    source: WordingSource,
    right_to_use: str,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Keep a wording as the newest revision; patients read it from now on. Returns its id.

    ``right_to_use`` says where the copy is from. The same text as the one that stands is not
    kept again. Raises `Refused` for a wording that does not fit its definition, for an instrument
    whose words are the project's own, and without a word on the right to use.
    """
    check_may(who, Act.LOAD_WORDING)
    instrument = _check(wording, right_to_use)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["wording_id"])
        standing = standing_wordings.find_standing(
            db,
            who.clinic_id,
            key=instrument.key,
            version=instrument.version,
            language=wording.language,
        )
        if standing is not None and standing.content_hash == hash_of(wording):
            wording_id = standing.id
        else:
            wording_id = _store(db, who, wording, source, right_to_use.strip(), now)
        if submission:
            result = {"wording_id": str(wording_id)}
            submissions.remember(db, who, submission, result, now=now)
        return wording_id


def hash_of(wording: Wording) -> bytes:
    """The same bytes for the same texts."""
    return hashlib.sha256(canonical(wording).encode()).digest()


def _check(wording: Wording, right_to_use: str) -> Instrument:
    try:
        instrument = instruments.get(wording.key)
    except UnknownInstrument as problem:
        raise Refused(str(problem)) from None
    if instrument.has_wording:
        raise Refused(f"The words of {instrument.title} come with this program.")
    if wording.language not in tuple(Language):
        raise Refused("Choose one of the languages that patients are spoken to in.")
    faults = misfits(instrument, wording)
    if faults:
        raise Refused(" ".join(faults))
    if not right_to_use.strip() or len(right_to_use.strip()) > LONGEST_RIGHT:
        raise Refused(
            f"Say where the copy is from, in at most {LONGEST_RIGHT} characters.",
            field="right_to_use",
        )
    return instrument


def _store(
    db: Session,
    who: Person,
    wording: Wording,
    source: WordingSource,
    right_to_use: str,
    now: datetime,
) -> UUID:
    latest = db.execute(
        select(func.max(InstrumentWordingRow.revision)).where(
            InstrumentWordingRow.clinic_id == who.clinic_id,
            InstrumentWordingRow.instrument_key == wording.key,
            InstrumentWordingRow.instrument_version == wording.version,
            InstrumentWordingRow.language == wording.language,
        )
    ).scalar_one()
    wording_id, revision = uuid4(), (latest or 0) + 1
    row = {
        "id": wording_id,
        "clinic_id": who.clinic_id,
        "instrument_key": wording.key,
        "instrument_version": wording.version,
        "language": wording.language,
        "revision": revision,
        "source": str(source),
        "right_to_use": right_to_use,
        "content": to_json(wording),
        "content_hash": hash_of(wording),
        "confirmed_at": now,
        "confirmed_by": who.user_id,
    }
    db.execute(insert(InstrumentWordingRow), [row])
    audit.record(
        db,
        who,
        AuditEvent.WORDING_CONFIRMED,
        now=now,
        kind="wording",
        object_id=wording_id,
        detail={"instrument": wording.key, "language": wording.language, "revision": revision},
    )
    return wording_id


def withdraw_wording(db: Session, who: Person, wording_id: UUID, *, now: datetime) -> None:
    """Show this revision to nobody any more; what was answered with it keeps pointing at it.

    Withdrawing it twice changes nothing. Raises `NotFound`.
    """
    check_may(who, Act.LOAD_WORDING)
    mine = (InstrumentWordingRow.id == wording_id, InstrumentWordingRow.clinic_id == who.clinic_id)
    with transaction(db):
        found = db.execute(select(InstrumentWordingRow.withdrawn_at).where(*mine)).one_or_none()
        if found is None:
            raise NotFound("wording")
        if found.withdrawn_at is not None:
            return
        db.execute(
            update(InstrumentWordingRow)
            .where(*mine)
            .values(withdrawn_at=now, withdrawn_by=who.user_id)
        )
        audit.record(
            db,
            who,
            AuditEvent.WORDING_WITHDRAWN,
            now=now,
            kind="wording",
            object_id=wording_id,
        )
