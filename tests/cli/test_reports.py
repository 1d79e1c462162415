"""`flask reports make` on the command line."""

from __future__ import annotations

import stat
from uuid import uuid4

from sqlalchemy import select

from tests.make.progress import make_better_course
from tracker.models.audit import AuditEventRow


def test_a_report_is_written_and_left_in_the_audit_trail(app, db, world, tmp_path):
    course_id = make_better_course(db, world.a)
    db.rollback()
    out = tmp_path / "report.pdf"
    done = app.test_cli_runner().invoke(
        args=["reports", "make", "--course", str(course_id), "--out", str(out), "--paper", "a4"]
    )
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob(".*")] == []
    found = db.execute(
        select(AuditEventRow.object_id).where(AuditEventRow.event == "report printed")
    ).scalars()
    assert list(found) == [course_id]


def test_an_unknown_course_is_said_in_one_line(app, tmp_path):
    done = app.test_cli_runner().invoke(
        args=["reports", "make", "--course", str(uuid4()), "--out", str(tmp_path / "x.pdf")]
    )
    assert done.exit_code == 1
    assert "There is no course" in done.output
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_folder_that_is_not_there_is_said_in_one_line(app, db, world, tmp_path):
    course_id = make_better_course(db, world.a)
    db.rollback()
    out = tmp_path / "nowhere" / "x.pdf"
    done = app.test_cli_runner().invoke(
        args=["reports", "make", "--course", str(course_id), "--out", str(out)]
    )
    assert done.exit_code == 1
    assert "cannot be written" in done.output
