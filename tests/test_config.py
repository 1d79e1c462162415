"""A broken setting stops the start with one line that names it; defaults are safe."""

from __future__ import annotations

import base64
import os
import re
import stat
import subprocess
import sys
from datetime import time
from importlib import metadata
from pathlib import Path

import pytest
from sqlalchemy import make_url

from config import BrokenSetting, read_settings
from tracker.app import create_app

ROOT = Path(__file__).parents[1]


def env(folder: Path, **changes: str) -> dict[str, str]:
    return {"TRACKER_INSTANCE_DIR": str(folder / "instance")} | changes


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_PORT", "http"),
        ("TRACKER_PORT", "0"),
        ("TRACKER_PORT", "٨٠"),
        ("TRACKER_THREADS", "1000"),
        ("TRACKER_PROXY_COUNT", "-1"),
        ("TRACKER_CLINIC_TIMEZONE", "UTC+2"),
        ("TRACKER_CLINIC_TIMEZONE", "../etc/passwd"),
        ("TRACKER_DATABASE_URL", "mysql://x"),
        ("TRACKER_SECRET_KEY", "short"),
        ("TRACKER_SIGNING_KEY", "short"),
        ("TRACKER_PRIVATE_NOTE_KEY", "short"),
        ("TRACKER_PRIVATE_NOTE_KEY", "not base64 at all, though it is long enough"),
        ("TRACKER_PRIVATE_NOTE_KEY", "A" * 64),
        ("TRACKER_BACKUP_KEY", "short"),
        ("TRACKER_BACKUP_KEEP", "24"),
        ("TRACKER_BACKUP_KEEP", "0/1/1"),
        ("TRACKER_BACKUP_BEFORE_UPGRADE", "perhaps"),
        ("TRACKER_PUBLIC_URL", "ftp://x"),
        ("TRACKER_PUBLIC_URL", "http://clinic.example"),
        ("TRACKER_DEMO", "maybe"),
        ("TRACKER_DEBUG", "2"),
        ("TRACKER_METRICS_TOKEN", "short"),
        ("TRACKER_METRICS_TOKEN", "é" * 40),
        ("TRACKER_SMTP_URL", "http://mail.test"),
        ("TRACKER_SMTP_URL", "smtp://"),
        ("TRACKER_SMTP_URL", "smtp://host:port"),
        ("TRACKER_SMTP_URL", "smtp://host:0"),
        ("TRACKER_SMTP_URL", "smtp://user@host"),
        ("TRACKER_SMTP_URL", "smtp://host/folder"),
        ("TRACKER_MAIL_FROM", "Clinic <a@b.test>"),
        ("TRACKER_MAIL_FROM", "a@b.test\r\nBcc: c@d.test"),
        ("TRACKER_SMS_COMMAND", "send 'sms"),
        ("TRACKER_QUIET_HOURS", "21-8"),
        ("TRACKER_QUIET_HOURS", "24:00-08:00"),
        ("TRACKER_REMINDERS", "6"),
    ],
)
def test_a_broken_setting_is_named_in_one_line(tmp_path, name, value):
    with pytest.raises(BrokenSetting) as problem:
        read_settings(env(tmp_path, **{name: value}))
    assert str(problem.value).startswith(f"{name}: ")
    assert "\n" not in str(problem.value)


def test_a_mail_server_needs_a_sender(tmp_path):
    with pytest.raises(BrokenSetting, match="TRACKER_MAIL_FROM: is needed"):
        read_settings(env(tmp_path, TRACKER_SMTP_URL="smtp://mail.test"))


def test_the_password_of_the_mail_server_is_never_shown(tmp_path):
    given = {"TRACKER_SMTP_URL": "smtp://me:hidden@mail.test", "TRACKER_MAIL_FROM": "a@b.test"}
    assert "hidden" not in repr(read_settings(env(tmp_path, **given)))
    with pytest.raises(BrokenSetting) as problem:
        read_settings(env(tmp_path, **given | {"TRACKER_SMTP_URL": "smtp://me:hidden@"}))
    assert "hidden" not in str(problem.value)


def test_messages_have_safe_defaults(tmp_path):
    settings = read_settings(env(tmp_path))
    assert (settings.smtp_url, settings.sms_command) == ("", ())
    assert settings.quiet_hours == (time(21), time(8))
    assert settings.reminders == 2


@pytest.mark.parametrize("switch", ["TRACKER_DEMO", "TRACKER_DEBUG"])
def test_demo_and_debugger_stay_on_loopback(tmp_path, switch):
    wide = {"TRACKER_HOST": "0.0.0.0", "TRACKER_PUBLIC_URL": "https://clinic.example"}
    read_settings(env(tmp_path, **wide))
    with pytest.raises(BrokenSetting, match=switch):
        read_settings(env(tmp_path, **wide, **{switch: "on"}))


