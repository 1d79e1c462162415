"""`flask assets list`: everything that is there, and no secret of it."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.databases import on_postgres
from tracker.models import schema
from tracker.models.database import sqlite_driver

SMTP = "smtp://someone:a-word-that-is-secret@mail.post.test:587"


@pytest.fixture
def installation(app: Any, db: Any, tmp_path: Path) -> Any:
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"],
        smtp_url=SMTP,
        sms_command=("/usr/local/bin/sms", "--key", "another-secret"),
        audit_copy=tmp_path / "share" / "trail.jsonl",
    )
    return app


def listed(app: Any, *words: str) -> str:
    done = app.test_cli_runner().invoke(args=["assets", "list", *words])
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def test_versions_data_connections_and_keys_are_listed(installation, tmp_path):
    found = json.loads(listed(installation, "--json"))
    assert found["versions"]["Flask"] == version("Flask")
    assert found["versions"]["program"]
    data = found["data"]
    if on_postgres():
        assert data["database"].startswith("PostgreSQL 1")
    else:
        assert data["database"].startswith(f"SQLite {sqlite_driver().sqlite_version}, {tmp_path}")
    assert data["schema"] == schema.HEAD
    assert data["backups"].endswith("none yet")
    assert data["copy of the trail"].endswith("trail.jsonl")
    assert found["connections"] == {
        "listens on": "127.0.0.1:8000, behind 0 proxies",
        "reached as": "http://127.0.0.1:8000",
        "mail": "mail.post.test:587, STARTTLS",
        "text messages": "/usr/local/bin/sms",
        "database": "on this machine",
    }
    assert set(found["keys"]) == {"signing", "private notes", "fields", "backups"}


def test_backups_are_counted(installation):
    made = installation.test_cli_runner().invoke(args=["backup", "create"])
    assert made.exit_code == 0, made.output
    found = json.loads(listed(installation, "--json"))
    assert found["data"]["backups"].endswith("1, the newest of 2026-11-23 15:00 UTC")


def test_no_secret_is_in_it(installation):
    settings = installation.config["SETTINGS"]
    said = listed(installation) + listed(installation, "--json")
    for secret in (
        "someone",
        "a-word-that-is-secret",
        "another-secret",
        settings.secret_key,
        settings.signing_key,
        settings.backup_key.decode(),
        *(each.decode() for each in settings.field_keys.keys),
        *(each.decode() for each in settings.private_note_keys.keys),
    ):
        assert secret not in said
    assert "VERSIONS\n" in said
    assert "KEYS\n" in said
