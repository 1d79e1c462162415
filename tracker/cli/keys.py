"""`flask keys`: what has to be kept apart from the backups, and new keys for old ones."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from config import Settings, new_cipher_key
from tracker.actions import key_rotation
from tracker.cli import key_files
from tracker.cli.now import now
from tracker.cli.one_line import OneLineErrors
from tracker.cli.opening import every_clinic
from tracker.domain.backups import BackupFailed
from tracker.domain.errors import StorageBusy
from tracker.domain.key_ring import KeyRing, Ring, key_id

keys_cli = AppGroup("keys", help="The keys that no backup holds.")

FILES = {
    "TRACKER_SECRET_KEY": "secret.key",
    "TRACKER_SIGNING_KEY": "signing.key",
    "TRACKER_PRIVATE_NOTE_KEY": "private-notes.key",
    "TRACKER_FIELD_KEY": "fields.key",
    "TRACKER_BACKUP_KEY": "backup.key",
}
SETTING = {Ring.PRIVATE_NOTES: "TRACKER_PRIVATE_NOTE_KEY", Ring.FIELDS: "TRACKER_FIELD_KEY"}
_APART = (
    "Whoever has these lines and a backup can read everything. Print them, or write them to a\n"
    "place that is not where the backups are, and keep them as long as the backups."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_RING = click.option(
    "--ring",
    "names",
    type=click.Choice([str(ring) for ring in Ring]),
    multiple=True,
    help="Only these.  [both]",
)


@keys_cli.command("show-recovery", cls=OneLineErrors)
@_JSON
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


@keys_cli.command("rotate", cls=OneLineErrors)
@_RING
@_JSON
def rotate(names: tuple[str, ...], as_json: bool) -> None:
    """Seal private notes and encrypted fields again with a new key, while the server runs.

    A run that was stopped is taken up where it was. The old key stays until `keys retire`. Keys in
    settings are changed there first: this says how.

    \b
    Example:
      flask --app wsgi keys rotate --ring fields
    """
    settings: Settings = current_app.config["SETTINGS"]
    found = []
    with _in_one_line(), key_files.alone_in(settings.instance_dir):
        for ring in map(Ring, names or list(Ring)):
            _put_new_in_front(settings, ring)
            keys = ring_of(settings, ring)
            done = key_rotation.reseal(every_clinic(), ring, keys, now=now())
            left = _of_others(ring, keys)
            found.append({"ring": ring, "key": keys.ids[0], "resealed": done.resealed} | left)
    click.echo(json.dumps(found) if as_json else "\n".join(_rotated(each) for each in found))
    if any(each["left"] for each in found):
        sys.exit(1)


@keys_cli.command("retire", cls=OneLineErrors)
@_RING
@_JSON
def retire(names: tuple[str, ...], as_json: bool) -> None:
    """Take old keys out, which nothing in the database needs any more.

    Backups from before still need them: keep the recovery lines of that time as long.

    \b
    Example:
      flask --app wsgi keys retire
    """
    settings: Settings = current_app.config["SETTINGS"]
    found = []
    with _in_one_line(), key_files.alone_in(settings.instance_dir):
        for ring in map(Ring, names or list(Ring)):
            keys = ring_of(settings, ring)
            used = key_rotation.in_use(every_clinic(), ring)
            unused = [each for each in keys.ids[1:] if each not in used]
            _take_out(settings, ring, unused)
            still = {each: used[each] for each in keys.ids[1:] if each in used}
            found.append({"ring": ring, "retired": unused, "in_use": still})
    click.echo(json.dumps(found) if as_json else "\n".join(_retired(each) for each in found))
    if any(each["in_use"] for each in found):
        sys.exit(1)


def ring_of(settings: Settings, ring: Ring) -> KeyRing:
    return settings.private_note_keys if ring is Ring.PRIVATE_NOTES else settings.field_keys


def _put_new_in_front(settings: Settings, ring: Ring) -> None:
    """Unless a run before this one did and was stopped."""
    keys = ring_of(settings, ring)
    if key_rotation.is_unfinished(every_clinic(), ring, keys):
        return
    if not keys.is_read_again:
        sys.exit(
            f"{SETTING[ring]}: nothing waits for the newest key. Put a new one in front, with a"
            f" comma behind it ({SETTING[ring]}={new_cipher_key()},…), restart every server, and"
            " run this again."
        )
    key_files.add_key(settings.instance_dir / FILES[SETTING[ring]])
    keys.to_seal()
    key_rotation.record_added(every_clinic(), ring, keys, now=now())


def _take_out(settings: Settings, ring: Ring, ids: list[str]) -> None:
    keys = ring_of(settings, ring)
    if ids and not keys.is_read_again:
        sys.exit(
            f"{SETTING[ring]}: nothing needs {', '.join(ids)} any more. Take everything behind the"
            " first comma out of the setting, once every server runs with the new key."
        )
    for each in ids:
        key_rotation.record_retired(every_clinic(), ring, each, now=now())
    if ids:
        key_files.drop_keys(settings.instance_dir / FILES[SETTING[ring]], ids)


def _of_others(ring: Ring, keys: KeyRing) -> dict[str, Any]:
    """What the newest key has not sealed: `left` can be opened, `unreadable` by no key here."""
    used = key_rotation.in_use(every_clinic(), ring)
    left = sum(used.get(each, 0) for each in keys.ids[1:])
    return {"left": left, "of_unknown_keys": sum(used.values()) - left - used.get(keys.ids[0], 0)}


def _rotated(found: Mapping[str, Any]) -> str:
    words = (
        f"{found['ring']}: {found['resealed']} sealed again with key {found['key']},"
        f" {found['left']} left."
    )
    if found["of_unknown_keys"]:
        words += f" {found['of_unknown_keys']} more were sealed with keys that are not here."
    return words


def _retired(found: Mapping[str, Any]) -> str:
    words = f"{found['ring']}: {len(found['retired'])} keys retired."
    for each, count in found["in_use"].items():
        words += f" {each} stays: {count} texts need it (flask keys rotate)."
    return words


@contextmanager
def _in_one_line() -> Iterator[None]:
    """What can go wrong ends the command with one line."""
    try:
        yield
    except key_files.Busy:
        sys.exit("Another command changes the keys: wait until it is done.")
    except (StorageBusy, SQLAlchemyError):
        sys.exit("The database cannot be used now. What was done stays done: run this again.")
    except OSError as problem:
        sys.exit(f"{problem.filename}: {problem.strerror}.")


def keys_of(settings: Settings) -> dict[str, str]:
    """Each key by the name of its setting, as the setting is written."""
    return {
        "TRACKER_SECRET_KEY": settings.secret_key,
        "TRACKER_SIGNING_KEY": settings.signing_key,
        "TRACKER_PRIVATE_NOTE_KEY": _written(settings.private_note_keys),
        "TRACKER_FIELD_KEY": _written(settings.field_keys),
        "TRACKER_BACKUP_KEY": base64.b64encode(settings.backup_key).decode(),
    }


def _written(keys: KeyRing) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys.keys)


def ids_of(settings: Settings) -> dict[str, str]:
    """What tells the keys apart without giving anything of them away."""
    return {
        "signing": key_id(settings.signing_key.encode()),
        "private notes": " ".join(settings.private_note_keys.ids),
        "fields": " ".join(settings.field_keys.ids),
    }


def check_keys(keys: Mapping[str, str], folder: Path) -> None:
    """Whether a folder could hold these keys. Raises `BackupFailed` when it holds others."""
    for name, file in FILES.items():
        path = folder / file
        if path.exists() and _apart(path.read_text(encoding="ascii")) != _apart(keys[name]):
            raise BackupFailed(f"{path} holds another key than {name}: take it away first")


def _apart(text: str) -> list[str]:
    return text.replace(",", " ").split()


def store_keys(keys: Mapping[str, str], folder: Path) -> None:
    """Write those that are not there yet, each its owner's only."""
    for name, file in FILES.items():
        path = folder / file
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(keys[name], encoding="ascii")
