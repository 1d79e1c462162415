"""`flask reminders send` against a real SMTP server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.conftest import START
from tests.mailbox import Mailbox, serve_mail
from tests.make.asking import ask_also
from tests.make.check_ins import send_daily
from tests.make.courses import make_course
from tests.make.infusions import complete_course
from tests.make.reminders import change_choice, put_on_call, stored_messages, want_reminders
from tests.serving import free_port
from tracker.actions import message_claims
from tracker.domain.instrument_uses import FollowUp, InstrumentUse
from tracker.domain.messages import ACCEPTED
from tracker.domain.reminders import QuietHours

DAILY = "daily:2026-11-23"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with serve_mail() as served:
        yield served


def with_settings(app: Flask, **changes: Any) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **changes)


@pytest.fixture
def sender(app: Flask, mailbox: Mailbox) -> Any:
    """One run of the command: its counts, its exit code and what it complained of."""
    with_settings(app, smtp_url=mailbox.url, mail_from="hello@post.test")

    def run(code: int = 0) -> dict[str, int]:
        done = app.test_cli_runner().invoke(args=["reminders", "send", "--json"])
        assert done.exit_code == code, done.output
        counts: dict[str, int] = json.loads(done.stdout)
        return counts

    return run


@pytest.fixture
def course(db: Any, world: Any) -> Any:
    return make_course(db, world.a.clinician, world.a.patient_id)


def test_a_reminder_goes_out_at_the_chosen_hour_and_once(db, world, course, sender, mailbox, clock):
    want_reminders(db, world.a, remind_at=time(10, 30))
    assert sender()["sent"] == 0
    clock.forward(minutes=30)
    assert sender()["sent"] == 1
    for _ in range(3):
        clock.forward(minutes=5)
        assert sender()["sent"] == 0
    assert mailbox.to() == ["sam@home.test"]


def test_one_mail_tells_of_everything_that_is_open(db, world, course, sender, mailbox):
    want_reminders(db, world.a)
    counts = sender()
    assert counts["planned"] == counts["sent"] == 1
    (mail,) = mailbox.arrived
    body = mail.get_content()
    assert body.count("/open/") >= 2
    assert {row.state for row in stored_messages(db)} == {"sent", "not_needed"}


def test_its_links_open_and_are_stored_as_hashes_only(db, world, course, sender, mailbox, browser):
    want_reminders(db, world.a)
    sender()
    body = mailbox.arrived[0].get_content()
    links = [line for line in body.splitlines() if "/open/" in line]
    answer = browser(None).get(links[0].removeprefix("http://127.0.0.1:8000"))
    assert answer.status_code == 200
    token = links[0].rpartition("/")[2]
    stored = db.connection().exec_driver_sql("SELECT * FROM check_in_links").all()
    assert stored
    assert token not in repr(stored)
    assert token not in repr(db.connection().exec_driver_sql("SELECT * FROM messages").all())


def test_its_headers_let_a_mail_program_stop_it(db, world, course, sender, mailbox):
    want_reminders(db, world.a)
    sender()
    (mail,) = mailbox.arrived
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = mail["List-Unsubscribe"].strip("<>")
    assert stop in mail.get_content()
    assert mail["From"] == "hello@post.test"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_nothing_goes_out_for_what_was_answered(db, world, course, sender, mailbox, clock):
    want_reminders(db, world.a, remind_at=time(11))
    send_daily(db, world.a, now=START)
    clock.forward(hours=1)
    sender()
    assert not [row for row in stored_messages(db) if row.due_key == DAILY]


def test_an_answer_between_two_tries_settles_it(db, world, course, sender, mailbox, clock):
    want_reminders(db, world.a)
    mailbox.says_to_recipient.append("451 later")
    assert sender()["again_later"] == 1
    (waiting,) = stored_messages(db, state="queued")
    send_daily(db, world.a, now=clock(), due_key=DAILY)
    clock.forward(minutes=2)
    assert sender()["sent"] == 0
    (row,) = [row for row in stored_messages(db) if row.id == waiting.id]
    assert waiting.due_key == DAILY
    assert row.state == "not_needed"
    assert mailbox.arrived == []


@pytest.mark.parametrize(
    "changes",
    [{"reminders_stopped_at": START}, {"remind_by": "none", "remind_at": None}],
    ids=["stopped", "none wanted"],
)
def test_stopping_between_two_tries_settles_it(db, world, course, sender, mailbox, clock, changes):
    want_reminders(db, world.a)
    mailbox.says_to_recipient.append("451 later")
    sender()
    change_choice(db, world.a.patient_id, **changes)
    clock.forward(minutes=2)
    assert sender()["sent"] == 0
    assert stored_messages(db, state="queued") == []
    assert mailbox.arrived == []


def test_a_temporary_refusal_is_tried_again_with_growing_pauses(
    db, world, course, sender, mailbox, clock
):
    want_reminders(db, world.a)
    mailbox.says_to_recipient.extend(["451 later"] * 3)
    pauses = []
    for _ in range(3):
        assert sender()["again_later"] == 1
        (row,) = stored_messages(db, state="queued")
        pauses.append(row.not_before - clock())
        clock.set(row.not_before - timedelta(seconds=1))
        assert sender()["again_later"] == 0
        clock.set(row.not_before)
    assert [pause.total_seconds() for pause in pauses] == [60, 120, 240]
    assert row.last_problem == "refused with 451"
    assert sender()["sent"] == 1


@pytest.mark.parametrize("where", ["says_to_recipient", "says_to_content"])
def test_a_lasting_refusal_fails_at_once(db, world, course, sender, mailbox, clock, where):
    want_reminders(db, world.a)
    getattr(mailbox, where).append("550 no such person")
    assert sender()["failed"] == 1
    (row,) = stored_messages(db, state="failed")
    assert row.last_problem == "refused with 550"
    clock.forward(minutes=30)
    assert sender()["sent"] == 0
    assert mailbox.arrived == []


def test_without_a_way_to_send_it_says_so_and_everything_waits(app, db, world, course):
    want_reminders(db, world.a)
    done = app.test_cli_runner().invoke(args=["reminders", "send"])
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "TRACKER_SMTP_URL and TRACKER_SMS_COMMAND are not set: nothing can be sent; what waits"
        " stays."
    ]
    assert [row.attempts for row in stored_messages(db, state="queued")] == [0]


def test_a_server_that_is_down_is_said_and_what_waits_is_sent_later(
    app, db, world, course, sender, mailbox, clock
):
    want_reminders(db, world.a)
    with_settings(app, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    done = app.test_cli_runner().invoke(args=["reminders", "send"])
    assert done.exit_code == 1
    assert done.stderr.startswith("TRACKER_SMTP_URL: 127.0.0.1:")
    assert len(done.stderr.splitlines()) == 1
    with_settings(app, smtp_url=mailbox.url)
    clock.forward(minutes=1)
    assert sender()["sent"] == 1


def test_nobody_is_written_to_at_night(db, world, course, sender, mailbox, clock):
    want_reminders(db, world.a, remind_at=time(20, 30))
    clock.set(datetime(2026, 11, 24, 2, 30, tzinfo=UTC))  # 21:30 in New York
    assert sender()["planned"] == 0
    clock.set(datetime(2026, 11, 24, 1, 31, tzinfo=UTC))
    mailbox.says_to_recipient.append("451 later")
    assert sender()["again_later"] == 1
    clock.set(datetime(2026, 11, 24, 2, 0, tzinfo=UTC))
    assert sender()["sent"] == 0
    assert mailbox.arrived == []


def test_a_completed_course_reminds_of_its_follow_up(db, world, sender, mailbox, clock):
    who = world.a.clinician
    ask_also(db, who, InstrumentUse(key="weekly", rules=(FollowUp(days=(30,)),)))
    course_id = complete_course(db, who, world.a.patient_id)
    want_reminders(db, world.a)
    clock.set(datetime(2026, 12, 10, 15, tzinfo=UTC))
    assert sender()["sent"] == 0
    clock.set(datetime(2026, 12, 24, 15, tzinfo=UTC))  # the 31st day
    assert sender()["sent"] == 1
    (row,) = stored_messages(db)
    assert row.due_key == f"weekly:follow-up-30:{course_id}"
    assert "/open/" in mailbox.arrived[0].get_content()


def test_a_plan_that_was_given_up_reminds_of_nothing(db, world, course, sender, mailbox, clock):
    want_reminders(db, world.a)
    mailbox.says_to_recipient.append("451 later")
    sender()
    db.execute(text("UPDATE courses SET state = 'stopped', ended_on = '2026-11-23'"))
    db.commit()
    clock.forward(minutes=2)
    assert sender()["sent"] == 0
    assert stored_messages(db, state="queued") == []


def test_a_clock_that_goes_back_sends_nothing_again(db, world, course, sender, mailbox, clock):
    want_reminders(db, world.a)
    assert sender()["sent"] == 1
    clock.forward(hours=-1)
    assert sender()["sent"] == 0
    clock.forward(hours=1, minutes=1)
    assert sender()["sent"] == 0


def test_a_sender_that_was_off_all_day_sends_one_and_not_two(
    db, world, course, sender, mailbox, clock
):
    want_reminders(db, world.a)
    clock.set(datetime(2026, 11, 24, 1, 30, tzinfo=UTC))  # 20:30: both reminders' time has come
    sender()
    clock.forward(minutes=5)
    sender()
    assert len(mailbox.arrived) == 1


def test_spanish_speakers_get_spanish(db, world, course, sender, mailbox):
    want_reminders(db, world.a, language="es")
    sender()
    (mail,) = mailbox.arrived
    assert mail["Content-Language"] == "es"
    assert "Para no recibir" in mail.get_content()


def test_an_alert_is_told_at_once_also_at_night_and_first(
    db, world, course, sender, mailbox, clock
):
    put_on_call(db, world.a, world.a.clinician, 1)
    clock.set(datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    send_daily(db, world.a, now=clock(), due_key=DAILY, self_harm=2)
    assert sender()["sent"] == 1
    (mail,) = mailbox.arrived
    assert mail["To"] == "clinician@a.test"
    assert "List-Unsubscribe" not in mail
    assert "http://127.0.0.1:8000/alerts" in mail.get_content()
    assert "Sample" not in mail.as_string()


def test_two_alerts_that_wait_together_are_one_mail_a_person(
    db, world, course, sender, mailbox, clock
):
    put_on_call(db, world.a, world.a.clinician, 1)
    put_on_call(db, world.a, world.a.therapist, 1)
    send_daily(db, world.a, now=START, due_key=DAILY, self_harm=2)
    clock.forward(hours=14)
    send_daily(db, world.a, now=clock(), self_harm=2)
    sender()
    subjects = [(mail["To"], mail["Subject"]) for mail in mailbox.arrived]
    assert len(subjects) == len(set(subjects))
    rows = stored_messages(db, kind="alert")
    assert sorted(row.state for row in rows) == ["not_needed", "not_needed", "sent", "sent"]


def test_an_alert_that_comes_while_a_mail_goes_out_has_a_mail_of_its_own(db, world, course, clock):
    put_on_call(db, world.a, world.a.clinician, 1)
    send_daily(db, world.a, now=START, due_key=DAILY, self_harm=2)
    clock.forward(hours=14)
    quiet = QuietHours(begin=time(21), end=time(8))
    claimed = message_claims.claim_next(db, {"email"}, quiet, now=clock())
    clock.forward(seconds=1)
    send_daily(db, world.a, now=clock(), self_harm=2)
    message_claims.settle(db, claimed, ACCEPTED, now=clock())
    assert message_claims.claim_next(db, {"email"}, quiet, now=clock()) is not None


def test_an_alert_past_its_deadline_is_passed_on_once(db, world, course, sender, mailbox, clock):
    put_on_call(db, world.a, world.a.clinician, 1)
    put_on_call(db, world.a, world.a.therapist, 2)
    send_daily(db, world.a, now=START, due_key=DAILY, self_harm=2)
    sender()
    clock.forward(hours=3, minutes=59)
    assert sender()["escalated"] == 0
    clock.forward(minutes=1)
    counts = sender()
    assert (counts["escalated"], counts["sent"]) == (1, 1)
    clock.forward(hours=9)
    assert sender()["escalated"] == 0
    assert mailbox.to() == ["clinician@a.test", "therapist@a.test"]


def test_an_overdue_alert_waits_for_somebody_to_be_named(db, world, course, sender, mailbox, clock):
    send_daily(db, world.a, now=START, due_key=DAILY, self_harm=2)
    clock.forward(hours=5)
    assert sender()["untold"] == 1
    put_on_call(db, world.a, world.a.clinician, 1)
    counts = sender()
    assert (counts["escalated"], counts["untold"], counts["sent"]) == (1, 0, 1)


def test_a_closed_alert_tells_nobody(db, world, course, sender, mailbox, clock):
    put_on_call(db, world.a, world.a.clinician, 1)
    send_daily(db, world.a, now=START, due_key=DAILY, self_harm=2)
    db.execute(
        text(
            "UPDATE safety_alerts SET closed_at = '2026-11-23T15:00:01.000000Z',"
            " done_at = '2026-11-23T15:00:01.000000Z', action_taken = 'called', closed_by = :who"
        ),
        {"who": world.a.clinician.user_id.hex},
    )
    db.commit()
    clock.forward(hours=5)
    counts = sender()
    assert (counts["sent"], counts["escalated"]) == (0, 0)
    assert {row.state for row in stored_messages(db)} == {"not_needed"}


def test_staff_see_that_a_mail_about_an_alert_could_not_be_delivered(
    db, world, course, sender, mailbox, browser
):
    put_on_call(db, world.a, world.a.clinician, 1)
    send_daily(db, world.a, now=START, due_key=DAILY, self_harm=2)
    nurse = browser(world.a.clinician)
    says = "a mail about it could not be delivered"
    assert says not in nurse.get_page("/alerts").text
    mailbox.says_to_recipient.append("550 no such person")
    assert sender()["failed"] == 1
    assert says in nurse.get_page("/alerts").text
