"""Row-level security on PostgreSQL: statements that name no clinic, sent past every query.

Each table of a clinic holds a row of two clinics here. Whoever forgets a WHERE, or names the other
clinic on purpose, meets the database.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    Engine,
    Table,
    create_engine,
    delete,
    func,
    insert,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.make.every_table import clinic_column, clinic_tables, fill_every_table
from tests.make.patients import NOW
from tests.make.trail import TRAIL_KEY, with_trail
from tests.make.world import make_world
from tests.models.conftest import make_database
from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.domain.audit_chain import check
from tracker.models import Base, schema
from tracker.models.database import transaction
from tracker.models.postgres import postgres_options
from tracker.models.reach import keep_to, looking_everywhere, open_to_all, reaching, reaching_all
from tracker.models.trail_end import last_event
from tracker.models.triggers import APPEND_ONLY, AUDIT, HISTORY, REPORTS
from tracker.models.walls import CLINIC, EVERY, POLICY, SHARED, why_walked_through
from tracker.queries.audit_trail import each_event

pytestmark = pytest.mark.postgres
TABLES = clinic_tables()
KEPT = {*AUDIT, *APPEND_ONLY, *REPORTS, *HISTORY}
by_table = pytest.mark.parametrize("table", TABLES, ids=lambda each: each.name)


@dataclass(frozen=True, kw_only=True)
class Walled:
    """A database with a row of each clinic everywhere, opened as the application opens it."""

    engine: Engine
    a: UUID
    b: UUID

    def as_clinic(self, clinic_id: UUID | None) -> Session:
        db = Session(self.engine)
        keep_to(db, clinic_id)
        return db

    def from_outside(self) -> Session:
        db = Session(self.engine)
        open_to_all(db)
        return db


@pytest.fixture(scope="module")
def walled(postgres_url: str) -> Iterator[Walled]:
    engine = with_trail(create_engine(make_database(postgres_url), **postgres_options(2)))
    try:
        schema.upgrade(engine)
        with Session(engine) as db:
            open_to_all(db)
            world = make_world(db, now=NOW)
            fill_every_table(db, world, now=NOW)
        yield Walled(engine=engine, a=world.a.clinic.id, b=world.b.clinic.id)
    finally:
        engine.dispose()


def rows(db: Session, table: Table, clinic_id: UUID | None = None) -> int:
    found = select(func.count()).select_from(table)
    if clinic_id is not None:
        found = found.where(clinic_column(table) == clinic_id)
    return db.execute(found).scalar_one()


def test_every_table_has_a_wall_or_a_reason_for_none(walled: Walled) -> None:
    """A new table fails here until its migration builds a wall, or it is named as shared."""
    with walled.from_outside() as db:
        found = db.execute(
            text(
                "SELECT relname, relrowsecurity AND relforcerowsecurity AS is_forced,"
                " (SELECT count(*) FROM pg_policies p WHERE p.tablename = relname) AS policies"
                " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        ).all()
    walls = {row.relname for row in found if row.is_forced and row.policies == 1}
    assert walls == {each.name for each in TABLES}
    assert walls | set(SHARED) == set(Base.metadata.tables)
    assert {row.relname for row in found} - walls == {*SHARED, "alembic_version"}


def test_no_shared_table_names_a_clinic_or_anything_that_belongs_to_one() -> None:
    for name in SHARED:
        table = Base.metadata.tables[name]
        assert "clinic_id" not in table.columns
        assert not list(table.foreign_keys)


def test_every_wall_is_the_same_and_holds_for_every_act_and_role(walled: Walled) -> None:
    with walled.from_outside() as db:
        found = db.execute(text("SELECT * FROM pg_policies WHERE schemaname = 'public'")).all()
    assert {(row.policyname, row.permissive, row.cmd) for row in found} == {
        (POLICY, "PERMISSIVE", "ALL")
    }
    assert {tuple(row.roles) if row.roles != "{public}" else ("public",) for row in found} == {
        ("public",)
    }
    plain = {row.qual.replace("(id =", "(clinic_id =") for row in found}
    assert len(plain) == 1
    (words,) = plain
    assert CLINIC in words
    assert EVERY in words
    assert {row.with_check for row in found} == {None}  # what may be seen may be stored


def test_the_application_s_role_is_held_by_walls_and_a_superuser_is_not(
    walled: Walled, postgres_url: str
) -> None:
    with walled.engine.connect() as connection:
        assert why_walked_through(connection.exec_driver_sql) is None
        connection.rollback()
    outside = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        why = why_walked_through(connection.exec_driver_sql)
        assert why == "the role postgres is a superuser"
        connection.exec_driver_sql("CREATE ROLE past LOGIN BYPASSRLS")
    outside.dispose()
    past = create_engine(outside.url.set(username="past"))
    with past.connect() as connection:
        assert why_walked_through(connection.exec_driver_sql) == "the role past has BYPASSRLS"
    past.dispose()


@pytest.mark.usefixtures("programs")
def test_the_role_of_the_containers_is_held_too(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = make_url(postgres_url)
    monkeypatch.setenv("PGHOST", str(outside.query["host"]))
    monkeypatch.setenv("POSTGRES_USER", "postgres")
    monkeypatch.setenv("APPLICATION_PASSWORD", "it's a 'word'")
    script = Path(__file__).parents[2] / "deploy" / "postgres" / "role.sh"
    subprocess.run([script], check=True, capture_output=True, timeout=60)
    engine = create_engine(outside.set(username="tracker", database="tracker"))
    try:
        with engine.connect() as connection:
            assert why_walked_through(connection.exec_driver_sql) is None
        schema.upgrade(engine)
        assert schema.stored_revision(engine) == schema.HEAD
    finally:
        engine.dispose()


@by_table
def test_one_clinic_sees_its_own_rows_and_none_of_the_other(walled: Walled, table: Table) -> None:
    with walled.from_outside() as db:
        mine, theirs = rows(db, table, walled.a), rows(db, table, walled.b)
        assert rows(db, table) >= mine + theirs
    assert mine > 0
    assert theirs > 0
    with walled.as_clinic(walled.a) as db:
        assert rows(db, table) == mine
        assert rows(db, table, walled.b) == 0
    with walled.as_clinic(walled.b) as db:
        assert rows(db, table) == theirs


@by_table
def test_one_clinic_changes_and_removes_nothing_of_the_other(walled: Walled, table: Table) -> None:
    theirs = clinic_column(table) == walled.b
    column = next(each for each in table.columns if each.name != clinic_column(table).name)
    with walled.as_clinic(walled.a) as db:
        changed: Any = db.execute(update(table).where(theirs).values({column: column}))
        removed: Any = db.execute(delete(table).where(theirs))
        assert (changed.rowcount, removed.rowcount) == (0, 0)
        db.rollback()


@by_table
def test_one_clinic_adds_nothing_to_the_other(walled: Walled, table: Table) -> None:
    with walled.as_clinic(walled.b) as db:
        row = dict(db.execute(select(table).limit(1)).mappings().one())
    for key in table.primary_key.columns:
        if key.type.python_type is UUID and not key.foreign_keys:
            row[key.name] = uuid4()
    with (
        walled.as_clinic(walled.a) as db,
        pytest.raises(DBAPIError, match="row-level security policy"),
    ):
        db.execute(insert(table), [row])


@by_table
def test_no_row_is_moved_into_another_clinic(walled: Walled, table: Table) -> None:
    says = "append-only" if table.name in KEPT else "row-level security policy|record is signed"
    with walled.as_clinic(walled.a) as db, pytest.raises(DBAPIError, match=says):
        db.execute(update(table).values({clinic_column(table): walled.b}))


@by_table
def test_no_table_is_emptied_for_one_clinic_or_for_nobody(walled: Walled, table: Table) -> None:
    for clinic_id in (walled.a, None):
        with (
            walled.as_clinic(clinic_id) as db,
            pytest.raises(DBAPIError, match=r"not emptied for one|append-only"),
        ):
            db.execute(text(f"TRUNCATE {table.name} CASCADE"))


@by_table
def test_a_transaction_that_says_nothing_sees_and_stores_nothing(
    walled: Walled, table: Table
) -> None:
    with walled.from_outside() as db:
        row = dict(db.execute(select(table).limit(1)).mappings().one())
    with Session(walled.engine) as db:
        assert rows(db, table) == 0
        removed: Any = db.execute(delete(table))
        assert removed.rowcount == 0
        with pytest.raises(DBAPIError, match="row-level security policy"):
            db.execute(insert(table), [row])


def test_a_join_or_a_count_over_everything_finds_one_clinic_only(walled: Walled) -> None:
    """As a report would that somebody wrote in a hurry."""
    with walled.as_clinic(walled.a) as db:
        found = db.execute(
            text(
                "SELECT DISTINCT p.clinic_id FROM patients p"
                " JOIN courses c ON c.patient_id = p.id JOIN check_ins i ON i.course_id = c.id"
                " UNION SELECT clinic_id FROM scores UNION SELECT id FROM clinics"
            )
        )
        assert set(found.scalars()) == {walled.a}


@pytest.fixture
def one_connection(walled: Walled) -> Iterator[Engine]:
    options = postgres_options(1) | {"max_overflow": 0}
    engine = with_trail(create_engine(walled.engine.url, **options))
    yield engine
    engine.dispose()


def told(db: Session) -> tuple[int, str, str, int]:
    """The connection's own process, both settings, and how many patients are seen."""
    row = db.execute(
        text(
            "SELECT pg_backend_pid(), coalesce(current_setting(:clinic, true), ''),"
            " coalesce(current_setting(:every, true), ''), (SELECT count(*) FROM patients)"
        ),
        {"clinic": CLINIC, "every": EVERY},
    ).one()
    return row[0], row[1], row[2], row[3]


