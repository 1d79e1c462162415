"""What a watchdog and a monitor are told, and who is told nothing."""

from __future__ import annotations

import re
import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.browsing import BASE
from tests.databases import on_postgres
from tests.make.everything import make_everything
from tests.make.patients import make_patient
from tracker.models.database import transaction

TOKEN = "t" * 40
LINE = re.compile(r"# (HELP|TYPE) tracker_\w+ .+|tracker_\w+(\{.+\})? \S+")


def get(app: Any, path: str, **kwargs: Any) -> Any:
    return app.test_client().get(path, base_url=BASE, **kwargs)


def with_settings(app: Any, **changes: Any) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **changes)


def test_a_server_is_ready_when_database_schema_and_disk_are(app):
    answer = get(app, "/readyz")
    walls = {"row_security": "on"} if on_postgres() else {}
    said = {"status": "ready", "messages": "in time"} | walls
    assert (answer.status_code, answer.json) == (200, said)


def test_an_old_schema_is_not_ready(app, db):
    with transaction(db):
        db.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = get(app, "/readyz")
    assert answer.status_code == 503
    assert "0001" in answer.json["because"]


def test_a_nearly_full_disk_is_not_ready(app, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**9, 10**9 - 1000, 1000))
    answer = get(app, "/readyz")
    assert answer.status_code == 503
    assert "disk" in answer.json["because"]
    assert get(app, "/healthz").status_code == 200


def test_a_message_without_a_sender_is_said_and_pages_are_served_all_the_same(
    app, db, world, clock
):
    queue(db, world, at=clock())
    clock.forward(minutes=14)
    assert get(app, "/readyz").json["messages"] == "in time"
    clock.forward(minutes=2)
    answer = get(app, "/readyz")
    assert (answer.status_code, answer.json["messages"]) == (200, "late")
    assert value(get(app, "/metrics").text, "tracker_message_waits_seconds") == 16 * 60
    assert value(get(app, "/metrics").text, "tracker_messages_waiting") == 1


def queue(db: Any, world: Any, *, at: datetime) -> None:
    from uuid import uuid4

    from tracker.models.messages import MessageRow

    with transaction(db):
        db.add(
            MessageRow(
                id=uuid4(),
                clinic_id=world.a.clinic.id,
                kind="alert",
                channel="email",
                user_id=world.a.clinician.user_id,
                address="nurse@example.test",
                language="en",
                dedupe_key="alert:1",
                not_before=at,
                recorded_at=at,
            )
        )


def value(said: str, name: str) -> float:
    (line,) = re.findall(rf"^{name} (.+)$", said, re.MULTILINE)
    return float(line)


def test_numbers_are_given_without_an_identifier(app, db, world, clock, browser):
    make_everything(db, world, now=clock())
    patient_id = make_patient(db, world.a.clinician, now=clock(), record_number="Xyzzy-1")
    db.rollback()
    nurse = browser(world.a.clinician)
    assert nurse.get(f"/patients/{patient_id}").status_code == 200
    assert nurse.client.get("/Xyzzy-Canary?name=Xyzzy", base_url=BASE).status_code == 404
    nurse.client.open("/board", method="XYZZY", base_url=BASE)
    said = get(app, "/metrics").text
    assert "Xyzzy" not in said
    assert "XYZZY" not in said
    assert not re.search(r"[0-9a-f]{8}-?[0-9a-f]{4}", said.replace(" ", ""))
    assert '"/patients/<uuid:patient_id>"' in said
    assert value(said, "tracker_sign_ins") >= 1
    assert value(said, "tracker_alerts_open") >= 1
    assert value(said, "tracker_disk_free_bytes") > 0
    assert "tracker_backup_newest" not in said
    for line in said.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) tracker_\w+ .+|tracker_\w+(\{[^{}]+\})? \S+", line), (
            line
        )


def test_the_histogram_adds_up(app):
    for _ in range(3):
        get(app, "/healthz")
    said = get(app, "/metrics").text
    buckets = [int(each) for each in re.findall(r"seconds_bucket\{.*?\} (\d+)", said)]
    (count,) = re.findall(r"request_seconds_count\{.*?\} (\d+)", said)
    assert buckets == sorted(buckets)
    assert buckets[-1] == int(count) >= 3


def test_the_newest_backup_is_told_by_its_moment(app, clock):
    assert app.test_cli_runner().invoke(args=["backup", "create"]).exit_code == 0
    made = value(get(app, "/metrics").text, "tracker_backup_newest_timestamp_seconds")
    assert made == clock().timestamp()


@pytest.mark.parametrize(
    ("environment", "headers"),
    [
        ({"REMOTE_ADDR": "203.0.113.7"}, {}),
        ({"REMOTE_ADDR": ""}, {}),
        ({"REMOTE_ADDR": "127.0.0.1"}, {"X-Forwarded-For": "127.0.0.1"}),
        ({"REMOTE_ADDR": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}),
        ({"REMOTE_ADDR": "203.0.113.7"}, {"Authorization": "Bearer "}),
    ],
)
def test_nobody_else_learns_that_there_are_numbers(app, environment, headers):
    answer = get(app, "/metrics", environ_overrides=environment, headers=headers)
    assert answer.status_code == 404
    assert "tracker_" not in answer.text


def test_a_token_opens_them_from_elsewhere_and_is_then_asked_of_everybody(app):
    with_settings(app, metrics_token=TOKEN)
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    fits = {"Authorization": f"Bearer {TOKEN}"}
    assert get(app, "/metrics", environ_overrides=elsewhere, headers=fits).status_code == 200
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": TOKEN}):
        assert get(app, "/metrics", headers=wrong).status_code == 404


def test_whom_to_tell_of_a_weakness_is_said_once_the_clinic_names_somebody(app, clock):
    assert get(app, "/.well-known/security.txt").status_code == 404
    with_settings(app, security_contact="mailto:security@clinic.example")
    said = get(app, "/.well-known/security.txt").text
    assert "Contact: mailto:security@clinic.example\n" in said
    (expires,) = re.findall(r"^Expires: (.+)Z$", said, re.MULTILINE)
    ends = datetime.fromisoformat(expires).replace(tzinfo=UTC)
    assert clock() < ends < clock() + timedelta(days=365)
