"""A database of thousands of courses, and people who are signed in to it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from bench.clones import Template, bound_rows, clone_id, cloned_rows, statement, template
from tracker.actions.demo.cast import CAST
from tracker.actions.demo.clinic import CLINIC_ID, STAFF, clinic_rows
from tracker.actions.demo.moments import Present, known_id
from tracker.actions.demo.story import Stage, Story, TodayIs
from tracker.actions.demo.telling import tell_one
from tracker.domain.contacts import Contact
from tracker.domain.key_ring import KeyRing
from tracker.models.base import Base
from tracker.models.database import sqlite_driver
from tracker.models.patient_contacts import sealed_row

SHARED = {CLINIC_ID, known_id("protocol"), *(known_id(key) for key, _, _ in STAFF)}
CLINICIAN = known_id("clinician")
FIRST_SENDER = 0x40000000
"""Numbers from here on are patients who send check-ins; below are the courses of the pages."""

_BUSY = tuple(story for story in CAST if story.stage in (Stage.MID, Stage.AFTER_LAST))
_OVER = tuple(story for story in CAST if story.stage in (Stage.COMPLETED, Stage.STOPPED))
_RUNNING = next(story for story in CAST if story.today is TodayIs.RUNNING)
_TODAY = tuple(story for story in CAST if story.today is not TodayIs.NOTHING)
FIRST_IN_ROOM = 0x50000000
"""Numbers from here on are infusions that run while the room is measured."""
_SENDER = next(story for story in CAST if story.leaves_open)
_ENDED_DAYS_AGO = (20, 33, 47, 61, 80, 104, 130, 170, 215, 260, 340, 420, 505, 610, 700)
_FULL_ENOUGH = 3
_CONTACTS = "patient_contacts"
_NOT_OF_SENDERS = {
    "run_sheet_moves",
    "sheet_checks",
    "vital_signs",
    "infusion_events",
    "medicines_given",
    "sheet_notes",
    "recovery_scores",
    "therapy_sessions",
}
"""What no check-in reads of senders: their run sheets, and sessions that would all be of today."""

Made = Sequence[tuple[int, Template]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Seeded:
    """What a database was filled with. `course_ids` are courses under way with much to show."""

    course_count: int
    score_count: int
    course_ids: tuple[UUID, ...]


def seed(
    database: Path, *, courses: int, busy: int, adherence: float, now: datetime, keys: KeyRing
) -> Seeded:
    """Fill a migrated, empty database. `busy` courses are under way, the others are over.

    `adherence` is the share of check-ins that was answered in the courses that are over. `keys`
    seal how patients are reached.
    """
    present = Present.of(now)
    busy = min(busy, courses)
    made = list(enumerate(islice(cycle(_templates(_BUSY, present)), busy)))
    over = _templates(_told_over(adherence), present) if courses > busy else []
    made += list(enumerate(islice(cycle(over), courses - busy), start=busy))
    with _opened(database) as connection:
        _store_clinic(connection, present)
        _store(connection, made)
        _store_contacts(connection, keys)
    return Seeded(
        course_count=len(made),
        score_count=sum(story.score_count for _, story in made),
        course_ids=tuple(_course_ids(busy)),
    )


def add_senders(database: Path, count: int, *, now: datetime) -> tuple[UUID, ...]:
    """Patients in mid-course who have today's check-in to send. Returns their accounts."""
    sparing = replace(_SENDER, adherence=0.1)
    told = tell_one(sparing, Present.of(now))
    story = template({name: told[name] for name in told.keys() - _NOT_OF_SENDERS}, SHARED)
    numbers = range(FIRST_SENDER, FIRST_SENDER + count)
    with _opened(database) as connection:
        _store(connection, [(number, story) for number in numbers])
    account = known_id(f"{_SENDER.key} user")
    return tuple(clone_id(number, account) for number in numbers)


@dataclass(frozen=True, kw_only=True, slots=True)
class SentCheckIn:
    """A check-in that is stored, as far as it tells whether it is there twice."""

    submission_id: UUID
    patient_id: UUID
    due_key: str


def sent_check_ins(database: Path) -> list[SentCheckIn]:
    """Every check-in that is stored."""
    with _opened(database) as connection:
        found = connection.execute("SELECT submission_id, patient_id, due_key FROM check_ins")
        return [
            SentCheckIn(submission_id=UUID(sent), patient_id=UUID(patient), due_key=due_key)
            for sent, patient, due_key in found
        ]


