"""The server is killed again and again while people write: what was acknowledged is there, once.

Whoever gets no answer sends the same form again when the server is back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from config import read_settings
from tests.browsing import Browser
from tests.databases import lives_in, on_postgres
from tests.killing import Site, Work, Writer, kill_one_process, write_and_kill
from tests.make.accounts import make_colleague
from tests.make.infusions import course_of_today, make_infusion, planned_id
from tests.make.patients import make_patient
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session, plain_rows
from tests.make.world import World, make_world, open_every_day
from tests.serving import stop_server, working_processes
from tracker.app import create_app
from tracker.domain import instruments
from tracker.domain.people import Person
from tracker.models import db as flask_db

SIGN_INS = 4
"""So many a person may have at once: a fifth would end the first."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(folder=tmp_path / "instance")
    yield made
    made.is_over = True
    if made.server is not None:
        stop_server(made.server)


@pytest.fixture
def application(site: Site) -> Iterator[Flask]:
    """The same installation, opened by the test as well: same key, same database file."""
    app = create_app(read_settings(lives_in(site.folder)))
    bring_schema_up(app)
    yield app
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


@pytest.fixture
def now(site: Site, application: Flask) -> datetime:
    """The server has a real clock."""
    return datetime.fromtimestamp(os.stat(site.folder).st_mtime, UTC)


@pytest.fixture
def clinic(application: Flask, now: datetime) -> World:
    with application.app_context():
        made = make_world(command_session(), now=now)
        flask_db.session.remove()
    return made


def new_course(who: Person, zone: Any, number: int, now: datetime) -> UUID:
    """A course of one more patient, whose first infusion is today."""
    session = command_session()
    open_every_day(session, who.clinic_id)
    patient_id = make_patient(session, who, now=now, record_number=f"K-{number}")
    today = now.astimezone(zone).date()
    return course_of_today(session, who, patient_id, now=now, start_on=today, reason="as agreed")


def new_sheet(who: Person, zone: Any, number: int, now: datetime) -> UUID:
    """The run sheet of a running infusion."""
    session = command_session()
    course_id = new_course(who, zone, number, now)
    return make_infusion(session, who, planned_id(session, course_id), now=now)


def paper(course_id: UUID) -> Work:
    """A quiet day's answers on paper, each of another day long ago."""
    answers = {"memories": 3, "sleep": 4, "anxiety": 5, "mood": 2, "safety": 1, "self_harm": 0}
    fixed = {f"answer_{name}": value for name, value in answers.items()} | {
        "instrument_version": instruments.get("daily").version,
        "mode": "paper",
        "answered_time": "12:00",
    }

    def form(number: int) -> tuple[str, dict[str, Any]]:
        day = date(2010, 1, 1) + timedelta(days=number)
        return f"/courses/{course_id}/check-ins/daily", fixed | {"answered_on": day.isoformat()}

    return Work(kind="check_ins", form=form)


def signs(sheet: UUID) -> Work:
    def form(number: int) -> tuple[str, dict[str, Any]]:
        values = {"systolic_mmhg": 120 + number % 10, "diastolic_mmhg": 78, "heart_rate_bpm": 70}
        return f"/infusions/{sheet}/vital-signs", values

    return Work(kind="vital_signs", form=form, sheet=sheet)


def events(sheet: UUID) -> Work:
    def form(number: int) -> tuple[str, dict[str, Any]]:
        return f"/infusions/{sheet}/events/new", {"term": "Nausea", "note": f"wave {number}"}

    return Work(kind="infusion_events", form=form, sheet=sheet)


def notes(sheet: UUID) -> Work:
    def form(number: int) -> tuple[str, dict[str, Any]]:
        return f"/infusions/{sheet}/notes/new", {"note": f"calm, line {number}"}

    return Work(kind="sheet_notes", form=form, sheet=sheet)


def moves(sheet: UUID) -> Work:
    """Paused and resumed in turn: a step that were taken twice, or lost, would stop the next."""

    def form(number: int) -> tuple[str, dict[str, Any]]:
        if number % 2:
            return f"/infusions/{sheet}/moves/resume", {}
        return f"/infusions/{sheet}/moves/pause", {"reason": f"line checked, {number}"}

    return Work(kind="run_sheet_moves", form=form, sheet=sheet)


@pytest.mark.fault
def test_every_acknowledged_write_is_there_once_with_its_trace(
    site: Site, application: Flask, clinic: World, now: datetime
) -> None:
    """Four nurses take over paper check-ins, four log vital signs."""
    who, zone = clinic.a.clinician, clinic.a.clinic.zone
    with application.app_context():
        works = [paper(new_course(who, zone, number, now)) for number in range(4)]
        works += [signs(new_sheet(who, zone, number, now)) for number in range(4, 8)]
        flask_db.session.remove()
    people = [Browser(application, who, now=now) for _ in range(SIGN_INS)]
    everybody = [
        Writer(site, people[place % len(people)], work) for place, work in enumerate(works)
    ]
    write_and_kill(site, everybody, kills=5, between=(30, 80))
    with application.app_context():
        check_whole()
        check_paper(everybody)
        check_entries(everybody, "vital_signs", "vital signs recorded")
        flask_db.session.remove()


