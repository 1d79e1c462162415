"""`flask backup …` and `flask keys …`: what they leave behind, and what they refuse."""

from __future__ import annotations

import json
import os
import resource
import signal
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from config import read_settings
from tests.make.courses import make_course
from tests.make.sessions import command_session
from tests.make.signed import SIGNING_KEY, make_records, sign_record
from tracker.actions import account_resets
from tracker.actions.tokens import token_hash
from tracker.app import create_app
from tracker.cli.opening import open_database
from tracker.domain.signing import RecordKind
from tracker.models import backup_files, schema
from tracker.models import db as flask_db
from tracker.models.accounts import SignInRow
from tracker.models.audit import AuditEventRow
from tracker.models.database import sqlite_driver, transaction
from tracker.queries.accounts import find_reset


@pytest.fixture
def full(app: Any, db: Any, world: Any) -> Any:
    """A clinic with somebody who is treated."""
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return app


def run(app: Any, *words: Any) -> Any:
    done = app.test_cli_runner().invoke(args=[str(each) for each in words])
    assert done.exit_code == 0, done.output
    return done


def refusal(app: Any, *words: Any) -> str:
    """The one line with which a command ends that does not do it."""
    done = app.test_cli_runner().invoke(args=[str(each) for each in words])
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit)
    (line,) = done.output.strip().splitlines()
    return str(line)


def made(app: Any, *words: str) -> Path:
    return Path(json.loads(run(app, "backup", "create", "--json", *words).stdout)["file"])


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def rows_of(file: Path) -> dict[str, int]:
    with closing(sqlite_driver().connect(str(file))) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in names.fetchall()
        }


@pytest.mark.sqlite("restored into a folder; tests/models/test_postgres_backup.py has the other")
def test_a_backup_comes_back_with_every_row_and_the_keys(full, tmp_path):
    before = rows_of(tmp_path / "tracker.db")
    file = made(full)
    assert mode(file) == 0o600
    assert mode(file.parent) == 0o700
    folder = tmp_path / "again"
    done = run(full, "backup", "restore", file, "--to", folder)
    assert "Restored" in done.stdout
    after = rows_of(folder / "tracker.db")
    assert after == before | {"audit_events": before["audit_events"] + 1}  # that it was restored
    assert {each.name for each in folder.iterdir()} == {
        "tracker.db",
        "secret.key",
        "signing.key",
        "private-notes.key",
        "fields.key",
        "backup.key",
    }
    assert {mode(each) for each in folder.iterdir()} == {0o600}
    again = read_settings({"TRACKER_INSTANCE_DIR": str(folder)})
    ours = full.config["SETTINGS"]
    assert (again.secret_key, again.signing_key) == (ours.secret_key, ours.signing_key)
    assert (again.private_note_keys.keys, again.backup_key) == (
        ours.private_note_keys.keys,
        ours.backup_key,
    )
    assert again.field_keys.keys == ours.field_keys.keys


@pytest.mark.sqlite("restored into a folder; tests/models/test_postgres_backup.py has the other")
def test_a_restored_installation_serves_but_everybody_signs_in_again(
    full, db, world, browser, clock, tmp_path
):
    nurse = browser(world.a.clinician)
    assert nurse.get("/board").status_code == 200
    token = account_resets.reset_colleague(
        db, world.a.administrator, world.a.nurse.user_id, now=clock()
    )
    file = made(full)
    run(full, "backup", "restore", file, "--to", tmp_path / "again")
    again = create_app(read_settings({"TRACKER_INSTANCE_DIR": str(tmp_path / "again")}))
    with again.app_context():
        session = command_session()
        open_sign_ins = select(func.count()).where(SignInRow.revoked_at.is_(None))
        assert session.execute(open_sign_ins).scalar() == 0
        assert find_reset(session, token_hash(token), now=clock()) is None
        traces = select(AuditEventRow.event).order_by(AuditEventRow.seq.desc()).limit(1)
        assert session.execute(traces).scalar() == "backup restored"
        flask_db.session.remove()
        flask_db.engine.dispose()
    assert again.test_client().get("/readyz", base_url="http://127.0.0.1").status_code == 200
    with again.app_context():
        flask_db.engine.dispose()