def add_room(database: Path, count: int, *, first: int, now: datetime) -> tuple[UUID, ...]:
    """Infusions that run now, each on its open sheet. Returns the sheets."""
    story = template(tell_one(_RUNNING, Present.of(now)), SHARED)
    numbers = range(first, first + count)
    with _opened(database) as connection:
        _store(connection, [(number, story) for number in numbers])
    sheet = known_id(f"{_RUNNING.key} given {_RUNNING.given + 1}")
    return tuple(clone_id(number, sheet) for number in numbers)


def running_sheets(database: Path) -> tuple[UUID, ...]:
    """The sheets on which an infusion runs."""
    with _opened(database) as connection:
        found = connection.execute("SELECT id FROM run_sheets WHERE stage = 'running' ORDER BY id")
        return tuple(UUID(key) for (key,) in found)


def add_visits(database: Path, count: int, *, first: int, now: datetime) -> None:
    """Infusions of today in every stage: planned, arrived, running, over."""
    present = Present.of(now)
    stories = [template(tell_one(story, present), SHARED) for story in _TODAY]
    with _opened(database) as connection:
        _store(connection, list(enumerate(islice(cycle(stories), count), start=first)))


def sign_in(database: Path, user_ids: Iterable[UUID], *, now: datetime) -> tuple[str, ...]:
    """Open a sign-in for each account, as if they had just typed their passwords."""
    tokens = {user_id: secrets.token_urlsafe(32) for user_id in user_ids}
    rows = [
        {
            "id": uuid4(),
            "clinic_id": CLINIC_ID,
            "token_hash": hashlib.sha256(token.encode()).digest(),
            "user_id": user_id,
            "created_at": now,
            "last_seen_at": now,
            "expires_at": now + timedelta(hours=8),
        }
        for user_id, token in tokens.items()
    ]
    with _opened(database) as connection:
        connection.executemany(statement("sign_ins"), bound_rows("sign_ins", rows))
    return tuple(tokens.values())


def _told_over(adherence: float) -> Iterator[Story]:
    for story in _OVER:
        for days in _ENDED_DAYS_AGO:
            yield replace(story, ended_days_ago=days, adherence=adherence, worries=())


def _templates(stories: Iterable[Story], present: Present) -> list[Template]:
    return [template(tell_one(story, present), SHARED) for story in stories]


def _course_ids(busy: int) -> Iterator[UUID]:
    for number, story in enumerate(islice(cycle(_BUSY), busy)):
        if story.given >= _FULL_ENOUGH:
            yield clone_id(number, known_id(f"{story.key} course"))


@contextmanager
def _opened(database: Path) -> Iterator[Any]:
    """One transaction, without the foreign keys' checks: the rows are the demonstration's own."""
    connection = sqlite_driver().connect(str(database), isolation_level=None, timeout=30)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA cache_size=-200000")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _store_clinic(connection: Any, present: Present) -> None:
    rows = clinic_rows(present)
    rows["clinics"][0] |= {"name": "Bench Clinic", "is_demo": False}
    for table in Base.metadata.sorted_tables:
        if some := rows.get(table.name):
            connection.executemany(statement(table.name), bound_rows(table.name, some))


def _store(connection: Any, made: Made) -> None:
    for table in Base.metadata.sorted_tables:
        if table.name == _CONTACTS:
            continue  # sealed for a patient: a clone's would not open
        connection.executemany(statement(table.name), cloned_rows(table.name, made))


def _store_contacts(connection: Any, keys: KeyRing) -> None:
    found = connection.execute("SELECT id, clinic_id FROM patients").fetchall()
    rows = []
    for number, (patient, clinic) in enumerate(found):
        contact = Contact(
            phone=f"(207) 555-{number:04}",
            email=f"patient-{number}@demo.test",
            escort=f"Fictitious friend, (207) 555-{number:04}",
        )
        ids = {"clinic_id": UUID(clinic), "patient_id": UUID(patient)}
        rows.append(sealed_row(keys, contact, **ids))
    connection.executemany(statement(_CONTACTS), bound_rows(_CONTACTS, rows))


__all__ = [
    "CLINICIAN",
    "Seeded",
    "FIRST_IN_ROOM",
    "add_room",
    "add_senders",
    "add_visits",
    "sent_check_ins",
    "running_sheets",
    "seed",
    "sign_in",
]
