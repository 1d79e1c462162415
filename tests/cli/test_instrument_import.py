"""`flask instruments import` on the command line."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests.make.questionnaires import questionnaire
from tests.make.wordings import nonsense, pasted
from tracker.domain import instruments
from tracker.models.instrument_wordings import InstrumentWordingRow

GAD = instruments.get("gad-7")
KEEP = ["--confirm", "--by", "administrator@a.test", "--right", "Made up"]


def run(app, file, *args):
    return app.test_cli_runner().invoke(args=["instruments", "import", str(file), *args])


def stored(db):
    found = list(db.scalars(select(InstrumentWordingRow)))
    db.rollback()
    return found


@pytest.fixture
def text(tmp_path):
    file = tmp_path / "copy.txt"
    file.write_text(pasted(GAD), "utf-8")
    return file


@pytest.fixture
def fhir(tmp_path):
    file = tmp_path / "copy.json"
    labels = ["Never", "Hardly", "Mostly", "Ever"]
    made = questionnaire([nonsense(n) for n in range(1, 8)], labels=labels)
    made["code"] = [{"system": "http://loinc.org", "code": GAD.loinc}]
    file.write_text(json.dumps(made), "utf-8-sig")
    return file


def test_without_confirm_it_says_what_fits_and_keeps_nothing(app, db, world, text):
    done = run(app, text, "--instrument", "gad-7")
    assert done.exit_code == 0, done.output
    assert "It fits." in done.stdout
    assert f"{GAD.items[6].topic}: {nonsense(7)}" in done.stdout
    assert stored(db) == []


def test_it_is_kept_when_it_is_confirmed(app, db, world, text):
    done = run(app, text, "--instrument", "gad-7", "--language", "es", *KEEP)
    assert done.exit_code == 0, done.output
    (row,) = stored(db)
    assert (row.instrument_key, row.language, row.source) == ("gad-7", "es", "file")
    assert row.confirmed_by == world.a.administrator.user_id


def test_a_fhir_file_says_itself_which_instrument_it_is(app, fhir):
    done = run(app, fhir, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["instrument"], found["fits"], found["faults"]) == ("gad-7", True, [])


def test_what_does_not_fit_is_named_and_ends_with_1(app, db, world, text):
    done = run(app, text, "--instrument", "phq-9", *KEEP)
    assert done.exit_code == 1
    assert "Does not fit: The copy has 7 questions, PHQ-9 has 10 questions." in done.output
    assert stored(db) == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--instrument", "gad-77"], "There is no instrument gad-77."),
        ([], "Say with --instrument which one it is."),
        (["--instrument", "gad-7", "--confirm"], "Say with --by who confirms it."),
        (["--instrument", "gad-7", "--confirm", "--by", "x@y.test"], "no member of staff"),
        (["--instrument", "gad-7", *KEEP[:3]], "Say where the copy is from"),
        (["--instrument", "daily"], "questions"),
        (["--instrument", "gad-7", "--language", "xx"], "is not one of"),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_one_line(app, db, world, text, args, says):
    done = run(app, text, *args)
    assert done.exit_code == 1
    assert says in done.output
    assert stored(db) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{", b"[" * 100_000, b"x" * 300_000])
def test_a_hostile_file_ends_in_one_line(app, tmp_path, content):
    file = tmp_path / "copy"
    file.write_bytes(content)
    done = run(app, file, "--instrument", "gad-7")
    assert done.exit_code == 1
    assert len(done.output.strip().splitlines()) == 1
