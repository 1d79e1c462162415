"""`flask import csv` on the command line."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from tests.make.courses import make_course
from tracker.models.check_ins import CheckInRow

LIST = "record_number,instrument,date,total\nA-1001,gad-7,2026-01-05,9\n"
BY = "clinician@a.test"


@pytest.fixture
def file(tmp_path, db, world):
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    path = tmp_path / "scores.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def run(app, *args):
    return app.test_cli_runner().invoke(args=["import", "csv", *map(str, args)])


def count(db):
    found = db.scalar(select(func.count()).select_from(CheckInRow))
    db.rollback()
    return found


def test_a_dry_run_says_what_would_be_stored_and_stores_nothing(app, db, file):
    done = run(app, file, "--by", BY, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "1 score of 1 patient would be stored." in done.output
    file.write_text(LIST + "A-1001,gad-7,2026-01-12,8\n", "utf-8")
    assert (
        "2 scores of 1 patient would be stored." in run(app, file, "--by", BY, "--dry-run").output
    )
    assert count(db) == 0


def test_a_list_is_imported_once(app, db, file):
    done = run(app, file, "--by", BY, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["score_count"] == 1
    assert count(db) == 1
    again = run(app, file, "--by", BY)
    assert again.exit_code == 1
    assert "Nothing was stored again" in again.output
    assert run(app, file, "--by", BY, "--dry-run").exit_code == 1
    assert count(db) == 1


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_every_wrong_line_is_named_and_it_ends_with_1(app, db, file, dry):
    file.write_text(LIST + 'X-1,gad-7,2026-01-05,9\nA-1001,gad-7,"=cmd|\x1b[2J",9\n', "utf-8")
    done = run(app, file, "--by", BY, *dry)
    assert done.exit_code == 1
    assert "line 3: There is no patient with the record number “X-1”." in done.output
    assert "line 4: “=cmd| [2J” is not a date" in done.output
    assert "2 lines are wrong" in done.output
    assert "\x1b" not in done.output
    file.write_text(LIST + "X-1,gad-7,2026-01-05,9\n", "utf-8")
    assert "1 line is wrong" in run(app, file, "--by", BY, *dry).output
    assert count(db) == 0


@pytest.mark.parametrize(
    ("by", "says"),
    [
        ("nobody@a.test", "no member of staff"),
        ("patient@a.test", "no member of staff"),
        ("therapist@a.test", "do not include this"),
    ],
)
def test_it_acts_in_the_name_of_somebody_who_may(app, db, file, by, says):
    done = run(app, file, "--by", by)
    assert done.exit_code == 1
    assert says in done.output
    assert count(db) == 0


def test_a_file_that_is_no_list_is_said_in_one_line(app, file):
    file.write_text("record_number;instrument;date;total\n", "utf-8")
    done = run(app, file, "--by", BY)
    assert done.exit_code == 1
    assert (
        done.output.strip() == "The columns are separated by semicolons. Save the list with commas."
    )
