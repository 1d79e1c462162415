"""Data that an earlier version stored comes through the upgrade, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import Column, Engine, MetaData, String, Table, create_engine, insert, select, text
from sqlalchemy.orm import Session

from tests.make.trail import with_trail
from tests.make.world import known_id
from tracker.domain.contacts import Contact
from tracker.models import Base, schema
from tracker.models.accounts import SignInRow
from tracker.models.check_ins import CheckInRow, SafetyAlertRow
from tracker.models.database import prepare_sqlite, sqlite_driver
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patient_contacts import CONTACT, open_contact
from tracker.models.run_sheets import (
    InfusionEventRow,
    RunSheetMoveRow,
    RunSheetRow,
    VitalSignsRow,
)
from tracker.models.therapy_sessions import TherapySessionRow

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CLINIC, NURSE, PATIENT, COURSE = (known_id(each) for each in ("clinic", "nurse", "p", "course"))
REACHED = {"phone": "+1 555 0188", "email": "ab@home.test", "escort": "Kim Quarrier"}
ENDED, RUNNING = known_id("ended"), known_id("running")


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'm.db'}", module=sqlite_driver())
    prepare_sqlite(with_trail(engine))
    yield engine
    engine.dispose()


def as_before(name: str) -> Table:
    """The table as revision 0001 made it: today's, with the columns and names of that time."""
    today = Base.metadata.tables[name]
    columns = []
    for column in today.columns:
        if (name, column.name) in _ADDED:
            continue
        copied = column._copy()
        copied.foreign_keys.clear()
        if name in {"vital_signs", "infusion_events"} and column.name == "run_sheet_id":
            copied.name = copied.key = "given_infusion_id"
        columns.append(copied)
    columns += [Column(gone, String, nullable=False) for gone in _GONE.get(name, ())]
    return Table(name, MetaData(), *columns)


_GONE = {"patients": ("phone", "email", "escort")}
_ADDED = {
    ("clinics", "alert_waits_days"),
    ("sign_ins", "locked_at"),
    ("therapy_sessions", "measures_reviewed"),
    ("therapy_sessions", "homework_done"),
    ("vital_signs", "is_struck"),
    ("vital_signs", "moaas"),
    ("vital_signs", "cadss6"),
    ("infusion_events", "is_struck"),
    ("infusion_events", "is_serious"),
    ("infusion_events", "relatedness"),
    ("infusion_events", "ended_at"),
    ("given_infusions", "weight_basis"),
    ("given_infusions", "dosing_weight_kg"),
    ("given_infusions", "height_cm"),
    ("given_infusions", "ideal_weight_for"),
    ("given_infusions", "vial_mg_per_ml"),
    ("given_infusions", "total_ml"),
    ("given_infusions", "infused_ml"),
    ("sign_ins", "link_id"),
    ("check_ins", "language"),
    ("check_ins", "wording_id"),
    ("check_ins", "import_id"),
    ("safety_alerts", "course_id"),
    ("safety_alerts", "due_key"),
    ("safety_alerts", "instrument_key"),
    ("safety_alerts", "instrument_version"),
    ("safety_alerts", "met_by"),
    ("safety_alerts", "escalated_at"),
    ("safety_alerts", "help_seen_at"),
    ("safety_alerts", "done_at"),
}


