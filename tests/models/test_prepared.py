"""A prepared statement gives what SQLAlchemy gives; it only costs less on SQLite."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import cast

import pytest
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.make.patients import NOW, make_patient
from tests.make.sessions import open_connection
from tests.statements import statements_sent
from tracker.models.check_ins import CheckInDraftRow, InstrumentRow
from tracker.models.clinics import ClinicRow
from tracker.models.database import (
    is_waiting_to_write,
    read_rows,
    transaction,
    write_rows,
    write_with_the_next,
)
from tracker.models.patients import PatientRow
from tracker.models.prepared import Prepared

INSTRUMENTS = cast(Table, InstrumentRow.__table__)
ADD = Prepared(insert(INSTRUMENTS))
FIND = Prepared(
    select(
        INSTRUMENTS.c.key,
        INSTRUMENTS.c.definition,
        INSTRUMENTS.c.definition["title"].label("title_in_it"),
        INSTRUMENTS.c.recorded_at,
    ).where(INSTRUMENTS.c.version == 7, INSTRUMENTS.c.key == bindparam("key"))
)
MOMENT = datetime(2026, 11, 23, 9, 30, 0, 250, tzinfo=UTC)


def row(key: str) -> dict:
    title = {"title": "¿Qué?", "pages": [1, 2]}
    return {
        "key": key,
        "version": 7,
        "title": "Any",
        "definition": title,
        "recorded_at": MOMENT,
    }


@pytest.fixture
def listened_to(app):
    """While somebody listens, statements go the ordinary way."""
    with statements_sent(app):
        yield


@pytest.fixture(params=["prepared", "ordinary"])
def either_way(request):
    if request.param == "ordinary":
        request.getfixturevalue("listened_to")


def test_values_go_in_and_come_out_as_they_were(db, either_way):
    with transaction(db):
        write_rows(db, ADD, [row("one"), row("two")])
        write_rows(db, ADD, [])
    found = read_rows(db, FIND, {"key": "two"}).one()
    assert tuple(found) == ("two", row("two")["definition"], "¿Qué?", MOMENT)
    assert (found.key, found.title_in_it, found.recorded_at) == ("two", "¿Qué?", MOMENT)
    assert read_rows(db, FIND, {"key": "three"}).one_or_none() is None


def test_what_it_writes_belongs_to_the_transaction(db, either_way):
    with suppress(ZeroDivisionError), transaction(db):
        write_rows(db, ADD, [row("one")])
        assert read_rows(db, FIND, {"key": "one"}).first() is not None
        raise ZeroDivisionError
    assert read_rows(db, FIND, {"key": "one"}).first() is None


def test_what_waits_goes_along_with_the_next_transaction_that_is_not_undone(db, either_way):
    write_with_the_next(db, ADD, row("one"))
    assert is_waiting_to_write(db)
    with suppress(ZeroDivisionError), transaction(db):
        assert read_rows(db, FIND, {"key": "one"}).first() is not None
        raise ZeroDivisionError
    assert is_waiting_to_write(db)
    with transaction(db):
        write_rows(db, ADD, [row("two")])
    assert not is_waiting_to_write(db)
    assert all(read_rows(db, FIND, {"key": key}).first() for key in ("one", "two"))


def test_a_refused_row_is_said_as_ever_and_without_its_values(db, either_way):
    with pytest.raises(IntegrityError) as refused, transaction(db):
        write_rows(db, ADD, [row("one"), row("one")])
    assert "¿Qué?" not in str(refused.value)
    assert read_rows(db, FIND, {"key": "one"}).first() is None


@pytest.mark.sqlite("only there is a statement sent past SQLAlchemy")
def test_it_is_sent_with_the_same_names_or_not_at_all(db):
    with pytest.raises(TypeError, match="misses a value: key"):
        read_rows(db, Prepared(FIND.statement), {})
    read_rows(db, FIND, {"key": "one"})
    for names in ({}, {"key": "one", "other": 1}):
        with pytest.raises(TypeError, match="same names"):
            read_rows(db, FIND, names)
    with pytest.raises(KeyError):
        read_rows(db, FIND, {"other": 1})


@pytest.mark.sqlite("only there is a statement sent past SQLAlchemy")
def test_a_column_that_would_fill_itself_has_to_be_named(db):
    with_default = Prepared(insert(CheckInDraftRow.__table__))
    with pytest.raises(TypeError, match="names every column"), transaction(db):
        write_rows(db, with_default, [{"due_key": "daily:2026-11-23"}])


def test_what_was_read_before_does_not_reach_into_the_transaction(db, world):
    """The connection goes from reading to writing, and sees what was written meanwhile."""
    who = world.a.clinician
    named = Prepared(select(ClinicRow.name).where(ClinicRow.id == bindparam("id")))
    assert read_rows(db, named, {"id": who.clinic_id}).scalar_one() != "Elsewhere"
    with open_connection(db.get_bind()) as other:
        other.execute(update(ClinicRow).values(name="Elsewhere"))
        other.commit()
    with transaction(db):
        assert read_rows(db, named, {"id": who.clinic_id}).scalar_one() == "Elsewhere"


def test_an_object_that_was_read_before_is_read_anew_in_the_transaction(db, world):
    patient_id = make_patient(db, world.a.clinician, now=NOW)
    patient = db.get_one(PatientRow, patient_id)
    patient.family_name = "Never stored"
    with transaction(db):
        assert db.get_one(PatientRow, patient_id).family_name != "Never stored"