def trail_of(folder: Path) -> tuple[int, dict[str, Any], str]:
    """What `flask audit verify` says of an installation: its code, its numbers, its words."""
    app = create_app(read_settings({"TRACKER_INSTANCE_DIR": str(folder)}))
    numbers = app.test_cli_runner().invoke(args=["audit", "verify", "--json"])
    words = app.test_cli_runner().invoke(args=["audit", "verify"])
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()
    return numbers.exit_code, json.loads(numbers.stdout.splitlines()[0]), words.output


@pytest.mark.sqlite("restored into a folder; tests/models/test_postgres_backup.py has the other")
def test_a_restore_explains_the_gap_that_it_makes_and_no_other(
    full, db, world, browser, clock, tmp_path
):
    file = made(full)
    last = db.scalar(select(func.max(AuditEventRow.seq))) - 1  # that it was made is not in it
    clock.forward(hours=1)
    for path in ("/board", "/patients", "/alerts"):
        browser(world.a.clinician).get(path)
    run(full, "audit", "anchor")
    anchors = (tmp_path / "audit-anchors.jsonl").read_bytes()
    folder = tmp_path / "again"
    clock.forward(hours=1)
    run(full, "backup", "restore", file, "--to", folder)
    (folder / "audit-anchors.jsonl").write_bytes(anchors)
    code, found, words = trail_of(folder)
    assert (code, found["trail"]) == (0, [])
    (restoration,) = found["restorations"]
    assert (restoration["last_event"], restoration["anchors_set_aside"]) == (last, 1)
    assert (
        "Restored on 2026-11-23 17:00 UTC from the backup of 2026-11-23 15:00 UTC, events up to"
        f" {last}; 1 anchor after that is from before the restore." in words
    )

    with closing(sqlite_driver().connect(str(folder / "tracker.db"))) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_events'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM audit_events WHERE seq > ?", (last,))
        connection.commit()
    code, found, _words = trail_of(folder)
    assert code == 1, "without the event that says so it is a cut"
    assert [each["what"] for each in found["trail"]] == ["is missing at the end"]
    assert found["restorations"] == []


def test_nothing_readable_is_in_the_file_its_name_or_what_is_said(full, db, tmp_path):
    names = [
        *db.execute(text("SELECT family_name FROM patients")).scalars(),
        *db.execute(text("SELECT email FROM users")).scalars(),
    ]
    db.rollback()
    done = run(full, "backup", "create")
    (file,) = (tmp_path / "backups").glob("*.backup")
    listed = run(full, "backup", "list").stdout + run(full, "backup", "verify", file).stdout
    content = file.read_bytes()
    for name in [*names, "SQLite format 3", "patients", "audit_events"]:
        assert name.encode() not in content
        assert name not in done.output + listed + file.name
    assert list(tmp_path.glob("backup-work-*")) == []


@pytest.mark.sqlite("restored into a folder; tests/models/test_postgres_backup.py has the other")
def test_signatures_verify_in_the_copy_and_only_with_their_key(app, db, world, tmp_path):
    sign_record(db, make_records(db, world), RecordKind.THERAPY_SESSION)
    db.rollback()
    app.config["SETTINGS"] = _with(app, signing_key=SIGNING_KEY.secret)
    file = made(app)
    assert "3 signatures and addenda verified" in run(app, "backup", "verify", file).stdout
    restored = run(app, "backup", "restore", file, "--to", tmp_path / "again")
    assert "3 signatures and addenda verified" in restored.stdout
    app.config["SETTINGS"] = _with(app, signing_key="t" * 48)
    assert "TRACKER_SIGNING_KEY" in refusal(app, "backup", "verify", file)


def _with(app: Any, **changes: Any) -> Any:
    return replace(app.config["SETTINGS"], **changes)


