"""`flask keys rotate` and `retire`: everything is sealed anew, and nothing is lost on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update

from config import read_settings
from tests.databases import chosen, lives_in
from tests.make.contacts import contact_of, reach_everybody
from tests.make.infusions import course_of_today, make_therapy_session
from tests.make.patients import NOW
from tests.make.sessions import command_session
from tests.make.world import make_world
from tracker.actions import private_notes
from tracker.app import create_app
from tracker.domain.contacts import UNREADABLE, Contact
from tracker.domain.key_ring import KeyRing, key_id
from tracker.domain.second_factors import bound_to
from tracker.models import Base, sealed_text
from tracker.models import db as flask_db
from tracker.models.audit import AuditEventRow
from tracker.models.patient_contacts import PatientContactRow
from tracker.models.psychotherapy_notes import PsychotherapyNoteRow
from tracker.models.sealed_places import PLACES
from tracker.models.sealed_text import CannotOpen, SealedText
from tracker.models.second_factors import SecondFactorRow
from tracker.queries.private_notes import find_own_note

ROOT = Path(__file__).parents[2]
WORDS = "Canarybird-31 spoke of the river"
FACTORS = 25
REACHED = Contact(phone="+1 555 0142", email="sam@home.test", escort="Kim, +1 555 0143")
FIELDS = FACTORS + 2
"""The factors, and how one patient of each clinic is reached."""


@pytest.fixture
def place(template_database: Path, tmp_path: Path) -> dict[str, str]:
    """An installation with keys in files, as a setting of its environment."""
    folder = tmp_path / "instance"
    environment = lives_in(folder)
    read_settings(environment)
    chosen().copy(template_database, folder)
    return environment


@pytest.fixture
def opened(place: dict[str, str]) -> Any:
    """`opened()` is the installation as a process that starts now sees it."""
    made = []

    def open_again(**more: str) -> Any:
        app = create_app(read_settings(place | more))
        made.append(app)
        return app

    yield open_again
    for app in made:
        with app.app_context():
            flask_db.session.remove()
            flask_db.engine.dispose()


@pytest.fixture
def world(template_database: Path) -> Any:
    return make_world(None, now=NOW)


def fill(app: Any, world: Any) -> None:
    """A private note and the factors of one colleague: all but one have ended."""
    settings = app.config["SETTINGS"]
    with app.app_context():
        db = command_session()
        who = world.a.therapist
        course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
        therapy = make_therapy_session(db, who, course_id, planned_on=NOW.date())
        private_notes.keep_private_note(
            db,
            who,
            therapy,
            WORDS,
            ring=settings.private_note_keys,
            seen_version=None,
            submission=None,
            now=NOW,
        )
        rows = [_factor(settings.field_keys, who, number) for number in range(FACTORS)]
        db.execute(insert(SecondFactorRow), rows)
        assert reach_everybody(db, REACHED) == FIELDS - FACTORS
        db.commit()
        flask_db.session.remove()


def _factor(ring: KeyRing, who: Any, number: int) -> dict[str, Any]:
    factor_id = uuid4()
    about = bound_to(user_id=who.user_id, factor_id=factor_id)
    sealed = sealed_text.seal(ring, f"secret {number}", about=about)
    return {
        "id": factor_id,
        "clinic_id": who.clinic_id,
        "user_id": who.user_id,
        "key_id": sealed.key_id,
        "nonce": sealed.nonce,
        "ciphertext": sealed.ciphertext,
        "last_step": 0,
        "set_up_at": NOW,
        "ended_at": NOW if number else None,
    }


def run(app: Any, *words: str, code: int = 0) -> Any:
    done = app.test_cli_runner().invoke(args=["keys", *words])
    assert done.exit_code == code, done.output
    return done


def secrets_of(app: Any) -> list[str]:
    """Every secret of a factor, opened as the application opens it."""
    with app.app_context():
        ring = app.config["SETTINGS"].field_keys
        rows = command_session().execute(select(SecondFactorRow)).scalars().all()
        found = [opened_with(ring, row) for row in rows]
        flask_db.session.remove()
    return sorted(found)


def reached(app: Any, world: Any) -> Contact:
    """How the patient of clinic A is reached, as the application opens it."""
    with app.app_context():
        found = contact_of(command_session(), world.a.patient_id)
        flask_db.session.remove()
    return found


def opened_with(ring: KeyRing, row: Any) -> str:
    sealed = SealedText(key_id=row.key_id, nonce=row.nonce, ciphertext=row.ciphertext)
    return sealed_text.open_sealed(
        ring, sealed, about=bound_to(user_id=row.user_id, factor_id=row.id)
    )


def note_of(app: Any, world: Any) -> str | None:
    with app.app_context():
        db = command_session()
        therapy = db.execute(select(PsychotherapyNoteRow.therapy_session_id)).scalar_one()
        ring = app.config["SETTINGS"].private_note_keys
        found = find_own_note(db, world.a.therapist, therapy, ring=ring)
        flask_db.session.remove()
    assert found is not None
    return found.text


def events(app: Any) -> list[str]:
    with app.app_context():
        rows = command_session().execute(select(AuditEventRow.event, AuditEventRow.detail)).all()
        flask_db.session.remove()
    return [each.event for each in rows if each.event.startswith("encryption")]


def kill_a_rotation(place: dict[str, str], *, dies_at: int, batch: int) -> Any:
    """`flask keys rotate` that is killed when it has sealed so many texts."""
    dying = (
        "import os, signal\n"
        "from tracker.models import sealed_places, sealed_text\n"
        "from tracker.actions import key_rotation\n"
        "seal, count = sealed_text.seal, iter(range(1000))\n"
        "def dying(*given, **named):\n"
        f"    if next(count) == {dies_at}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return seal(*given, **named)\n"
        "sealed_text.seal = dying\n"
        f"key_rotation.reseal.__kwdefaults__['batch'] = {batch}\n"
        "from tracker.app import create_app\n"
        "create_app().test_cli_runner().invoke(args=['keys', 'rotate', '--ring', 'fields'])\n"
    )
    return subprocess.run(
        [sys.executable, "-c", dying], cwd=ROOT, env=os.environ | place, check=False
    )


SECRETS = sorted(f"secret {number}" for number in range(FACTORS))


def test_everything_is_sealed_with_the_new_key_alone(opened, place, world):
    """The old keys are taken out of the files: what opens now opens with the new ones (P29)."""
    app = opened()
    fill(app, world)
    before = app.config["SETTINGS"].field_keys.ids
    found = json.loads(run(app, "rotate", "--json").stdout)
    assert [(each["ring"], each["resealed"], each["left"]) for each in found] == [
        ("private-notes", 1, 0),
        ("fields", FIELDS, 0),
    ]
    run(app, "retire")
    fresh = opened()
    assert fresh.config["SETTINGS"].field_keys.ids == (found[1]["key"],)
    assert fresh.config["SETTINGS"].field_keys.ids != before
    assert secrets_of(fresh) == SECRETS
    assert note_of(fresh, world) == WORDS
    assert reached(fresh, world) == REACHED
    names = ["added", "rotated", "added", "rotated", "retired", "retired"]
    assert [each.rsplit(" ", 1)[1] for each in events(app)] == names
    for file in Path(place["TRACKER_INSTANCE_DIR"]).glob("*.key"):
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_server_that_runs_meanwhile_reads_and_seals_with_the_new_key(opened, world):
    """It learns of the key from the file, without a restart."""
    server, command = opened(), opened()
    fill(server, world)
    run(command, "rotate")
    assert secrets_of(server) == SECRETS
    assert note_of(server, world) == WORDS
    assert reached(server, world) == REACHED
    ring = server.config["SETTINGS"].field_keys
    assert (
        sealed_text.seal(ring, "x", about="y").key_id
        == opened().config["SETTINGS"].field_keys.ids[0]
    )


def test_a_rotation_that_was_killed_is_taken_up_and_makes_no_third_key(opened, place, world):
    app = opened()
    fill(app, world)
    killed = kill_a_rotation(place, dies_at=10, batch=4)
    assert killed.returncode == -signal.SIGKILL
    fresh = opened()
    assert len(fresh.config["SETTINGS"].field_keys.ids) == 2
    assert secrets_of(fresh) == SECRETS
    found = json.loads(run(fresh, "rotate", "--ring", "fields", "--json").stdout)
    assert [(each["resealed"], each["left"]) for each in found] == [(FIELDS - 8, 0)]
    assert len(opened().config["SETTINGS"].field_keys.ids) == 2
    run(fresh, "retire")
    assert secrets_of(opened()) == SECRETS


def test_a_key_that_something_needs_stays(opened, world):
    app = opened()
    fill(app, world)
    old = app.config["SETTINGS"].field_keys.keys
    run(app, "rotate", "--ring", "fields")
    with app.app_context():
        db = command_session()
        row = _factor(KeyRing(old), world.a.therapist, 99)
        db.execute(insert(SecondFactorRow), [row])
        db.commit()
        flask_db.session.remove()
    said = run(app, "retire", "--ring", "fields", code=1)
    assert f"{key_id(old[0])} stays: 1 texts need it" in said.stdout
    assert len(opened().config["SETTINGS"].field_keys.ids) == 2
    run(app, "rotate", "--ring", "fields")
    run(app, "retire", "--ring", "fields")
    assert len(opened().config["SETTINGS"].field_keys.ids) == 1


def test_what_no_key_opens_is_left_as_it_is_and_said(opened, world):
    app = opened()
    fill(app, world)
    with app.app_context():
        db = command_session()
        db.execute(
            update(SecondFactorRow)
            .where(SecondFactorRow.ended_at.is_(None))
            .values(key_id="00000000")
        )
        db.commit()
        flask_db.session.remove()
    said = run(app, "rotate", "--ring", "fields")
    assert "26 sealed again" in said.stdout
    assert "1 more were sealed with keys that are not here" in said.stdout


@pytest.mark.parametrize("dies_at", [FACTORS, FACTORS + 1])
def test_a_rotation_that_was_killed_among_the_contacts_is_taken_up(opened, place, world, dies_at):
    app = opened()
    fill(app, world)
    killed = kill_a_rotation(place, dies_at=dies_at, batch=1)
    assert killed.returncode == -signal.SIGKILL
    fresh = opened()
    assert reached(fresh, world) == REACHED
    found = json.loads(run(fresh, "rotate", "--ring", "fields", "--json").stdout)
    assert [(each["resealed"], each["left"]) for each in found] == [(FIELDS - dies_at, 0)]
    run(fresh, "retire")
    only = opened()
    assert len(only.config["SETTINGS"].field_keys.ids) == 1
    assert reached(only, world) == REACHED


def test_a_key_stays_as_long_as_one_contact_needs_it(opened, world):
    app = opened()
    fill(app, world)
    old = app.config["SETTINGS"].field_keys.ids[0]
    with app.app_context():
        db = command_session()
        mine = PatientContactRow.id == world.a.patient_id
        row = db.execute(select(PatientContactRow.__table__).where(mine)).one()
        flask_db.session.remove()
    run(app, "rotate", "--ring", "fields")
    with app.app_context():
        db = command_session()
        db.execute(update(PatientContactRow).where(mine).values(**row._mapping))
        db.commit()
        flask_db.session.remove()
    said = run(app, "retire", "--ring", "fields", code=1)
    assert f"{old} stays: 1 texts need it" in said.stdout
    assert reached(opened(), world) == REACHED


def test_two_contacts_that_change_places_do_not_open(opened, world):
    app = opened()
    fill(app, world)
    with app.app_context():
        db = command_session()
        first, second = db.execute(select(PatientContactRow)).scalars().all()
        first.nonce, second.nonce = second.nonce, first.nonce
        first.ciphertext, second.ciphertext = second.ciphertext, first.ciphertext
        db.commit()
        flask_db.session.remove()
    assert reached(app, world) == UNREADABLE


def test_a_secret_of_another_table_does_not_open_as_a_contact(opened, world):
    """Not even with the same key, in the same clinic."""
    app = opened()
    fill(app, world)
    with app.app_context():
        db = command_session()
        factor = db.execute(select(SecondFactorRow).limit(1)).scalar_one()
        moved = {each: getattr(factor, each) for each in ("key_id", "nonce", "ciphertext")}
        db.execute(update(PatientContactRow).values(**moved))
        db.commit()
        flask_db.session.remove()
    assert reached(app, world) == UNREADABLE


def test_two_secrets_that_change_places_do_not_open(opened, world):
    """A ciphertext is bound to its row."""
    app = opened()
    fill(app, world)
    with app.app_context():
        db = command_session()
        ring = app.config["SETTINGS"].field_keys
        first, second = db.execute(select(SecondFactorRow).limit(2)).scalars().all()
        first.nonce, second.nonce = second.nonce, first.nonce
        first.ciphertext, second.ciphertext = second.ciphertext, first.ciphertext
        for row in (first, second):
            with pytest.raises(CannotOpen):
                opened_with(ring, row)
        flask_db.session.remove()


def test_a_key_in_a_setting_is_changed_there(opened, world):
    """The command writes no setting: it says what to put in, and goes on once it is there."""
    old, new = (b64encode(bytes([each]) * 32).decode() for each in (1, 2))
    fill(opened(TRACKER_FIELD_KEY=old), world)
    said = run(opened(TRACKER_FIELD_KEY=old), "rotate", "--ring", "fields", code=1)
    assert "TRACKER_FIELD_KEY: nothing waits for the newest key." in said.output
    both = opened(TRACKER_FIELD_KEY=f"{new},{old}")
    run(both, "rotate", "--ring", "fields")
    assert secrets_of(opened(TRACKER_FIELD_KEY=new)) == SECRETS
    said = run(both, "retire", "--ring", "fields", code=1)
    assert "Take everything behind the first comma out" in said.output


def test_only_one_command_changes_the_keys_at_a_time(opened, place, world):
    from tracker.cli.key_files import alone_in

    app = opened()
    with alone_in(Path(place["TRACKER_INSTANCE_DIR"])):
        said = run(app, "rotate", code=1)
    assert said.output.strip() == "Another command changes the keys: wait until it is done."


def test_every_table_with_a_sealed_text_is_one_that_is_rotated():
    sealed = {name for name, table in Base.metadata.tables.items() if "ciphertext" in table.c}
    assert sealed == {place.table.name for place in PLACES}
