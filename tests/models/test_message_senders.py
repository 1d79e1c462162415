"""Several senders on one database, on both engines: each message leaves once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from tests.make.everything import make_everything
from tests.make.patients import NOW, make_patient
from tests.make.reminders import put_on_call, stored_messages, want_reminders
from tests.make.trail import with_trail
from tests.make.world import World, make_world
from tracker.actions import message_sending, reminder_plans
from tracker.actions.asked_resets import ResetRules
from tracker.actions.message_sending import Counts, Post
from tracker.actions.messages import queue_reminders
from tracker.domain.messages import ACCEPTED, Outcome, Outgoing
from tracker.domain.reminders import QuietHours, ReminderRules
from tracker.models import schema
from tracker.models.database import prepare_sqlite, sqlite_driver, transaction
from tracker.models.reach import open_to_all

REMINDERS = 12
SENDERS = 4


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "postgresql":
        made = request.getfixturevalue("postgres_engine")
        schema.bring_up(made)
        yield made
        return
    made = create_engine(f"sqlite:///{tmp_path / 'w.db'}", module=sqlite_driver())
    prepare_sqlite(with_trail(made))
    schema.bring_up(made)
    yield made
    made.dispose()


class Recorder:
    """A channel that remembers who got something."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, message: Outgoing) -> Outcome:
        self.sent.append(message.to)  # one operation of the interpreter: no lock
        return ACCEPTED

    def close(self) -> None:
        pass


def post_through(channel: Recorder) -> Post:
    return Post(
        channels={"email": channel},
        rules=ReminderRules(quiet=QuietHours(), most=2),
        clock=lambda: NOW,
        link_url=lambda token: f"https://x.test/open/{token}",
        stop_url=lambda patient_id: f"https://x.test/stop/{patient_id}",
        alerts_url="https://x.test/alerts",
        reset_url=lambda token: f"https://x.test/reset/{token}",
        forgotten_url="https://x.test/forgotten",
        resets=ResetRules(staff_need_factor=True, demo=False),
    )


def make_messages(db: Session) -> World:
    """Twelve tests, open check-ins to remind of, and an overdue alert with two people on call."""
    world = make_world(db, now=NOW)
    make_everything(db, world, now=NOW)
    for number in range(REMINDERS):
        patient_id = make_patient(db, world.a.clinician, record_number=f"K-{number}")
        want_reminders(db, world.a, patient_id=patient_id, email=f"p{number}@home.test")
        patient = reminder_plans.find_reached(db, patient_id)
        assert patient is not None
        with transaction(db):
            queue_reminders(db, [reminder_plans.test_of(patient, patient_id, NOW)], now=NOW)
    want_reminders(db, world.a)
    put_on_call(db, world.a, world.a.clinician, 1)
    put_on_call(db, world.a, world.a.therapist, 1)
    return world


def test_senders_that_run_at_once_plan_escalate_and_send_everything_once(engine: Engine) -> None:
    with Session(engine) as db:
        make_messages(db)
    channel, at_once, problems = Recorder(), threading.Barrier(SENDERS), []
    counts = [Counts() for _ in range(SENDERS)]

    def run(mine: Counts) -> None:
        post = post_through(channel)
        with Session(engine) as db:
            open_to_all(db)
            at_once.wait()
            try:
                message_sending.prepare(db, post.rules, post.resets, mine, now=NOW)
                message_sending.send_waiting(db, post, mine)
            except Exception as problem:
                problems.append(problem)

    threads = [threading.Thread(target=run, args=(mine,)) for mine in counts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert sum(mine.escalated for mine in counts) == 1
    planned = sum(mine.planned for mine in counts)
    assert planned >= 1
    with Session(engine) as db:
        rows = stored_messages(db)
    assert sum(mine.sent for mine in counts) == REMINDERS + planned + 2 == len(channel.sent)
    assert set(Counter(channel.sent).values()) == {1}
    assert {row.state for row in rows} <= {"sent", "not_needed"}


def test_a_lost_claim_settles_nothing(engine: Engine) -> None:
    """A sender that slept for longer than its lease comes back: its word does not count."""
    from tracker.actions import message_claims

    with Session(engine) as db:
        make_messages(db)
        claimed: Any = message_claims.claim_next(db, {"email"}, QuietHours(), now=NOW)
        assert claimed is not None
        later = NOW + timedelta(minutes=11)
        assert message_claims.settle_interrupted(db, now=later) == 1
        message_claims.settle(db, claimed, ACCEPTED, now=later)
        (row,) = [each for each in stored_messages(db) if each.id == claimed.id]
    assert (row.state, row.last_problem) == ("failed", "interrupted")
