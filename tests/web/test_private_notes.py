"""Psychotherapy notes: their author reads them, and nothing else ever holds their words."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.browsing import BASE
from tests.conventions.test_routes import actors, address, rules
from tests.databases import on_postgres
from tests.make.demo import everything_stored
from tests.make.everything import ids_of, make_everything
from tests.make.infusions import course_of_today, make_therapy_session
from tests.make.patients import NOW
from tracker.models.accounts import UserRoleRow
from tracker.models.psychotherapy_notes import PsychotherapyNoteRow

CANARY = "Canarybird-7f3 dreamt of the river again"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def therapist(browser, world):
    return browser(world.a.therapist)


@pytest.fixture
def path(db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    session_id = make_therapy_session(db, world.a.therapist, course_id, planned_on=NOW.date())
    return f"/therapy-sessions/{session_id}/private-note"


def rows(db):
    db.rollback()
    return db.scalars(select(PsychotherapyNoteRow)).all()


def another_therapist(db, world):
    """The clinician of the same clinic becomes a therapist too."""
    who = world.a.clinician
    db.add(UserRoleRow(user_id=who.user_id, clinic_id=who.clinic_id, role="therapist"))
    db.commit()
    return who


def test_the_author_reads_what_was_kept(therapist, db, path):
    assert "Nothing is kept here yet" in therapist.get_page(path).html
    answer = therapist.submit(path, {"text": CANARY})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert CANARY in therapist.get_page(path).html
    (row,) = rows(db)
    assert CANARY.encode() not in row.ciphertext
    assert (row.version, len(row.nonce), len(row.key_id)) == (1, 12, 8)


def test_every_version_has_a_nonce_of_its_own(therapist, db, path):
    therapist.submit(path, {"text": "same words"})
    (first,) = [(row.nonce, row.ciphertext) for row in rows(db)]
    therapist.submit(path, {"text": "same words"})
    (second,) = rows(db)
    assert second.version == 2
    assert (second.nonce, second.ciphertext) != first
    assert second.nonce != first[0]


def test_the_page_says_which_box_it_is(therapist, path):
    page = therapist.get_page(path)
    assert "Only you can open this note" in page.html
    assert "never belongs only" in page.text
    assert "data-keep" not in page.html
    chart = therapist.get_page(path.removesuffix("/private-note"))
    assert path in chart.html


def test_another_therapist_finds_an_empty_page_of_their_own(therapist, browser, db, world, path):
    therapist.submit(path, {"text": CANARY})
    other = browser(another_therapist(db, world))
    page = other.get_page(path)
    assert CANARY not in page.html
    assert "Nothing is kept here yet" in page.html
    other.submit(path, {"text": "mine"})
    assert len(rows(db)) == 2
    assert CANARY in therapist.get_page(path).html


def test_nobody_else_comes_to_the_page(therapist, browser, world, path):
    therapist.submit(path, {"text": CANARY})
    kept_out = {
        world.a.clinician: 403,
        world.a.administrator: 403,
        world.a.patient: 403,
        world.b.therapist: 404,
    }
    for person, status in kept_out.items():
        answer = browser(person).get(path)
        assert (answer.status_code, CANARY in answer.text) == (status, False)
    assert "private-note" not in browser(world.a.clinician).get_page(path[:-13]).html


def test_two_windows_do_not_overwrite_each_other(therapist, db, path):
    form = therapist.get_page(path).form("text")["fields"]
    therapist.submit(path, {"text": "first window"})
    late = therapist.post(path, form | {"text": "second window"})
    assert late.status_code == 409
    assert "first window" in late.text
    assert "second window" in late.text
    assert [row.version for row in rows(db)] == [1]


def test_a_form_sent_twice_is_kept_once(therapist, db, path):
    form = therapist.get_page(path).form("text")["fields"] | {"text": CANARY}
    assert [therapist.post(path, form).status_code for _ in range(2)] == [303, 303]
    assert [row.version for row in rows(db)] == [1]


def test_a_note_that_is_too_long_comes_back_and_nothing_is_kept(therapist, db, path):
    answer = therapist.submit(path, {"text": "x" * 4001})
    assert answer.status_code == 422
    assert "Shorten this to 4000 characters" in answer.text
    assert rows(db) == []


@pytest.mark.parametrize("column", ["key_id", "nonce", "ciphertext", "therapy_session_id"])
def test_a_note_that_was_tampered_with_is_said_to_be_unreadable(therapist, db, world, path, column):
    """Also when it was moved to another therapy session; nothing is written over it."""
    therapist.submit(path, {"text": CANARY})
    (row,) = rows(db)
    if column == "therapy_session_id":
        course_id = course_of_today(db, world.a.clinician, _second_patient(db, world))
        row.therapy_session_id = make_therapy_session(db, world.a.therapist, course_id)
        path = f"/therapy-sessions/{row.therapy_session_id}/private-note"
        db.execute(
            text("UPDATE psychotherapy_notes SET therapy_session_id = :id"),
            {"id": row.therapy_session_id.hex},
        )
    else:
        value = {"key_id": "00000000", "nonce": b"0" * 12, "ciphertext": b"x" * 40}[column]
        setattr(row, column, value)
    db.commit()
    page = therapist.get_page(path)
    assert "This note cannot be read" in page.html
    assert CANARY not in page.html
    answer = therapist.post(path, {"text": "over it", "seen_version": "1"})
    assert answer.status_code == 422
    assert [each.version for each in rows(db)] == [1]


def _second_patient(db, world):
    from tests.make.patients import make_patient

    return make_patient(db, world.a.clinician)


def test_no_answer_to_anybody_else_holds_the_words(app, db, browser, world, clock, tmp_path):
    """Every page, file and picture that the site has, for every role; then the files themselves."""
    make_everything(db, world, now=clock())
    db.rollback()
    note = f"/therapy-sessions/{ids_of('a')['therapy_session']}/private-note"
    browser(world.a.therapist).submit(note, {"text": CANARY})
    asked = 0
    for person in actors(world).values():
        for rule in rules(app):
            where = address(rule, ids_of("a"))
            if "GET" not in rule.methods or (where == note and person == world.a.therapist):
                continue
            answer = browser(person).client.get(where, base_url=BASE)
            assert CANARY.encode() not in answer.data, rule.rule
            assert b"Canarybird" not in answer.data, rule.rule
            asked += 1
    assert asked > 100
    assert "Canarybird" not in str(everything_stored(app))
    db.rollback()
    if not on_postgres():
        db.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"Canarybird" not in file.read_bytes(), file.name


def test_the_trail_says_that_it_was_opened_and_kept_and_no_more(therapist, db, path, caplog):
    therapist.submit(path, {"text": CANARY})
    trail = db.execute(text("SELECT event, detail, object_kind FROM audit_events")).all()
    events = [each.event for each in trail]
    assert "psychotherapy note opened" in events
    assert "psychotherapy note kept" in events
    assert not any("Canarybird" in str(tuple(each)) for each in trail)
    assert "Canarybird" not in caplog.text


ALLOWED = {
    "tracker/actions/private_notes.py",
    "tracker/queries/private_notes.py",
    "tracker/models/__init__.py",
    "tracker/models/sealed_places.py",  # seals it again with a newer key, and shows nothing
}


def test_only_the_authors_own_page_comes_near_the_table():
    """No report, export, search or check reads it: nothing else even imports it."""
    near = importing("psychotherapy_notes", "PsychotherapyNoteRow")
    assert near <= ALLOWED
    assert ALLOWED - {"tracker/models/__init__.py"} <= near


OTHERS_WITH_A_CIPHER = {  # second factors, how patients are reached, backups of the whole database
    "tracker/actions/backups.py",
    "tracker/actions/factor_codes.py",
    "tracker/actions/second_factors.py",
    "tracker/cli/backups.py",
    "tracker/cli/keys.py",
    "tracker/models/patient_contacts.py",
    "tracker/models/sealed_stream.py",
    "tracker/models/sealed_text.py",
    "tracker/queries/backups.py",
}


def test_the_cipher_is_near_to_nothing_that_shows_or_prints():
    assert importing("sealed_text", "cryptography") <= ALLOWED | OTHERS_WITH_A_CIPHER


def importing(*guarded: str) -> set[str]:
    """The files that import any of these."""
    near = set()
    for file in (ROOT / "tracker").rglob("*.py"):
        name = file.relative_to(ROOT).as_posix()
        if "migrations" in name:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            words = ast.unparse(node)
            if any(each in words for each in guarded):
                near.add(name)
    return near
