from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from tests.make.accounts import PASSWORD, give_password, make_colleague
from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import NOW
from tracker.actions import signatures
from tracker.actions.signatures import Addition, SignOff
from tracker.domain.errors import NotFound, Refused, StaleForm
from tracker.domain.permissions import NotPermitted
from tracker.domain.signing import Meaning, RecordKind, SigningKey
from tracker.models import signed_content
from tracker.models.base import Base
from tracker.models.database import transaction
from tracker.models.run_sheets import RunSheetRow
from tracker.models.signatures import SignatureRow
from tracker.models.triggers import SIGNED, unguard_records
from tracker.queries.signatures import get_signed_record
from tracker.queries.signed_records import verify_all

KEY = SigningKey(secret="k" * 48)
LATER = NOW + timedelta(hours=2)
SHEET = RecordKind.RUN_SHEET


@pytest.fixture
def over(db, world):
    """The run sheet of an infusion that is over; the clinician can sign."""
    who = world.a.clinician
    give_password(db, who)
    course_id = course_of_today(db, who, world.a.patient_id)
    sheet_id = make_infusion(db, who, planned_id(db, course_id))
    make_vital_signs(db, who, sheet_id, now=NOW + timedelta(minutes=5))
    make_end(db, who, sheet_id, now=NOW + timedelta(minutes=40))
    with transaction(db):
        db.execute(update(RunSheetRow).where(RunSheetRow.id == sheet_id).values(stage="left"))
    return sheet_id


def seen(db, who, sheet_id):
    found = signed_content.collect(db, who.clinic_id, SHEET, sheet_id).content_hash
    db.rollback()
    return found


def sign(db, who, sheet_id, *, meaning=Meaning.PERFORMED, now=LATER, **changes):
    values = {
        "kind": SHEET,
        "record_id": sheet_id,
        "meaning": meaning,
        "seen_hash": changes.pop("seen_hash", None) or seen(db, who, sheet_id),
        "password": PASSWORD,
        "gaps_reason": "Paper form is attached",
    }
    return signatures.sign(
        db, who, SignOff(**(values | changes)), key=KEY, submission=None, now=now
    )


def amend(db, who, sheet_id, **changes):
    values = {
        "kind": SHEET,
        "record_id": sheet_id,
        "addendum": "Nausea was grade 1.",
        "reason": "Left out",
        "password": PASSWORD,
    }
    return signatures.amend(
        db, who, Addition(**(values | changes)), key=KEY, submission=None, now=LATER
    )


def checked(db, who, sheet_id, key=KEY):
    db.rollback()
    return get_signed_record(db, who, SHEET, sheet_id, key=key)


def test_a_signed_sheet_names_signer_role_meaning_and_matches(db, world, over):
    sign(db, world.a.clinician, over)
    found = checked(db, world.a.clinician, over)
    (one,) = found.signatures
    assert (one.signer_name, one.signer_role) == ("Clinician A", "Clinician")
    assert (one.meaning, one.is_late_entry, found.differing) == (Meaning.PERFORMED, False, ())
    assert one.gaps_reason == "Paper form is attached"


def test_a_sheet_is_signed_as_performed_once(db, world, over):
    sign(db, world.a.clinician, over)
    with pytest.raises(Refused, match="Clinician A has signed this run sheet already"):
        sign(db, world.a.clinician, over)


def test_gaps_need_a_reason(db, world, over):
    with pytest.raises(Refused) as problem:
        sign(db, world.a.clinician, over, gaps_reason="")
    assert problem.value.field == "gaps_reason"


def test_a_wrong_password_signs_nothing(db, world, over):
    with pytest.raises(Refused) as problem:
        sign(db, world.a.clinician, over, password="wrong")
    assert problem.value.field == "password"
    assert db.scalars(select(SignatureRow.id)).all() == []


def test_signing_more_than_a_day_later_is_a_late_entry(db, world, over):
    sign(db, world.a.clinician, over, now=NOW + timedelta(hours=26))
    assert checked(db, world.a.clinician, over).signatures[0].is_late_entry


def test_a_sheet_that_changed_after_the_page_was_opened_is_not_signed(db, world, over):
    with pytest.raises(StaleForm):
        sign(db, world.a.clinician, over, seen_hash="0" * 64)


def test_a_running_sheet_cannot_be_signed(db, world, over):
    with transaction(db):
        db.execute(update(RunSheetRow).where(RunSheetRow.id == over).values(stage="recovery"))
    with pytest.raises(Refused, match="after the patient left"):
        sign(db, world.a.clinician, over)


