"""Whose rows a session's transactions reach: one clinic's, every clinic's, or nobody's.

PostgreSQL holds them to it, whatever they then ask for (`walls.py`). A new session reaches nobody.
A request's reaches the clinic of whoever is signed in, as soon as that is known. What runs for all
clinics says so: looking up who somebody is, workers, backups, migrations, checks of the trail. Each
transaction is told anew as it begins, and what it was told ends with it: a connection that goes
back to the pool hands nothing on. On SQLite nothing of this is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from tracker.models.engines import engine_of

Given = ParamSpec("Given")
Result = TypeVar("Result")

_KEPT = "tracker.reach"
_NOBODY = {"clinic": "", "every": ""}
_ALL = {"clinic": "", "every": "on"}
_TELL = text(
    "SELECT set_config('tracker.clinic_id', :clinic, true),"
    " set_config('tracker.every_clinic', :every, true)"
)


def keep_to(db: Session, clinic_id: UUID | None) -> None:
    """Reach this clinic's rows from now on, in the open transaction too; with None nobody's."""
    _set(db, _NOBODY if clinic_id is None else {"clinic": str(clinic_id), "every": ""})


def open_to_all(db: Session) -> None:
    """Reach every clinic's rows from now on: for commands of somebody with a shell, and workers."""
    _set(db, _ALL)


@contextmanager
def reaching_all(db: Session) -> Iterator[None]:
    """Reach every clinic's rows for a while, where it is not known yet who somebody is."""
    with _reaching(db, _ALL):
        yield


def before_anybody_is_known(
    action: Callable[Concatenate[Session, Given], Result],
) -> Callable[Concatenate[Session, Given], Result]:
    """Lets an action reach every clinic's rows: one that finds out whose account it is."""

    @wraps(action)
    def run(db: Session, /, *args: Given.args, **values: Given.kwargs) -> Result:
        with reaching_all(db):
            return action(db, *args, **values)

    return run


@contextmanager
def reaching(db: Session, clinic_id: UUID) -> Iterator[None]:
    """Reach one clinic's rows for a while: what a worker does for it."""
    with _reaching(db, {"clinic": str(clinic_id), "every": ""}):
        yield


@dataclass
class LookUp:
    """What a look-up says before it ends: the clinic to go on with, if it found one."""

    clinic_id: UUID | None = None


@contextmanager
def looking_everywhere(db: Session) -> Iterator[LookUp]:
    """Reach every clinic's rows while it is looked up whose the session is, then that one's.

    Nobody's when none was found, and when the look-up failed.
    """
    _set(db, _ALL)
    found = LookUp()
    try:
        yield found
    except BaseException:
        _fall_back(db, _NOBODY)
        raise
    keep_to(db, found.clinic_id)


@contextmanager
def _reaching(db: Session, reach: Mapping[str, str]) -> Iterator[None]:
    before: Mapping[str, str] = db.info.get(_KEPT, _NOBODY)
    _set(db, reach)
    try:
        yield
    except BaseException:
        _fall_back(db, before)
        raise
    _set(db, before)


def _fall_back(db: Session, reach: Mapping[str, str]) -> None:
    db.info[_KEPT] = reach
    if engine_of(db).dialect.name == "postgresql":
        db.rollback()  # a transaction in which something failed cannot be told anything


def open_connection_to_all(connection: Connection) -> None:
    """The same for the open transaction of a connection without a session: a copy, a migration."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TELL, _ALL)


def _set(db: Session, reach: Mapping[str, str]) -> None:
    if db.info.get(_KEPT, _NOBODY) == reach:
        return
    db.info[_KEPT] = reach
    if db.in_transaction() and engine_of(db).dialect.name == "postgresql":
        db.connection().execute(_TELL, reach)


@event.listens_for(Session, "after_begin")
def _tell(db: Session, _transaction: Any, connection: Connection) -> None:
    reach = db.info.get(_KEPT)
    if reach is not None and connection.dialect.name == "postgresql":
        connection.execute(_TELL, reach)