@pytest.mark.fault
def test_every_acknowledged_check_in_is_there_once_when_one_process_of_two_is_killed(
    site: Site, application: Flask, clinic: World, now: datetime
) -> None:
    """Eight write at once through two processes; the one that is killed is replaced by itself."""
    who, zone = clinic.a.clinician, clinic.a.clinic.zone
    with application.app_context():
        works = [paper(new_course(who, zone, number, now)) for number in range(8)]
        flask_db.session.remove()
    people = [Browser(application, who, now=now) for _ in range(SIGN_INS)]
    everybody = [
        Writer(site, people[place % len(people)], work) for place, work in enumerate(works)
    ]
    site.processes = 2
    write_and_kill(site, everybody, kills=3, between=(30, 50), kill=kill_one_process)
    assert site.server is not None
    assert len(working_processes(site.server)) == 2
    with application.app_context():
        check_whole()
        check_paper(everybody)
        flask_db.session.remove()


@pytest.mark.fault
def test_every_acknowledged_entry_of_a_run_sheet_is_there_once_when_eight_write(
    site: Site, application: Flask, clinic: World, now: datetime
) -> None:
    """Two nurses on eight tablets, on two sheets: sets, events, notes and steps at once."""
    who, zone = clinic.a.clinician, clinic.a.clinic.zone
    with application.app_context():
        session = command_session()
        colleague = make_colleague(session, who.clinic_id)
        sheets = [new_sheet(who, zone, number, now) for number in range(2)]
        flask_db.session.remove()
    nurses = [Browser(application, each, now=now) for each in (who, colleague) * SIGN_INS]
    works = [kind(sheet) for kind in (signs, events, notes, moves) for sheet in sheets]
    everybody = [Writer(site, nurse, work) for nurse, work in zip(nurses, works, strict=True)]
    write_and_kill(site, everybody, kills=5, between=(30, 90))
    with application.app_context():
        check_whole()
        check_entries(everybody, "vital_signs", "vital signs recorded")
        check_entries(everybody, "infusion_events", "infusion event recorded")
        check_entries(everybody, "sheet_notes", "run sheet entry recorded")
        check_moves(everybody)
        flask_db.session.remove()


def ask(statement: str, **values: Any) -> list[Any]:
    return plain_rows(command_session(), statement, **values)


def check_whole() -> None:
    """SQLite's own word on its file. A file of PostgreSQL was not killed here: see the other."""
    if on_postgres():
        return
    session = command_session()
    assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def results() -> dict[str, Any]:
    """What each form led to, by the number that it carried."""
    found = ask("SELECT submission_id, result FROM submissions")
    return {each.submission_id: json.loads(each.result) for each in found}


def stored_by(everybody: list[Writer], kind: str) -> set[str]:
    found = [each.hex for writer in everybody if writer.work.kind == kind for each in writer.stored]
    assert len(found) == len(set(found)) > 50, kind
    return set(found)


def check_paper(everybody: list[Writer]) -> None:
    acknowledged = stored_by(everybody, "check_ins")
    check_ins = ask("SELECT id, submission_id FROM check_ins")
    assert len(check_ins) == len(acknowledged)
    assert {each.submission_id for each in check_ins} == acknowledged
    scored = {each.check_in_id for each in ask("SELECT DISTINCT check_in_id FROM scores")}
    assert scored == {each.id for each in check_ins}
    sent = ask("SELECT object_id FROM audit_events WHERE event = 'check-in sent'")
    assert sorted(each.object_id for each in sent) == sorted(each.id for each in check_ins)


def check_entries(everybody: list[Writer], table: str, event: str) -> None:
    """One row for each acknowledged form, no other row, and one trace of each row."""
    acknowledged, answered = stored_by(everybody, table), results()
    assert acknowledged <= set(answered)
    named = [UUID(answered[each]["entry_id"]).hex for each in acknowledged]
    assert len(set(named)) == len(named)
    rows = ask(f'SELECT id FROM "{table}"')
    assert sorted(each.id for each in rows) == sorted(named)
    traces = ask("SELECT object_id FROM audit_events WHERE event = :event", event=event)
    assert sorted(each.object_id for each in traces) == sorted(named)


def check_moves(everybody: list[Writer]) -> None:
    acknowledged = stored_by(everybody, "run_sheet_moves")
    assert acknowledged <= set(results())
    for writer in everybody:
        if writer.work.kind == "run_sheet_moves" and writer.work.sheet is not None:
            check_steps(writer.work.sheet.hex, len(writer.stored))


def check_steps(sheet: str, acknowledged: int) -> None:
    """The steps of a sheet are numbered without a gap, and it stands where they lead."""
    taken = ask(
        "SELECT seq, move, to_stage FROM run_sheet_moves WHERE run_sheet_id = :sheet ORDER BY seq",
        sheet=sheet,
    )
    assert [each.seq for each in taken] == list(range(1, len(taken) + 1))
    done = [each.move for each in taken if each.move in {"pause", "resume"}]
    assert done == (["pause", "resume"] * acknowledged)[:acknowledged]
    (stage,) = ask("SELECT stage FROM run_sheets WHERE id = :sheet", sheet=sheet)
    assert stage.stage == taken[-1].to_stage
    traces = ask(
        "SELECT detail FROM audit_events WHERE event = 'run sheet moved on' AND object_id = :sheet"
        " ORDER BY seq",
        sheet=sheet,
    )
    said = [json.loads(each.detail)["move"] for each in traces]
    assert [move for move in said if move in {"pause", "resume"}] == done
