"""`flask audit copy`: every event of the trail in a file elsewhere, and what verify finds by it."""

from __future__ import annotations

import fcntl
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from config import BrokenSetting, read_settings
from tests.mailbox import serve_mail
from tracker.app import create_app
from tracker.domain.audit_chain import BEGINNING, plain_detail, seal_plain, trail_key
from tracker.interop.trail_file import read_copy
from tracker.models import db as flask_db
from tracker.models.database import sqlite_driver
from tracker.models.triggers import unguard_audit_trail
from tracker.queries.audit_trail import each_event


@pytest.fixture
def copy(app: Any, db: Any, world: Any, tmp_path: Path) -> Path:
    """The file that the settings name, on a share that is mounted."""
    (tmp_path / "share").mkdir()
    file = tmp_path / "share" / "trail.jsonl"
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], audit_copy=file)
    return file


@pytest.fixture
def look(browser: Any, world: Any, db: Any) -> Any:
    def some(*paths: str) -> None:
        for path in paths or ("/board", "/patients", "/alerts"):
            browser(world.a.clinician).get(path)
        db.rollback()

    return some


def run(app: Any, *words: str, code: int = 0) -> str:
    done = app.test_cli_runner().invoke(args=["audit", *words])
    assert done.exit_code == code, done.output
    return str(done.output)


def verify(app: Any) -> tuple[int, dict[str, Any]]:
    done = app.test_cli_runner().invoke(args=["audit", "verify", "--json"])
    return done.exit_code, json.loads(done.stdout.splitlines()[0])


def events_in(file: Path) -> list[Any]:
    return [(list(values), seal) for values, seal in read_copy(file).events()]


def events_of(db: Any) -> list[Any]:
    found = [(list(values), seal) for values, seal in each_event(db)]
    db.rollback()
    return found


def test_the_copy_holds_every_event_once_and_goes_on_where_it_ended(app, db, copy, look):
    look()
    assert "Added" in run(app, "copy", "--begin")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert events_in(copy) == events_of(db)
    before = copy.read_bytes()
    assert run(app, "copy").startswith("Added 0 events")
    look()
    code, found = verify(app)
    assert (code, found["copy"]["not_copied"] > 0) == (0, True)
    run(app, "copy")
    assert copy.read_bytes().startswith(before), "it is only ever added to"
    assert events_in(copy) == events_of(db)
    code, found = verify(app)
    assert (code, found["copy"]) == (0, {"to": len(events_of(db)), "not_copied": 0})


@pytest.mark.parametrize("torn", [1, 2, 60, 200])
def test_a_writer_that_died_in_a_line_is_taken_up_by_the_next(app, db, copy, look, torn):
    look()
    run(app, "copy", "--begin")
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-torn])
    code, found = verify(app)
    assert (code, found["copy"]["not_copied"]) == (0, 0 if torn == 1 else 1)  # only its end is off
    look()
    run(app, "copy")
    assert events_in(copy) == events_of(db)
    assert verify(app)[0] == 0


def test_a_copy_of_many_pieces_that_stopped_anywhere_is_taken_up(app, db, copy, look, monkeypatch):
    monkeypatch.setattr("tracker.interop.trail_file._AT_ONCE", 3)
    monkeypatch.setattr("tracker.interop.trail_file._TAIL_BYTES", 100)
    look()
    run(app, "copy", "--begin")
    lines = copy.read_bytes().splitlines(keepends=True)
    for whole in range(len(lines)):
        copy.write_bytes(b"".join(lines[:whole]))
        run(app, "copy")
        assert events_in(copy) == events_of(db)


def test_without_the_file_nothing_is_copied_and_no_new_copy_begins(app, copy, look):
    """The share is not mounted: an empty folder stands there instead."""
    look()
    said = run(app, "copy", code=1)
    assert said.strip().endswith("cannot be opened: No such file or directory.")
    assert not copy.exists()
    assert "cannot be read" in app.test_cli_runner().invoke(args=["audit", "verify"]).output
    run(app, "copy", "--begin")
    assert "is there already" in run(app, "copy", "--begin", code=1)


def test_one_process_at_a_time_adds(app, db, copy, look):
    look()
    run(app, "copy", "--begin")
    look()
    with copy.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert run(app, "copy").startswith("Added 0 events")
    run(app, "copy")
    assert events_in(copy) == events_of(db)


def test_the_sender_of_messages_copies_each_time_and_says_when_it_cannot(app, db, copy, look):
    with serve_mail() as mailbox:
        app.config["SETTINGS"] = replace(
            app.config["SETTINGS"], smtp_url=mailbox.url, mail_from="hello@post.test"
        )
        done = app.test_cli_runner().invoke(args=["reminders", "send"])
        assert done.exit_code == 1
        assert "the copy of the trail, cannot be opened" in done.output
        run(app, "copy", "--begin")
        look()
        assert app.test_cli_runner().invoke(args=["reminders", "send"]).exit_code == 0
    assert events_in(copy) == events_of(db)


