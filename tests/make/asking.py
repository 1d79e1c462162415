"""Protocols that ask for more, and the words that patients read them in."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.make.patients import NOW
from tracker.actions.protocols import add_version
from tracker.domain.instrument_uses import InstrumentUse
from tracker.domain.people import Person
from tracker.models.instrument_wordings import InstrumentWordingRow
from tracker.queries.protocols import newest_protocols


def ask_also(db: Session, who: Person, *uses: InstrumentUse) -> None:
    """A version of the protocol that asks by these; courses planned next begin with it."""
    (newest,) = newest_protocols(db, who)
    keys = {use.key for use in uses}
    kept = [use for use in newest.protocol.instruments if use.key not in keys]
    wider = replace(newest.protocol, instruments=(*kept, *uses))
    add_version(db, who, newest.id, wider, submission=None, now=NOW)


def load_wording(db: Session, who: Person, key: str, language: str) -> None:
    """The clinic has its own copy of an instrument's first version in this language."""
    row = {
        "id": uuid4(),
        "clinic_id": who.clinic_id,
        "instrument_key": key,
        "instrument_version": 1,
        "language": language,
        "revision": 1,
        "source": "pasted",
        "right_to_use": "the clinic's own copy",
        "content": {},
        "content_hash": b"0" * 32,
        "confirmed_at": NOW,
        "confirmed_by": who.user_id,
    }
    db.execute(insert(InstrumentWordingRow), [row])
    db.commit()