@pytest.mark.sqlite("restored into a folder; tests/models/test_postgres_backup.py has the other")
def test_a_file_that_is_not_whole_or_of_another_key_is_refused_and_leaves_nothing(app, tmp_path):
    file, folder = made(app), tmp_path / "again"
    whole = file.read_bytes()
    for damaged in (whole[:-1], whole[: len(whole) // 2], b"", whole + b"x", b"not a backup" * 50):
        file.write_bytes(damaged)
        assert "damaged" in refusal(app, "backup", "restore", file, "--to", folder)
        assert "damaged" in refusal(app, "backup", "verify", file)
        assert not folder.exists()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    file.write_bytes(flipped)
    assert "damaged" in refusal(app, "backup", "restore", file, "--to", folder)
    file.write_bytes(whole)
    app.config["SETTINGS"] = _with(app, backup_key=b"o" * 32)
    assert "the key" in refusal(app, "backup", "restore", file, "--to", folder)
    assert "another key" in run(app, "backup", "list").stdout
    assert not folder.exists()
    key_file = tmp_path / "old.key"
    key_file.write_text("YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI=\n")
    run(app, "backup", "restore", file, "--to", folder, "--key-file", key_file)
    assert (folder / "tracker.db").exists()


@pytest.mark.sqlite("restored into a folder; tests/models/test_postgres_backup.py has the other")
def test_nothing_is_overwritten(app, tmp_path):
    file, folder = made(app), tmp_path / "again"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    assert "not empty" in refusal(app, "backup", "restore", file, "--to", folder)
    (folder / "notes.txt").unlink()
    (folder / "signing.key").write_text("z" * 48)
    assert "another key" in refusal(app, "backup", "restore", file, "--to", folder)
    assert [each.name for each in folder.iterdir()] == ["signing.key"]
    assert "not empty" in refusal(app, "backup", "restore", file, "--to", tmp_path)


def test_older_backups_make_room_and_foreign_files_stay(app, clock, tmp_path):
    foreign = tmp_path / "backups" / "tracker-20200101T000000Z-00000000.backup"
    foreign.parent.mkdir()
    foreign.write_bytes(b"of another installation")
    files = []
    for _ in range(4):
        clock.forward(hours=1)
        files.append(made(app, "--keep", "2"))
    assert {each.name for each in (tmp_path / "backups").glob("*.backup")} == {
        files[-1].name,
        files[-2].name,
        foreign.name,
    }
    listed = json.loads(run(app, "backup", "list", "--json").stdout)
    assert [each["file"] for each in listed][:2] == [str(files[-1]), str(files[-2])]


def test_two_at_once_and_a_folder_that_cannot_be_written_are_said_in_one_line(app, tmp_path):
    with backup_files.only_one(tmp_path):
        assert "another backup" in refusal(app, "backup", "create")
    (tmp_path / "file").write_text("")
    assert "file" in refusal(app, "backup", "create", "--to", tmp_path / "file" / "x")
    assert "--keep" in refusal(app, "backup", "create", "--keep", "0")


@pytest.mark.sqlite("the file of the database is damaged")
def test_a_damaged_database_is_not_copied_over_good_backups(app, tmp_path):
    with closing(sqlite_driver().connect(str(tmp_path / "tracker.db"))) as connection:
        connection.execute("UPDATE user_roles SET clinic_id = hex(zeroblob(16))")
        connection.commit()
    assert "damaged" in refusal(app, "backup", "create", "--keep", "1")
    assert list((tmp_path / "backups").iterdir()) == [tmp_path / "backups" / ".backup-lock"]


@pytest.mark.parametrize("most_bytes", [100_000, 0])
def test_a_disk_without_room_is_said_in_one_line_and_leaves_nothing(app, tmp_path, most_bytes):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        said = refusal(app, "backup", "create")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert said
    assert list((tmp_path / "backups").glob("*tracker-*")) == []
    assert list(tmp_path.glob("backup-work-*")) == []
    made(app)


@pytest.mark.parametrize("moment", ["copy_database", "write_backup", "read_backup", "publish"])
def test_a_backup_that_is_killed_leaves_nothing_that_looks_whole(app, tmp_path, moment):
    """The process dies as by kill -9, right after the step; the next backup tidies up."""
    child = os.fork()
    if not child:
        _die_before(moment)
        app.test_cli_runner().invoke(args=["backup", "create"])
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    folder = tmp_path / "backups"
    assert list(folder.glob("*.backup")) == []
    assert run(app, "backup", "list").stdout.strip() == ""
    file = made(app)
    assert [each for each in folder.iterdir() if each.name != ".backup-lock"] == [file]
    assert list(tmp_path.glob("backup-work-*")) == []


def _die_before(moment: str) -> None:
    from tracker.models import postgres_dumps, sqlite_copies

    def die(*_args: Any, **_values: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "copy_database":
        sqlite_copies.copy_database = postgres_dumps.dump_database = die
    else:
        setattr(backup_files, moment, die)


def test_an_upgrade_is_preceded_by_a_backup(app, tmp_path):
    with app.app_context():
        schema.downgrade(flask_db.engine, "0003")
        open_database(flask_db.engine)
        assert schema.stored_revision(flask_db.engine) == schema.HEAD
    (file,) = (tmp_path / "backups").glob("*.backup")
    done = json.loads(run(app, "backup", "verify", file, "--json").stdout)
    assert done["schema"] == "0003"
    with app.app_context():
        open_database(flask_db.engine)
    assert list((tmp_path / "backups").glob("*.backup")) == [file]


@pytest.mark.sqlite("restored into a folder; tests/models/test_postgres_backup.py has the other")
def test_a_backup_of_an_older_schema_is_restored_to_the_present_one(app, tmp_path):
    with app.app_context():
        schema.downgrade(flask_db.engine, "0003")
        open_database(flask_db.engine)
    (file,) = (tmp_path / "backups").glob("*.backup")
    done = json.loads(
        run(app, "backup", "restore", file, "--to", tmp_path / "again", "--json").stdout
    )
    assert (done["schema"], done["signatures_left_out"]) == ("0003", "")
    with closing(sqlite_driver().connect(str(tmp_path / "again" / "tracker.db"))) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert found == (schema.HEAD,)


def test_an_upgrade_without_a_backup_does_not_happen_unless_it_is_wanted(app, tmp_path):
    (tmp_path / "backups").write_text("a file, where the folder should be")
    with app.app_context():
        schema.downgrade(flask_db.engine, "0003")
        with pytest.raises(SystemExit, match="backups"):
            open_database(flask_db.engine)
        assert schema.stored_revision(flask_db.engine) == "0003"
        app.config["SETTINGS"] = _with(app, backup_before_upgrade=False)
        open_database(flask_db.engine)
        assert schema.stored_revision(flask_db.engine) == schema.HEAD


@pytest.mark.sqlite("restored into a folder; tests/models/test_postgres_backup.py has the other")
def test_a_database_of_a_newer_program_is_left_alone(app, db, tmp_path):
    file = made(app)
    with transaction(db):
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with app.app_context(), pytest.raises(SystemExit, match="newer version"):
        open_database(flask_db.engine)
    newer = made(app)
    folder = tmp_path / "again"
    assert "newer" in refusal(app, "backup", "restore", newer, "--to", folder)
    assert not folder.exists()
    assert file.exists()


def test_the_recovery_lines_are_an_environment_file(app, tmp_path):
    done = run(app, "keys", "show-recovery")
    lines = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert lines == json.loads(run(app, "keys", "show-recovery", "--json").stdout)
    again = read_settings(lines | {"TRACKER_INSTANCE_DIR": str(tmp_path / "new")})
    assert again.backup_key == app.config["SETTINGS"].backup_key
    assert list((tmp_path / "new").iterdir()) == []