@pytest.mark.parametrize("how", ["commit", "rollback", "failure", "transaction", "close"])
@pytest.mark.parametrize("reach", ["clinic", "every"])
def test_what_a_transaction_was_told_ends_with_it(
    one_connection: Engine, walled: Walled, how: str, reach: str
) -> None:
    with Session(one_connection) as db:
        keep_to(db, walled.a) if reach == "clinic" else open_to_all(db)
        process, *_settings, seen = told(db)
        assert seen > 0
        if how == "failure":
            with pytest.raises(DBAPIError):
                db.execute(text("SELECT 1/0"))
        elif how == "transaction":
            with transaction(db):
                assert told(db)[3] == seen
        elif how != "close":
            getattr(db, how)()
    with Session(one_connection) as after:
        assert told(after) == (process, "", "", 0)


def test_each_transaction_of_a_session_is_told_anew(walled: Walled) -> None:
    with walled.as_clinic(walled.a) as db:
        for end in (db.commit, db.rollback, db.commit):
            assert told(db)[1] == str(walled.a)
            end()
        with transaction(db):
            assert told(db)[1] == str(walled.a)
        keep_to(db, walled.b)
        assert told(db)[1] == str(walled.b)
        keep_to(db, None)
        assert told(db)[1:] == ("", "", 0)