def test_a_colleague_reviews_what_was_performed_and_nobody_reviews_twice(db, world, over):
    colleague = make_colleague(db, world.a.clinic.id)
    with pytest.raises(Refused, match="signs this run sheet first"):
        sign(db, colleague, over, meaning=Meaning.REVIEWED)
    sign(db, world.a.clinician, over)
    sign(db, colleague, over, meaning=Meaning.REVIEWED)
    for who in (world.a.clinician, colleague):
        with pytest.raises(Refused, match="You have signed"):
            sign(db, who, over, meaning=Meaning.REVIEWED)


def test_a_therapist_and_another_clinic_cannot_sign(db, world, over):
    known = seen(db, world.a.clinician, over)
    with pytest.raises(NotPermitted):
        sign(db, world.a.therapist, over, seen_hash=known)
    with pytest.raises(NotFound):
        sign(db, world.b.clinician, over, seen_hash=known)


def test_only_a_signed_record_takes_an_addendum_and_it_stands_beside_what_was_signed(
    db, world, over
):
    with pytest.raises(Refused, match="Nobody has signed this yet"):
        amend(db, world.a.clinician, over)
    sign(db, world.a.clinician, over)
    for missing in ("addendum", "reason"):
        with pytest.raises(Refused):
            amend(db, world.a.clinician, over, **{missing: ""})
    amend(db, world.a.clinician, over)
    found = checked(db, world.a.clinician, over)
    assert (found.addenda[0].addendum, found.differing) == ("Nausea was grade 1.", ())


@pytest.mark.parametrize("table", sorted(set(SIGNED) - {"therapy_sessions"}))
def test_the_database_itself_refuses_to_change_what_is_signed(db, world, over, table):
    sign(db, world.a.clinician, over)
    own = SIGNED[table][0]
    for statement in (
        f"UPDATE {table} SET {own} = {own} WHERE {own} = :id",
        f"DELETE FROM {table} WHERE {own} = :id",
    ):
        held = db.execute(text(f"SELECT 1 FROM {table} WHERE {own} = :id"), {"id": over.hex}).all()
        if held:
            with pytest.raises(DBAPIError, match=r"signed|append-only"):
                db.execute(text(statement), {"id": over.hex})
        db.rollback()


def changed_value(column, value):
    """Another value of the same kind."""
    name = type(column.type).__name__
    if name == "Uuid":
        return "f" * 32
    if name == "Instant":
        return "2020-01-01T00:00:00.000001Z"
    if name == "Boolean":
        return 0 if value else 1
    if name == "Integer":
        return (value or 0) + 90
    if name == "FixedPoint":
        return (value or 0) + 0.0004
    return f"{value or ''}x"


def tampered_columns():
    for table in ("run_sheets", "given_infusions", "run_sheet_moves", "vital_signs"):
        for column in Base.metadata.tables[table].columns:
            yield table, column


@pytest.mark.parametrize(
    ("table", "column"), list(tampered_columns()), ids=lambda part: getattr(part, "name", part)
)
def test_any_single_column_changed_by_hand_is_named(db, world, over, table, column):
    sign(db, world.a.clinician, over)
    own = "id" if table in {"run_sheets", "given_infusions"} else "run_sheet_id"
    tamper(db, table, column, f"{own} = '{over.hex}'")
    differing = checked(db, world.a.clinician, over).differing
    assert any(table in words or "run_sheet" in words for words in differing), differing


def tamper(db, table, column, where):
    connection = db.connection()
    connection.exec_driver_sql("ROLLBACK")
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    unguard_records(connection)
    found = connection.exec_driver_sql(
        f"SELECT rowid, {column.name} FROM {table} WHERE {where} LIMIT 1"
    ).one()
    connection.exec_driver_sql(
        f"UPDATE {table} SET {column.name} = ? WHERE rowid = ?",
        (changed_value(column, found[1]), found[0]),
    )
    db.commit()


SEALED = [
    (table, column)
    for table in ("signatures", "amendments")
    for column in Base.metadata.tables[table].columns
]


@pytest.mark.parametrize(("table", "column"), SEALED, ids=lambda part: getattr(part, "name", part))
def test_any_column_of_a_signature_or_an_addendum_changed_by_hand_is_found(
    db, world, over, table, column
):
    sign(db, world.a.clinician, over)
    amend(db, world.a.clinician, over)
    tamper(db, table, column, "1 = 1")
    assert verify_all(db, world.a.clinician, key=KEY).faults


def test_a_signature_under_another_key_is_named(db, world, over):
    sign(db, world.a.clinician, over)
    found = checked(db, world.a.clinician, over, key=SigningKey(secret="other"))
    assert "sealed with a key that is not here" in found.differing[0]