def write_anew(app: Any, db: Any, *, seq: int, statement: str) -> None:
    """What somebody does who has the database, a shell and the key: no seal is broken after it."""
    unguard_audit_trail(db.connection())
    db.execute(text(statement), {"seq": seq})
    before = BEGINNING
    key = trail_key(app.config["SETTINGS"].signing_key)
    for values, _seal in list(each_event(db)):
        before = seal_plain(key, before, [*values[:-1], plain_detail(values[-1])])
        db.execute(
            text("UPDATE audit_events SET seal = :seal WHERE seq = :seq"),
            {"seal": before, "seq": values[0]},
        )
    db.commit()


def test_a_chain_that_was_written_anew_with_the_key_differs_from_its_copy(app, db, copy, look):
    look()
    run(app, "copy", "--begin")
    write_anew(app, db, seq=2, statement="UPDATE audit_events SET user_id = NULL WHERE seq = :seq")
    whole = replace(app.config["SETTINGS"], audit_copy=None)
    app.config["SETTINGS"], kept = whole, app.config["SETTINGS"]
    assert verify(app)[0] == 0, "without a copy nothing shows"
    app.config["SETTINGS"] = kept
    code, found = verify(app)
    assert code == 1
    assert {"event": 2, "what": "is not what the copy holds"} in found["trail"]
    before = copy.read_bytes()
    assert "holds another event 2" in run(app, "copy", code=1)
    assert copy.read_bytes() == before


def test_an_end_that_was_cut_off_is_in_the_copy(app, db, copy, look):
    look()
    run(app, "copy", "--begin")
    last = len(events_of(db))
    unguard_audit_trail(db.connection())
    db.execute(text("DELETE FROM audit_events WHERE seq > :seq"), {"seq": last - 2})
    db.commit()
    code, found = verify(app)
    assert code == 1
    assert found["trail"] == [
        {"event": each, "what": "is in the copy and not in the trail"} for each in (last - 1, last)
    ]
    assert f"holds another event {last - 1}" in run(app, "copy", code=1)
    look()  # new events take the numbers
    assert verify(app)[0] == 1
    run(app, "copy", code=1)


def test_a_copy_that_was_changed_is_told(app, db, copy, look):
    look()
    run(app, "copy", "--begin")
    lines = copy.read_text().splitlines(keepends=True)
    lines[1] = lines[1].replace('"done"', '"failed"')
    copy.write_text("".join(lines))
    code, found = verify(app)
    assert (code, found["trail"]) == (1, [{"event": 2, "what": "is not what the copy holds"}])
    copy.write_text("".join([*lines[:1], "damaged\n", *lines[2:]]))
    lacks = "is not in the copy, which goes on after it"
    code, found = verify(app)
    assert (code, found["trail"]) == (1, [{"event": 2, "what": lacks}])


@pytest.mark.sqlite("restored into a folder; tests/models/test_postgres_backup.py has the other")
def test_after_a_restore_the_copy_goes_on_and_keeps_what_was_before(
    app, db, copy, look, clock, tmp_path
):
    look()
    made = app.test_cli_runner().invoke(args=["backup", "create", "--json"])
    file = json.loads(made.stdout)["file"]
    clock.forward(hours=1)
    look()
    run(app, "copy", "--begin")
    old = copy.read_bytes()
    folder = tmp_path / "again"
    clock.forward(hours=1)
    restored = app.test_cli_runner().invoke(args=["backup", "restore", file, "--to", str(folder)])
    assert restored.exit_code == 0, restored.output
    settings = read_settings({"TRACKER_INSTANCE_DIR": str(folder), "TRACKER_AUDIT_COPY": str(copy)})
    again = create_app(settings, CLOCK=clock)
    try:
        code, found = verify(again)
        assert (code, found["trail"], found["copy"]["not_copied"]) == (0, [], 1)
        run(again, "copy")
        assert copy.read_bytes().startswith(old)
        assert len(copy.read_bytes().splitlines()) == len(old.splitlines()) + 1
        code, found = verify(again)
        assert (code, found["trail"], found["copy"]["not_copied"]) == (0, [], 0)
        run(again, "copy")
        assert verify(again)[0] == 0
        without_the_restore(folder)
        code, found = verify(again)
        assert code == 1, "a beginning that the trail does not prove"
        begun = "begins the copy anew, and nothing proves that a backup was restored"
        assert begun in {each["what"] for each in found["trail"]}
    finally:
        with again.app_context():
            flask_db.session.remove()
            flask_db.engine.dispose()


def without_the_restore(folder: Path) -> None:
    """The event that says so is made one of another kind, by somebody without the key."""
    with closing(sqlite_driver().connect(str(folder / "tracker.db"))) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_events'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE audit_events SET event = 'page seen' WHERE event = 'backup restored'"
        )
        connection.commit()


def test_a_file_that_is_not_said_from_the_root_is_no_setting(tmp_path):
    with pytest.raises(BrokenSetting, match="TRACKER_AUDIT_COPY: needs a file"):
        read_settings({"TRACKER_INSTANCE_DIR": str(tmp_path), "TRACKER_AUDIT_COPY": "trail.jsonl"})


def test_without_the_setting_there_is_nothing_to_copy_to(app):
    assert "TRACKER_AUDIT_COPY is not set" in run(app, "copy", code=1)