@pytest.mark.parametrize("switch", ["TRACKER_DEMO", "TRACKER_DEBUG"])
def test_demo_and_debugger_are_not_for_a_site_behind_a_proxy(tmp_path, switch):
    """The server listens on loopback, but everybody reaches it through its public address."""
    proxied = {"TRACKER_PUBLIC_URL": "https://clinic.example", "TRACKER_PROXY_COUNT": "1"}
    read_settings(env(tmp_path, **proxied))
    with pytest.raises(BrokenSetting, match=switch):
        read_settings(env(tmp_path, **proxied, **{switch: "on"}))


@pytest.mark.parametrize("behind", [{}, {"TRACKER_PUBLIC_URL": "https://clinic.example"}])
def test_the_variable_of_flask_does_not_switch_the_debugger_on(tmp_path, monkeypatch, behind):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(read_settings(env(tmp_path, **behind)))
    assert app.debug is False


def test_everything_that_a_first_start_makes_is_for_its_owner_only(tmp_path):
    """Also when the shell that starts it would let others read."""
    command = "umask 022; exec .venv/bin/flask --app wsgi accounts invite --first-administrator"
    command = command.replace(".venv/bin/flask", f"{sys.executable} -m flask")
    answer = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=os.environ | env(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    made = list((tmp_path / "instance").iterdir())
    keys = {"secret.key", "signing.key", "private-notes.key"}
    assert keys | {"tracker.db"} <= {each.name for each in made}
    for each in made:
        assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0, each.name


def test_whatever_the_process_makes_later_is_for_its_owner_only(tmp_path):
    made = tmp_path / "export.csv"
    command = f'umask 022; exec {sys.executable} -c \'import wsgi; open("{made}", "w").close()\''
    subprocess.run(["bash", "-c", command], cwd=ROOT, env=os.environ | env(tmp_path), check=True)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("TRACKER_SECRET_KEY", "secret.key"),
        ("TRACKER_SIGNING_KEY", "signing.key"),
        ("TRACKER_PRIVATE_NOTE_KEY", "private-notes.key"),
        ("TRACKER_BACKUP_KEY", "backup.key"),
    ],
)
@pytest.mark.parametrize("kept", ["", "short", " " * 60])
def test_a_kept_key_that_is_too_short_stops_the_start(tmp_path, kept, name, file):
    read_settings(env(tmp_path))
    (tmp_path / "instance" / file).write_text(kept)
    with pytest.raises(BrokenSetting, match=name):
        read_settings(env(tmp_path))


def test_the_five_keys_are_made_apart_and_kept(tmp_path):
    first, again = read_settings(env(tmp_path)), read_settings(env(tmp_path))
    written = {each.read_text() for each in (tmp_path / "instance").glob("*.key")}
    assert len(written) == 5
    assert {first.secret_key, first.signing_key} < written
    assert (
        len(first.private_note_keys.newest)
        == len(first.field_keys.newest)
        == len(first.backup_key)
        == 32
    )
    assert again.backup_key == first.backup_key
    assert (again.signing_key, again.private_note_keys.newest, again.field_keys.newest) == (
        first.signing_key,
        first.private_note_keys.newest,
        first.field_keys.newest,
    )


def test_no_key_follows_from_another(tmp_path):
    """Two places with one given secret key still make two keys for everything else."""
    given = {"TRACKER_SECRET_KEY": "s" * 40}
    one, two = (
        read_settings(env(tmp_path / "1", **given)),
        read_settings(env(tmp_path / "2", **given)),
    )
    assert one.signing_key != two.signing_key
    assert one.private_note_keys.newest != two.private_note_keys.newest
    assert len({one.field_keys.newest, two.field_keys.newest, one.private_note_keys.newest}) == 3
    assert one.backup_key != two.backup_key
    assert one.backup_key != one.private_note_keys.newest


def test_a_given_key_is_taken_and_no_file_is_made(tmp_path):
    given = {
        "TRACKER_SIGNING_KEY": "s" * 40,
        "TRACKER_PRIVATE_NOTE_KEY": base64.b64encode(b"n" * 32).decode(),
        "TRACKER_FIELD_KEY": base64.b64encode(b"f" * 32).decode(),
        "TRACKER_BACKUP_KEY": base64.b64encode(b"b" * 32).decode(),
    }
    settings = read_settings(env(tmp_path, **given))
    assert (settings.signing_key, settings.private_note_keys.newest) == ("s" * 40, b"n" * 32)
    assert (settings.field_keys.newest, settings.backup_key) == (b"f" * 32, b"b" * 32)
    assert [each.name for each in settings.instance_dir.glob("*.key")] == ["secret.key"]


