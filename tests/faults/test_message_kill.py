"""Senders of messages that are killed, and several at once: a reminder never arrives twice, and
what tells of an alert always arrives.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from config import read_settings
from tests.databases import lives_in
from tests.mailbox import Mailbox, serve_mail
from tests.make.contacts import contact_of
from tests.make.everything import make_everything
from tests.make.patients import make_patient
from tests.make.reminders import put_on_call, stored_messages, want_reminders
from tests.make.schema import bring_schema_up
from tests.make.sessions import open_session
from tests.make.world import World, make_world
from tests.serving import ROOT, environment
from tracker.actions import reminder_plans
from tracker.actions.messages import queue_reminders
from tracker.app import create_app
from tracker.models import db as flask_db
from tracker.models.database import transaction

REMINDERS = 8


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with serve_mail() as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "instance"


@pytest.fixture
def installation(folder: Path) -> Iterator[Flask]:
    """An installation that the senders open too."""
    app = create_app(read_settings(lives_in(folder)))
    bring_schema_up(app)
    yield app
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


@pytest.fixture
def now(installation: Flask, folder: Path) -> datetime:
    """The senders have a real clock."""
    return datetime.fromtimestamp(os.stat(folder).st_mtime, UTC)


@pytest.fixture
def db(installation: Flask) -> Iterator[Session]:
    with installation.app_context():
        engine = flask_db.engine
    with open_session(engine) as session:
        yield session


@pytest.fixture
def clinic(db: Session, now: datetime) -> World:
    """An alert that waits too long in each clinic; nobody is on call yet."""
    world = make_world(db, now=now)
    make_everything(db, world, now=now)
    return world


def queue_tests(db: Session, world: World, now: datetime, how_many: int) -> None:
    """Messages of the kind of a reminder, each to a patient of its own."""
    for number in range(how_many):
        address = f"p{number}@home.test"
        patient_id = make_patient(db, world.a.clinician, now=now, record_number=f"K-{number}")
        want_reminders(db, world.a, patient_id=patient_id, email=address)
        patient = reminder_plans.find_reached(db, patient_id)
        assert patient is not None
        with transaction(db):
            queue_reminders(db, [reminder_plans.test_of(patient, patient_id, now)], now=now)


def start_sender(folder: Path, mailbox: Mailbox) -> subprocess.Popen[str]:
    more = {
        "TRACKER_SMTP_URL": mailbox.url,
        "TRACKER_MAIL_FROM": "hello@post.test",
        "TRACKER_REMINDERS": "0",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "reminders", "send", "--json"],
        cwd=ROOT,
        env=environment(folder, 8000, demo=False) | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(sender: subprocess.Popen[str]) -> dict[str, int]:
    said, _ = sender.communicate(timeout=120)
    assert sender.returncode == 0, said
    counts: dict[str, int] = json.loads(said)
    return counts


def kill(sender: subprocess.Popen[str]) -> None:
    os.killpg(sender.pid, signal.SIGKILL)
    sender.communicate(timeout=20)


def let_claims_expire(db: Session) -> None:
    """As if ten minutes had passed."""
    db.rollback()
    db.execute(
        text(
            "UPDATE messages SET claimed_until = '2020-01-01T00:00:00.000000Z'"
            " WHERE claim_id IS NOT NULL"
        )
    )
    # what waits for its next try waits no longer
    db.execute(text("UPDATE messages SET not_before = recorded_at WHERE state = 'queued'"))
    db.commit()


def hold(mailbox: Mailbox) -> None:
    """The server takes a message and never says so."""

    async def for_ever(_mail: Any) -> None:
        await asyncio.Event().wait()

    mailbox.on_arrival = for_ever


@pytest.mark.fault
def test_a_reminder_whose_sender_died_after_handing_it_over_is_never_sent_again(
    db, clinic, now, folder, mailbox
):
    queue_tests(db, clinic, now, 1)
    hold(mailbox)
    sender = start_sender(folder, mailbox)
    mailbox.wait_for(1)
    kill(sender)
    mailbox.on_arrival = None
    assert finish(start_sender(folder, mailbox))["sent"] == 0, "its claim has not expired"
    let_claims_expire(db)
    assert finish(start_sender(folder, mailbox))["interrupted"] == 1
    (row,) = stored_messages(db)
    assert (row.state, row.last_problem) == ("failed", "interrupted")
    assert mailbox.to() == ["p0@home.test"]


@pytest.mark.fault
def test_what_tells_of_an_alert_is_sent_again_when_its_sender_died(
    db, clinic, now, folder, mailbox
):
    put_on_call(db, clinic.a, clinic.a.clinician, 1, now=now)
    hold(mailbox)
    sender = start_sender(folder, mailbox)
    mailbox.wait_for(1)
    kill(sender)
    mailbox.on_arrival = None
    let_claims_expire(db)
    assert finish(start_sender(folder, mailbox))["interrupted"] == 1
    let_claims_expire(db)  # it waits a minute before it is tried again
    assert finish(start_sender(folder, mailbox))["sent"] == 1
    (row,) = stored_messages(db)
    assert row.state == "sent"
    assert mailbox.to() == ["clinician@a.test"] * 2


@pytest.mark.fault
def test_senders_that_are_killed_anywhere_send_no_reminder_twice_and_every_alert(
    db, clinic, now, folder, mailbox
):
    queue_tests(db, clinic, now, REMINDERS)
    for person in (clinic.a.clinician, clinic.a.therapist):
        put_on_call(db, clinic.a, person, 1, now=now)
    chance = random.Random(20261127)
    for _ in range(3):
        sender = start_sender(folder, mailbox)
        mailbox.wait_for(min(len(mailbox.arrived) + chance.randint(1, 3), REMINDERS))
        kill(sender)
        let_claims_expire(db)
    while any(row.state in {"queued", "sending"} for row in stored_messages(db)):
        let_claims_expire(db)
        finish(start_sender(folder, mailbox))
    arrived = Counter(mailbox.to())
    for row in stored_messages(db):
        if row.kind == "reminder":
            assert row.address == ""
            address = contact_of(db, row.patient_id).email
            assert arrived[address] <= 1, address
            assert arrived[address] == 1 or row.state == "failed", address
        else:
            assert arrived[row.address] >= 1, row.address
            assert row.state == "sent"


@pytest.mark.fault
def test_several_senders_at_once_send_each_message_once(db, clinic, now, folder, mailbox):
    queue_tests(db, clinic, now, REMINDERS)
    for person in (clinic.a.clinician, clinic.a.therapist):
        put_on_call(db, clinic.a, person, 1, now=now)
    senders = [start_sender(folder, mailbox) for _ in range(3)]
    counts = [finish(sender) for sender in senders]
    assert sum(each["sent"] for each in counts) == REMINDERS + 2
    assert sum(each["escalated"] for each in counts) == 1
    assert set(Counter(mailbox.to()).values()) == {1}
    assert {row.state for row in stored_messages(db)} == {"sent"}