def test_reaching_further_for_a_while_ends_in_the_open_transaction_too(walled: Walled) -> None:
    with walled.as_clinic(walled.a) as db:
        mine = told(db)[3]
        with reaching_all(db):
            assert told(db)[2:] == ("on", mine * 2)
            with reaching(db, walled.b):
                assert told(db)[1:3] == (str(walled.b), "")
        assert told(db)[1:] == (str(walled.a), "", mine)
        with pytest.raises(DBAPIError), reaching_all(db):
            db.execute(text("SELECT 1/0"))
        assert told(db)[1:] == (str(walled.a), "", mine)


def test_after_a_look_up_a_session_reaches_the_clinic_that_it_found(walled: Walled) -> None:
    clinics = Base.metadata.tables["clinics"]
    with walled.as_clinic(walled.b) as db:
        with looking_everywhere(db) as found:
            assert rows(db, clinics) == 2
            found.clinic_id = walled.a
        assert rows(db, clinics) == rows(db, clinics, walled.a) == 1
        with looking_everywhere(db):
            assert rows(db, clinics) == 2
        assert rows(db, clinics) == 0, "it found nobody"


@pytest.mark.parametrize(
    ("asked", "fails_with"), [("SELECT 1 / 0", DBAPIError), ("SELECT 1", RuntimeError)]
)
def test_after_a_look_up_that_failed_a_session_reaches_nobody(
    walled: Walled, asked: str, fails_with: type[Exception]
) -> None:
    clinics = Base.metadata.tables["clinics"]
    with walled.as_clinic(walled.a) as db:
        with pytest.raises(fails_with):
            look_up_and_fail(db, asked)
        assert rows(db, clinics) == 0


def look_up_and_fail(db: Session, asked: str) -> None:
    with looking_everywhere(db):
        db.execute(text(asked))
        raise RuntimeError("after the statement, if that did not fail")


def test_the_trail_stays_one_chain_though_no_clinic_sees_the_other_s_events(
    walled: Walled,
) -> None:
    for clinic_id in (walled.a, walled.b, walled.a):
        with walled.as_clinic(clinic_id) as db, transaction(db):
            before = last_event(db)
            assert told(db)[1:3] == (str(clinic_id), "")
            audit.record(
                db, None, AuditEvent.PAGE_SEEN, now=NOW, clinic_id=clinic_id, kind="clinic"
            )
            after = last_event(db)
            assert before is not None
            assert after is not None
            assert after.seq == before.seq + 1
    with walled.from_outside() as db:
        checked = check(each_event(db), (), key=TRAIL_KEY)
        assert checked.faults == ()
        assert checked.events == rows(db, Base.metadata.tables["audit_events"])
    with walled.as_clinic(walled.a) as db:
        assert 0 < len(list(each_event(db))) < checked.events


def test_walls_come_and_go_with_their_revision(walled: Walled, postgres_url: str) -> None:
    engine = create_engine(make_database(postgres_url), **postgres_options(1))
    count = text("SELECT count(*) FROM pg_policies")
    secured = text("SELECT count(*) FROM pg_class WHERE relrowsecurity OR relforcerowsecurity")
    gates = text(
        "SELECT count(*) FROM pg_proc WHERE proname IN ('last_audit_event',"
        " 'refuse_to_empty_for_one_clinic')"
    )
    try:
        for to, walls in (("head", len(TABLES)), ("0009", 0), ("head", len(TABLES))):
            (schema.downgrade if to == "0009" else schema.upgrade)(engine, to)
            with engine.connect() as connection:
                assert connection.execute(count).scalar() == walls
                assert connection.execute(secured).scalar() == walls
                assert connection.execute(gates).scalar() == (2 if walls else 0)
    finally:
        engine.dispose()