def test_a_key_is_never_in_the_words_of_the_settings(tmp_path):
    settings = read_settings(env(tmp_path))
    shown = repr(settings)
    assert settings.secret_key not in shown
    assert settings.signing_key not in shown
    assert repr(settings.private_note_keys.newest) not in shown
    assert repr(settings.backup_key) not in shown


def test_listening_beyond_loopback_needs_https(tmp_path):
    with pytest.raises(BrokenSetting, match="TRACKER_PUBLIC_URL"):
        read_settings(env(tmp_path, TRACKER_HOST="0.0.0.0"))


def test_two_installations_have_two_secret_keys_and_each_keeps_its_own(tmp_path):
    first = read_settings(env(tmp_path / "one"))
    second = read_settings(env(tmp_path / "two"))
    assert first.secret_key != second.secret_key
    assert read_settings(env(tmp_path / "one")).secret_key == first.secret_key
    assert len(first.secret_key) >= 32


def test_folder_and_key_are_for_their_owner_only(tmp_path):
    settings = read_settings(env(tmp_path))
    assert stat.S_IMODE(settings.instance_dir.stat().st_mode) == 0o700
    key = settings.instance_dir / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    with pytest.raises(BrokenSetting, match="others can read"):
        read_settings(env(tmp_path))


def test_the_command_line_shows_the_line_and_no_traceback(tmp_path):
    answer = subprocess.run(
        [sys.executable, "wsgi.py"],
        cwd=ROOT,
        env=os.environ | env(tmp_path, TRACKER_PORT="many"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.strip() == "TRACKER_PORT: needs a whole number from 1 to 65535, not 'many'"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:1/nothing",
        "sqlite:////nowhere/at/all/tracker.db",
    ],
)
def test_a_database_that_cannot_be_opened_is_named_in_one_line(tmp_path, url):
    answer = subprocess.run(
        [sys.executable, "wsgi.py"],
        cwd=ROOT,
        env=os.environ | env(tmp_path, TRACKER_DATABASE_URL=url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    (line,) = answer.stderr.strip().splitlines()
    assert line.startswith("TRACKER_DATABASE_URL: ")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://tracker@db.example/tracker",
        "postgresql+psycopg://tracker:a%40b@db.example:5433/tracker",
        "postgresql://tracker@192.0.2.7/tracker?connect_timeout=5",
        "postgresql://tracker@/tracker?host=db.example",
        "postgresql://tracker@[2001:db8::7]/tracker",
    ],
)
def test_a_database_on_another_machine_is_reached_by_checked_tls(tmp_path, url):
    found = make_url(read_settings(env(tmp_path, TRACKER_DATABASE_URL=url)).database_url)
    before = make_url(url)
    assert found.query["sslmode"] == "verify-full"
    assert (found.host, found.port, found.database) == (before.host, before.port, before.database)
    assert set(found.query) == {*before.query, "sslmode"}


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://tracker@127.0.0.1/tracker",
        "postgresql://tracker@localhost:5433/tracker",
        "postgresql://tracker@[::1]/tracker",
        "postgresql:///tracker",
        "postgresql://tracker@/tracker?host=/var/run/postgresql",
        "postgresql://tracker@db.example/tracker?sslmode=disable",
        "postgresql://tracker@db.example/tracker?sslmode=verify-ca&sslrootcert=/etc/ca.pem",
    ],
)
def test_an_address_that_says_how_and_one_of_this_machine_stay_as_they_are(tmp_path, url):
    found = read_settings(env(tmp_path, TRACKER_DATABASE_URL=url)).database_url
    assert found.removeprefix("postgresql+psycopg://") == url.removeprefix("postgresql://")


def test_an_address_that_is_none_is_named_without_its_password(tmp_path):
    with pytest.raises(BrokenSetting) as problem:
        read_settings(env(tmp_path, TRACKER_DATABASE_URL="postgresql://u:hush@[::1/x"))
    assert "hush" not in str(problem.value)


FLOORS = {
    "Flask": (3, 1, 3),
    "Werkzeug": (3, 1, 6),
    "Jinja2": (3, 1, 6),
    "cryptography": (50, 0),
    "waitress": (3, 0, 1),
}
"""Older ones have holes that are known, or were never tried here."""


@pytest.mark.parametrize("name", FLOORS)
def test_nothing_is_older_than_the_oldest_that_is_safe(name):
    installed = tuple(int(part) for part in metadata.version(name).split(".")[:3])
    assert installed >= FLOORS[name]
    locked = re.search(rf"(?mi)^{name}==([0-9.]+)", (ROOT / "requirements.lock").read_text())
    assert locked is not None
    assert tuple(int(part) for part in locked[1].split(".")) >= FLOORS[name]
