"""`flask keys show-recovery`: what has to be kept apart from the backups."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from config import Settings
from tracker.cli.one_line import OneLineErrors
from tracker.domain.backups import BackupFailed
from tracker.models.sealed_text import key_id

keys_cli = AppGroup("keys", help="The keys that no backup holds.")

FILES = {
    "TRACKER_SECRET_KEY": "secret.key",
    "TRACKER_SIGNING_KEY": "signing.key",
    "TRACKER_PRIVATE_NOTE_KEY": "private-notes.key",
    "TRACKER_FIELD_KEY": "fields.key",
    "TRACKER_BACKUP_KEY": "backup.key",
}
_APART = (
    "Whoever has these lines and a backup can read everything. Print them, or write them to a\n"
    "place that is not where the backups are, and keep them as long as the backups."
)


@keys_cli.command("show-recovery", cls=OneLineErrors)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_recovery(as_json: bool) -> None:
    """Print every key as a line of an environment file.

    With these lines and one backup an installation can be made again on another machine.

    \b
    Example:
      flask --app wsgi keys show-recovery > /media/safe/tracker-recovery.env
    """
    found = keys_of(current_app.config["SETTINGS"])
    if as_json:
        click.echo(json.dumps(found, sort_keys=True))
        return
    click.echo(_APART, err=True)
    for name, key in found.items():
        click.echo(f"{name}={key}")


def keys_of(settings: Settings) -> dict[str, str]:
    """Each key by the name of its setting, as the setting is written."""
    return {
        "TRACKER_SECRET_KEY": settings.secret_key,
        "TRACKER_SIGNING_KEY": settings.signing_key,
        "TRACKER_PRIVATE_NOTE_KEY": base64.b64encode(settings.private_note_key).decode(),
        "TRACKER_FIELD_KEY": base64.b64encode(settings.field_key).decode(),
        "TRACKER_BACKUP_KEY": base64.b64encode(settings.backup_key).decode(),
    }


def ids_of(settings: Settings) -> dict[str, str]:
    """What tells the keys apart without giving anything of them away."""
    return {
        "signing": key_id(settings.signing_key.encode()),
        "private notes": key_id(settings.private_note_key),
        "fields": key_id(settings.field_key),
    }


def check_keys(keys: Mapping[str, str], folder: Path) -> None:
    """Whether a folder could hold these keys. Raises `BackupFailed` when it holds others."""
    for name, file in FILES.items():
        path = folder / file
        if path.exists() and path.read_text(encoding="ascii").strip() != keys[name]:
            raise BackupFailed(f"{path} holds another key than {name}: take it away first")


def store_keys(keys: Mapping[str, str], folder: Path) -> None:
    """Write those that are not there yet, each its owner's only."""
    for name, file in FILES.items():
        path = folder / file
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(keys[name], encoding="ascii")