def store_as_before(engine: Engine) -> None:
    """A running infusion and one that was stopped early, with all that hung on them."""
    made = {"recorded_at": AT, "recorded_by": NURSE}
    with engine.connect().execution_options(writes=True) as connection, connection.begin():

        def add(name: str, /, **values: Any) -> None:
            connection.execute(insert(as_before(name)), values)

        add("clinics", id=CLINIC, name="C", timezone="UTC", open_weekdays="mon", created_at=AT)
        add("users", id=NURSE, clinic_id=CLINIC, email="n@c.test", name="Nurse", created_at=AT)
        add(
            "sign_ins",
            id=known_id("sign-in"),
            clinic_id=CLINIC,
            token_hash=b"t" * 32,
            user_id=NURSE,
            created_at=AT,
            last_seen_at=AT,
            expires_at=AT,
        )
        add(
            "protocols",
            id=known_id("protocol"),
            clinic_id=CLINIC,
            name="P",
            version=1,
            infusion_count=6,
            min_gap_days=3,
            max_gap_days=5,
            preferred_gap_days=4,
            dose_mg_per_kg=Decimal("0.5"),
            infusion_minutes=40,
            definition={},
            recorded_at=AT,
        )
        add(
            "patients",
            id=PATIENT,
            clinic_id=CLINIC,
            record_number="1",
            given_name="A",
            family_name="B",
            born_on=date(1980, 1, 1),
            allergies="Penicillin",
            **REACHED,
            **made,
        )
        add(
            "courses",
            id=COURSE,
            clinic_id=CLINIC,
            patient_id=PATIENT,
            protocol_id=known_id("protocol"),
            infusion_count=6,
            start_on=AT.date(),
            **made,
        )
        add(
            "therapy_sessions",
            id=known_id("therapy"),
            clinic_id=CLINIC,
            course_id=COURSE,
            planned_on=AT.date(),
            homework="Read the plan",
            **made,
        )
        add(
            "instruments",
            key="after-infusion",
            version=1,
            title="After",
            definition={},
            recorded_at=AT,
        )
        for number, infusion_id in enumerate((ENDED, RUNNING), start=1):
            _add_infusion(add, number, infusion_id, made)


def _add_infusion(add: Any, number: int, infusion_id: UUID, made: dict[str, Any]) -> None:
    planned = uuid5(infusion_id, "planned")
    add(
        "planned_infusions",
        id=planned,
        clinic_id=CLINIC,
        course_id=COURSE,
        number=number,
        planned_on=AT.date(),
        planned_time=time(9),
        state="given",
    )
    is_over = infusion_id == ENDED
    ended = {
        "state": "stopped_early",
        "ended_at": AT + timedelta(minutes=20),
        "end_recorded_at": AT + timedelta(minutes=21),
        "end_recorded_by": NURSE,
        "given_mg": Decimal(20),
        "stop_reason": "Nausea",
    }
    add(
        "given_infusions",
        id=infusion_id,
        clinic_id=CLINIC,
        course_id=COURSE,
        planned_infusion_id=planned,
        occurred_at=AT,
        weight_kg=Decimal("82.4"),
        dose_mg_per_kg=Decimal("0.5"),
        ordered_mg=Decimal("41.2"),
        planned_minutes=40,
        **made,
        **(ended if is_over else {}),
    )
    of = {"clinic_id": CLINIC, "given_infusion_id": infusion_id, "occurred_at": AT, **made}
    first, second = uuid5(infusion_id, "set 1"), uuid5(infusion_id, "set 2")
    add("vital_signs", id=first, systolic_mmhg=210, diastolic_mmhg=80, **of)
    add(
        "vital_signs",
        id=second,
        systolic_mmhg=120,
        diastolic_mmhg=80,
        corrects_id=first,
        correction_reason="Slip",
        **of,
    )
    add("infusion_events", id=uuid5(infusion_id, "event"), term="Nausea", grade=1, **of)
    add(
        "check_ins",
        id=uuid5(infusion_id, "check-in"),
        clinic_id=CLINIC,
        patient_id=PATIENT,
        course_id=COURSE,
        given_infusion_id=infusion_id,
        instrument_key="after-infusion",
        instrument_version=1,
        due_key=f"after:{infusion_id}",
        due_on=AT.date(),
        answers={},
        submission_id=uuid5(infusion_id, "submission"),
        payload_hash=b"h" * 32,
        occurred_at=AT,
        **made,
    )
    add(
        "safety_alerts",
        id=uuid5(infusion_id, "alert"),
        clinic_id=CLINIC,
        patient_id=PATIENT,
        check_in_id=uuid5(infusion_id, "check-in"),
        rule="self_harm",
        level=2,
        raised_at=AT,
        due_at=AT,
    )


def check_how_patients_are_reached(engine: Engine) -> None:
    """How the patient is reached opens for their row, and stands nowhere in clear."""
    with Session(engine) as db:
        row = db.execute(select(*CONTACT)).one()
        found = open_contact(db, row, clinic_id=CLINIC, patient_id=PATIENT)
        assert found == Contact(**REACHED)
        other = open_contact(db, row, clinic_id=CLINIC, patient_id=COURSE)
        assert not other.is_readable
    stored = file_of_patients(engine)
    assert b"Penicillin" in stored
    assert not [words for words in REACHED.values() if words.encode() in stored]


