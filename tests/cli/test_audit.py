"""`flask audit verify` and `anchor` over a trail that the application wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from tests.make.sessions import command_session
from tracker.cli.audit import anchor_daily
from tracker.cli.opening import open_database
from tracker.models import db as flask_db
from tracker.models.audit import AuditEventRow
from tracker.models.triggers import unguard_audit_trail


@pytest.fixture
def written(app: Any, db: Any, world: Any, browser: Any) -> Any:
    """A trail of a few events, with its guards away, as somebody with the database's password."""
    for path in ("/board", "/patients", "/alerts", "/ledger"):
        browser(world.a.clinician).get(path)
    db.rollback()
    unguard_audit_trail(db.connection())
    db.commit()
    return app.test_cli_runner()


def verify(runner: Any) -> tuple[int, dict[str, Any]]:
    result = runner.invoke(args=["audit", "verify", "--json"])
    return result.exit_code, json.loads(result.stdout.splitlines()[0])


def change(db: Any, statement: str, **values: Any) -> None:
    db.execute(text(statement), values)
    db.commit()


def test_the_trail_of_the_application_is_whole(written: Any, db: Any) -> None:
    code, found = verify(written)
    assert (code, found["trail"], found["events_before_seals"]) == (0, [], 0)
    assert found["events"] == db.query(AuditEventRow).count() > 4


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("occurred_at", "2026-11-23T14:00:00.000000Z"),
        ("clinic_id", None),
        ("user_id", None),
        ("sign_in_id", None),
        ("address", "10.0.0.1"),
        ("event", "signed out"),
        ("outcome", "failed"),
        ("object_kind", "x"),
        ("object_id", "00000000-0000-0000-0000-000000000001"),
        ("patient_id", "00000000-0000-0000-0000-000000000001"),
        ("detail", "{}"),
        ("seal", b"x" * 32),
    ],
)
def test_a_changed_column_is_named_with_its_event(
    written: Any, db: Any, column: str, value: Any
) -> None:
    seen = db.scalar(
        text("SELECT seq FROM audit_events WHERE event = 'page seen' ORDER BY seq LIMIT 1")
    )
    change(db, f"UPDATE audit_events SET {column} = :value WHERE seq = :seq", value=value, seq=seen)
    code, found = verify(written)
    assert code == 1
    assert seen in [each["event"] for each in found["trail"]]
    assert len(found["trail"]) <= 2, "the place, and the one that stands on a changed seal"


def test_a_missing_event_is_named(written: Any, db: Any) -> None:
    change(db, "DELETE FROM audit_events WHERE seq = 2")
    code, found = verify(written)
    assert (code, found["trail"]) == (1, [{"event": 2, "what": "is missing"}])


def test_a_cut_end_is_found_with_an_anchor_and_only_then(written: Any, db: Any) -> None:
    last = db.scalar(text("SELECT max(seq) FROM audit_events"))
    db.rollback()
    assert f"Anchored at event {last}." in written.invoke(args=["audit", "anchor"]).output
    assert verify(written)[0] == 0
    change(db, "DELETE FROM audit_events WHERE seq = :last", last=last)
    code, found = verify(written)
    assert (code, found["trail"]) == (1, [{"event": last, "what": "is missing at the end"}])


def test_a_changed_anchor_is_named_by_its_line(written: Any, app: Any) -> None:
    written.invoke(args=["audit", "anchor"])
    file = app.config["SETTINGS"].instance_dir / "audit-anchors.jsonl"
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text(file.read_text().replace('"20', '"19', 1))
    result = written.invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert "Line 1 of audit-anchors.jsonl was changed or damaged." in result.output


def test_an_event_that_somebody_added_by_hand_is_named(written: Any, db: Any) -> None:
    change(
        db,
        "INSERT INTO audit_events (seq, occurred_at, event, outcome, address, object_kind, detail)"
        " SELECT max(seq) + 1, '2026-11-23T15:00:00.000000Z', 'page seen', 'done', '', '', '{}'"
        " FROM audit_events",
    )
    last = db.scalar(text("SELECT max(seq) FROM audit_events"))
    assert verify(written)[1]["trail"] == [{"event": last, "what": "has no seal"}]


def test_a_trail_from_before_the_seals_is_sealed_from_the_next_start_on(
    written: Any, db: Any, app: Any
) -> None:
    change(db, "UPDATE audit_events SET seal = NULL")
    last = db.scalar(text("SELECT max(seq) FROM audit_events"))
    db.rollback()
    assert verify(written)[1]["trail"] == [{"event": last, "what": "has no seal"}]
    with app.app_context():
        open_database(flask_db.engine)
        open_database(flask_db.engine)
    code, found = verify(written)
    assert (code, found["events"], found["events_before_seals"]) == (0, last + 1, last)


def test_seals_that_were_all_taken_away_are_missed_by_an_anchor(
    written: Any, db: Any, browser: Any, world: Any
) -> None:
    written.invoke(args=["audit", "anchor"])
    change(db, "UPDATE audit_events SET seal = NULL, address = '10.0.0.1'")
    browser(world.a.clinician).get("/board")
    assert verify(written)[0] == 1


def test_an_event_numbered_before_all_others_is_named(written: Any, db: Any) -> None:
    change(
        db,
        "INSERT INTO audit_events (seq, occurred_at, event, outcome, address, object_kind, detail)"
        " VALUES (-7, '2026-11-23T15:00:00.000000Z', 'page seen', 'done', '', '', '{}')",
    )
    found = verify(written)[1]
    assert found["trail"] == [{"event": -7, "what": "was changed, or put there by somebody else"}]


@pytest.mark.sqlite("PostgreSQL refuses a detail that is no JSON")
def test_details_that_are_no_json_any_more_are_named_and_not_stumbled_over(
    written: Any, db: Any
) -> None:
    change(db, "UPDATE audit_events SET detail = 'oops' WHERE seq = 2")
    assert [each["event"] for each in verify(written)[1]["trail"]] == [2]


def test_without_an_anchor_verify_says_so(written: Any, app: Any, db: Any, clock: Any) -> None:
    assert "There is no anchor" in written.invoke(args=["audit", "verify"]).stderr
    settings = app.config["SETTINGS"]
    with app.app_context():
        for _ in range(2):
            anchor_daily(command_session(), settings, now=clock())
    lines = (settings.instance_dir / "audit-anchors.jsonl").read_text().splitlines()
    assert len(lines) == 1, "once a day"
    assert "There is no anchor" not in written.invoke(args=["audit", "verify"]).stderr
