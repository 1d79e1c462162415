"""`flask backup create|list|verify|restore`: copies that were proved before they count."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from config import Settings, as_cipher_key
from tracker.actions import backups
from tracker.actions.backups import Made, Restored
from tracker.cli.keys import check_keys, ids_of, keys_of, store_keys
from tracker.cli.now import now
from tracker.cli.one_line import OneLineErrors
from tracker.cli.opening import every_clinic
from tracker.domain.audit_chain import trail_key
from tracker.domain.backups import BackupFailed, Retention
from tracker.domain.errors import StorageBusy
from tracker.models import db, schema, sqlite_copies
from tracker.models.field_keys import seal_fields_with
from tracker.models.postgres import ISOLATION
from tracker.models.sealed_text import key_id
from tracker.models.trail_key import seal_trail_with
from tracker.queries import backups as backup_queries
from tracker.queries.backups import Manifest, Signed

backup_cli = AppGroup("backup", help="Encrypted copies of the database, and the way back.")

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_KEY_FILE = click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    help="A file with the key that the backup was made with.  [default: TRACKER_BACKUP_KEY]",
)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@backup_cli.command("create", cls=OneLineErrors)
@click.option("--to", type=_FOLDER, help="Folder to write to.  [default: TRACKER_BACKUP_DIR]")
@click.option("--keep", type=click.IntRange(1, 9999), help="Keep so many, the newest.")
@_JSON
def create(to: Path | None, keep: int | None, as_json: bool) -> None:
    """Copy the database while it is in use, encrypt the copy, and prove it.

    Older backups go as TRACKER_BACKUP_KEEP says, or --keep.

    \b
    Example:
      flask --app wsgi backup create --to /media/backups --json
    """
    settings: Settings = current_app.config["SETTINGS"]
    with _failing_in_one_line():
        made = make_backup(settings, db.engine, to=to, keep=keep)
    click.echo(json.dumps(_made(made)) if as_json else _made_in_words(made))
    try:
        backups.record_made(every_clinic(), made, now=now())
    except (SQLAlchemyError, StorageBusy):
        sys.exit("The backup is whole, but the audit trail could not be written.")


def make_backup(
    settings: Settings, engine: Engine, *, to: Path | None = None, keep: int | None = None
) -> Made:
    """A backup as the settings say. Raises `BackupFailed`."""
    if schema.stored_revision(engine) is None:
        raise BackupFailed("there is no database yet, so there is nothing to copy")
    return backups.create(
        engine,
        key=settings.backup_key,
        keys=ids_of(settings),
        work_in=settings.instance_dir,
        to=to or settings.backup_dir,
        retention=Retention(newest=keep) if keep else Retention.of(settings.backup_keep),
        now=now(),
    )


@backup_cli.command("list", cls=OneLineErrors)
@click.option("--in", "folder", type=_FOLDER, help="Folder.  [default: TRACKER_BACKUP_DIR]")
@_JSON
def list_command(folder: Path | None, as_json: bool) -> None:
    """List the backups of a folder, the newest first.

    \b
    Example:
      flask --app wsgi backup list --in /media/backups
    """
    settings: Settings = current_app.config["SETTINGS"]
    ours = key_id(settings.backup_key)
    found = [
        {
            "file": str(each.path),
            "made_at": each.made_at.isoformat(),
            "bytes": each.size_bytes,
            "key": each.key_id,
            "key_fits": each.key_id == ours,
        }
        for each in backup_queries.list_backups(folder or settings.backup_dir)
    ]
    click.echo(json.dumps(found) if as_json else "\n".join(_listed(each) for each in found))


@backup_cli.command("verify", cls=OneLineErrors)
@click.argument("file", type=click.Path(path_type=Path))
@_KEY_FILE
@_JSON
def verify(file: Path, key_file: Path | None, as_json: bool) -> None:
    """Restore a backup into a place of its own, compare everything, and throw that away.

    \b
    Example:
      flask --app wsgi backup verify instance/backups/tracker-20261123T150000Z-1f2e3d4c.backup
    """
    settings: Settings = current_app.config["SETTINGS"]
    with _failing_in_one_line(file):
        manifest, signed = backup_queries.verify(
            file,
            key=_key(settings, key_file),
            signing_key=settings.signing_key,
            work_in=settings.instance_dir,
        )
    _say("Whole", Restored(manifest=manifest, sign_ins_ended=0), signed, as_json)


@backup_cli.command("restore", cls=OneLineErrors)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", required=True, help="An empty folder, or postgresql://… of an empty one.")
@_KEY_FILE
@_JSON
def restore(file: Path, to: str, key_file: Path | None, as_json: bool) -> None:
    """Restore a backup into an empty place, and compare it with what was copied.

    A folder gets the database and the keys: the next start may name it TRACKER_INSTANCE_DIR.
    Everybody has to sign in again.

    \b
    Example:
      flask --app wsgi backup restore FILE --to /srv/tracker/instance-new
    """
    settings: Settings = current_app.config["SETTINGS"]
    key = _key(settings, key_file)
    with _failing_in_one_line(file):
        into = _into_database if to.startswith("postgresql") else _into_folder
        restored, signed = into(settings, file, key, to)
    _say("Restored", restored, signed, as_json)
    for said in _keys_that_miss(settings, restored.manifest):
        click.echo(said, err=True)


def _keys_that_miss(settings: Settings, manifest: Manifest) -> Iterator[str]:
    """What was rotated since the backup opens nothing in it: the keys of that time do."""
    ours = ids_of(settings)
    for name in ("private notes", "fields"):
        newest = str(manifest.keys.get(name, "")).partition(" ")[0]
        if newest and newest not in ours[name].split():
            yield (
                f"The key of the {name} at that time ({newest}) is not among yours: what it sealed"
                " cannot be read. Put it behind yours, from the recovery lines of that time."
            )


def _into_folder(settings: Settings, file: Path, key: bytes, to: str) -> tuple[Restored, Signed]:
    folder, keys = Path(to), keys_of(settings)
    check_keys(keys, folder)
    restored = backups.restore_into_folder(
        file, key=key, to=folder, opened=_opened(settings), now=now()
    )
    store_keys(keys, folder)
    engine = sqlite_copies.open_copy(folder / "tracker.db")
    return restored, _signed(engine, restored, settings)


def _opened(settings: Settings) -> Callable[[Path], Engine]:
    """Opens a restored copy; the trail goes on under the same key."""

    def opened(file: Path) -> Engine:
        engine = sqlite_copies.open_copy(file)
        seal_trail_with(engine, trail_key(settings.signing_key))
        seal_fields_with(engine, settings.field_keys)
        return engine

    return opened


def _into_database(settings: Settings, file: Path, key: bytes, to: str) -> tuple[Restored, Signed]:
    try:
        url = to.replace("postgresql://", "postgresql+psycopg://", 1)
        engine = create_engine(url, isolation_level=ISOLATION)
    except ArgumentError:
        raise BackupFailed("--to needs postgresql://user@host/database") from None
    seal_trail_with(engine, trail_key(settings.signing_key))
    seal_fields_with(engine, settings.field_keys)
    restored = backups.restore_into_database(
        file, key=key, to=engine, work_in=settings.instance_dir, now=now()
    )
    return restored, _signed(engine, restored, settings)


def _signed(engine: Engine, restored: Restored, settings: Settings) -> Signed:
    try:
        return backup_queries.verify_signed(
            engine, restored.manifest, signing_key=settings.signing_key
        )
    except BackupFailed as problem:
        raise BackupFailed(f"it is restored, but {problem}") from None
    finally:
        engine.dispose()


def _key(settings: Settings, key_file: Path | None) -> bytes:
    if key_file is None:
        return settings.backup_key
    try:
        return as_cipher_key(str(key_file), key_file.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(f"{key_file} cannot be read as a key") from None


@contextmanager
def _failing_in_one_line(file: Path | None = None) -> Iterator[None]:
    try:
        yield
    except BackupFailed as problem:
        sys.exit(f"{file}: {problem}." if file else f"No backup was made: {problem}.")
    except OSError as problem:
        sys.exit(f"{problem.filename or file}: {problem.strerror}.")
    except SQLAlchemyError as problem:
        said = str(getattr(problem, "orig", None) or problem).strip().splitlines()
        sys.exit(f"The database cannot be used: {said[0] if said else 'no reason was given'}")


def _made(made: Made) -> dict[str, Any]:
    return {
        "file": str(made.file),
        "bytes": made.size_bytes,
        "tables": len(made.facts.rows),
        "rows": made.facts.total,
        "schema": made.facts.revision,
        "removed": [str(each) for each in made.removed],
    }


def _made_in_words(made: Made) -> str:
    words = (
        f"{made.file}\nMade, read back and compared: {len(made.facts.rows)} tables,"
        f" {made.facts.total} rows, {_size(made.size_bytes)}."
    )
    return words + (f" {len(made.removed)} older ones removed." if made.removed else "")


def _say(what: str, restored: Restored, signed: Signed, as_json: bool) -> None:
    manifest = restored.manifest
    if as_json:
        said = {
            "made_at": manifest.made_at.isoformat(),
            "schema": manifest.facts.revision,
            "tables": len(manifest.facts.rows),
            "rows": manifest.facts.total,
            "signatures_and_addenda": signed.checked,
            "signatures_left_out": signed.left_out,
            "sign_ins_ended": restored.sign_ins_ended,
        }
        click.echo(json.dumps(said))
        return
    seals = signed.left_out or f"{signed.checked} signatures and addenda verified"
    click.echo(
        f"{what}: made {manifest.made_at:%Y-%m-%d %H:%M} UTC, schema {manifest.facts.revision},"
        f" {len(manifest.facts.rows)} tables, {manifest.facts.total} rows; {seals}."
    )


def _listed(each: dict[str, Any]) -> str:
    words = (
        f"{each['made_at'][:16].replace('T', ' ')} UTC  {_size(each['bytes']):>9}  {each['file']}"
    )
    return words if each["key_fits"] else f"{words}  (another key: {each['key'] or 'damaged'})"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1024 / 1024:.1f} MiB" if size_bytes > 100_000 else f"{size_bytes} bytes"