def file_of_patients(engine: Engine) -> bytes:
    """What the file says in which the patients are, whether it still counts as a row or not."""
    if engine.dialect.name == "sqlite":
        return Path(engine.url.database or "").read_bytes()
    where = "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('patients')"
    outside = create_engine(engine.url.set(username="postgres"))  # the application's may not ask
    try:
        with outside.connect() as connection:
            connection.execute(text("CHECKPOINT"))
            return Path(connection.execute(text(where)).scalar_one()).read_bytes()
    finally:
        outside.dispose()


def check_the_third_version(engine: Engine) -> None:
    with Session(engine) as db:
        alerts = {row.due_key: row for row in db.scalars(select(SafetyAlertRow))}
        assert set(alerts) == {f"after:{ENDED}", f"after:{RUNNING}"}
        assert {row.course_id for row in alerts.values()} == {COURSE}
        assert {row.instrument_key for row in alerts.values()} == {"after-infusion"}
        check_ins = db.scalars(select(CheckInRow)).all()
        assert {row.id for row in check_ins} == {row.check_in_id for row in alerts.values()}
        assert [row.language for row in check_ins] == [None, None]
        assert db.scalars(select(SignInRow.link_id)).all() == [None]


def check_the_second_version(engine: Engine) -> None:
    with Session(engine) as db:
        sheets = dict(db.execute(select(RunSheetRow.id, RunSheetRow.stage)).all())
        assert sheets == {ENDED: "left", RUNNING: "running"}
        given = {row.id: row for row in db.scalars(select(GivenInfusionRow))}
        assert given[ENDED].stop_reason == "Nausea"
        assert {row.dosing_weight_kg for row in given.values()} == {Decimal("82.40")}
        signs = db.scalars(select(VitalSignsRow).order_by(VitalSignsRow.systolic_mmhg)).all()
        assert [row.systolic_mmhg for row in signs] == [120, 120, 210, 210]
        assert {row.run_sheet_id for row in signs} == {ENDED, RUNNING}
        assert [row.is_struck for row in signs] == [False] * 4
        assert [row.term for row in db.scalars(select(InfusionEventRow))] == ["Nausea", "Nausea"]
        moves = db.execute(
            select(RunSheetMoveRow.run_sheet_id, RunSheetMoveRow.move, RunSheetMoveRow.occurred_at)
        ).all()
        assert sorted(map(tuple, moves), key=str) == sorted(
            [
                (ENDED, "start", AT),
                (ENDED, "stop_early", AT + timedelta(minutes=20)),
                (RUNNING, "start", AT),
            ],
            key=str,
        )
        (therapy,) = db.scalars(select(TherapySessionRow)).all()
        assert (therapy.homework, therapy.homework_done) == ("Read the plan", "")


def check_references(engine: Engine) -> None:
    """Nothing points into the void, and what is pointed at cannot go."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    with (
        pytest.raises(Exception, match=r"(?i)foreign key"),
        engine.begin() as connection,
    ):
        connection.execute(text("DELETE FROM given_infusions"))


def check_up_and_down(engine: Engine) -> None:
    schema.upgrade(engine, "0001")
    store_as_before(engine)
    schema.upgrade(engine)
    check_the_second_version(engine)
    check_the_third_version(engine)
    check_how_patients_are_reached(engine)
    check_references(engine)
    schema.downgrade(engine, "0001")
    with engine.connect() as connection:
        before = as_before("vital_signs")
        rows = connection.execute(select(before.c.given_infusion_id, before.c.systolic_mmhg)).all()
        assert sorted(row.systolic_mmhg for row in rows) == [120, 120, 210, 210]
        assert {row.given_infusion_id for row in rows} == {ENDED, RUNNING}
        patient = connection.execute(select(as_before("patients"))).one()
        assert {name: getattr(patient, name) for name in REACHED} == REACHED
        alerts = as_before("safety_alerts")
        assert len(connection.execute(select(alerts.c.check_in_id)).all()) == 2
    schema.upgrade(engine)
    check_the_second_version(engine)
    check_the_third_version(engine)
    check_how_patients_are_reached(engine)


def test_infusions_of_the_first_version_get_their_run_sheets_on_sqlite(sqlite_engine):
    check_up_and_down(sqlite_engine)


@pytest.mark.postgres
def test_infusions_of_the_first_version_get_their_run_sheets_on_postgresql(postgres_engine):
    check_up_and_down(postgres_engine)
