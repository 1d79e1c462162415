"""Make a backup while others write; restore one into an empty place.

Both read back what they wrote and compare it before they say that it is there. Somebody with a
shell on the server does this, for every clinic: there is no person to name in the trail.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from sqlalchemy import CursorResult, Engine, delete, func, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.domain.backups import BackupFailed, Facts, Retention
from tracker.models import backup_files, postgres_dumps, schema, sqlite_copies
from tracker.models.account_resets import AccountResetRow, AskedResetRow
from tracker.models.accounts import SignInRow
from tracker.models.audit import AuditEventRow
from tracker.models.backup_files import Manifest
from tracker.models.database import transaction
from tracker.models.reach import reaching_all
from tracker.models.sealed_text import key_id

WORK = "backup-work-"
"""How the folders begin that hold a copy in plain text for a moment, inside the instance folder."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A backup that was read back and found whole, and the old ones that made room."""

    file: Path
    size_bytes: int
    facts: Facts
    removed: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """A database that holds what its backup says."""

    manifest: Manifest
    sign_ins_ended: int


def create(
    engine: Engine,
    *,
    key: bytes,
    keys: Mapping[str, str],
    work_in: Path,
    to: Path,
    retention: Retention,
    now: datetime,
) -> Made:
    """One more backup in a folder. Raises `BackupFailed`; then no file looks like a backup."""
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    with backup_files.only_one(work_in, to):
        for left in work_in.glob(f"{WORK}*"):
            shutil.rmtree(left, ignore_errors=True)
        with TemporaryDirectory(prefix=WORK, dir=work_in) as work:
            file, facts = _write(engine, key, keys, Path(work), to, now)
        removed = _make_room(to, file, retention, key_id(key))
    return Made(file=file, size_bytes=file.stat().st_size, facts=facts, removed=removed)


def _write(
    engine: Engine, key: bytes, keys: Mapping[str, str], work: Path, to: Path, now: datetime
) -> tuple[Path, Facts]:
    copy = work / "copy"
    facts = _copy(engine, copy)
    manifest = Manifest(made_at=now, engine=engine.dialect.name, facts=facts, keys=keys)
    file = to / backup_files.new_name(now)
    unfinished = to / f".{file.name}{backup_files.UNFINISHED}"
    for left in to.glob(f".tracker-*{backup_files.UNFINISHED}"):
        left.unlink(missing_ok=True)
    backup_files.write_backup(unfinished, manifest, copy, key)
    try:
        backup_files.read_backup(unfinished, key, work / "read-back")
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    backup_files.publish(unfinished, file)
    return file, facts


def _copy(engine: Engine, to: Path) -> Facts:
    if engine.dialect.name == "postgresql":
        return postgres_dumps.dump_database(engine, to)
    sqlite_copies.copy_database(engine, to)
    return sqlite_copies.check_database(to)


def record_made(db: Session, made: Made, *, now: datetime) -> None:
    """Leave a trace. Apart from making it: a schema that is to be upgraded has no room for one."""
    with transaction(db):
        audit.record(db, None, AuditEvent.BACKUP_MADE, now=now, detail={"file": made.file.name})


def _make_room(folder: Path, made: Path, retention: Retention, key: str) -> tuple[Path, ...]:
    """Only backups of the same key count, and go: a folder may hold another installation's."""
    found = [each for each in backup_files.list_backups(folder) if each.key_id == key]
    kept = retention.kept(each.made_at for each in found)
    surplus = tuple(each.path for each in found if each.made_at not in kept and each.path != made)
    for each in surplus:
        each.unlink(missing_ok=True)
    return surplus


def restore_into_folder(
    file: Path, *, key: bytes, to: Path, opened: Callable[[Path], Engine], now: datetime
) -> Restored:
    """The database of a backup as `tracker.db` in a folder that has none. Raises `BackupFailed`.

    `opened` opens a database file as the application opens its own.
    """
    check_is_empty(to)
    with _folder(to):
        unfinished = to / f".tracker.db{backup_files.UNFINISHED}"
        for left in to.glob(f"{unfinished.name}*"):
            left.unlink(missing_ok=True)
        manifest = backup_files.read_backup(file, key, unfinished)
        try:
            if manifest.engine != "sqlite":
                raise BackupFailed(
                    "it is one of PostgreSQL: name an empty database, --to postgresql://…"
                )
            ended = _begin_again(opened(unfinished), manifest, now)
        except BaseException:
            for left in to.glob(f"{unfinished.name}*"):
                left.unlink(missing_ok=True)
            raise
        backup_files.publish(unfinished, to / "tracker.db")
    return Restored(manifest=manifest, sign_ins_ended=ended)


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """One that is there, or a new one, which goes again when nothing comes into it."""
    is_new = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if is_new:
            folder.rmdir()
        raise


def check_is_empty(folder: Path) -> None:
    """A new folder, an empty one, or one with nothing but keys. Raises `BackupFailed`."""
    if folder.exists() and not folder.is_dir():
        raise BackupFailed(f"{folder} is not a folder")
    others = [
        each.name
        for each in (sorted(folder.iterdir()) if folder.exists() else ())
        if each.suffix != ".key" and not each.name.endswith(backup_files.UNFINISHED)
    ]
    if others:
        raise BackupFailed(f"{folder} is not empty ({others[0]}): nothing is overwritten")


def restore_into_database(
    file: Path, *, key: bytes, to: Engine, work_in: Path, now: datetime
) -> Restored:
    """The same into an empty PostgreSQL database. Raises `BackupFailed`."""
    if not postgres_dumps.is_empty(to):
        raise BackupFailed("the database is not empty: nothing is overwritten")
    with TemporaryDirectory(prefix=WORK, dir=work_in) as work:
        manifest = backup_files.read_backup(file, key, Path(work) / "copy")
        if manifest.engine != "postgresql":
            raise BackupFailed("it is one of SQLite: name an empty folder, --to DIR")
        facts = postgres_dumps.restore_dump(Path(work) / "copy", to)
    if difference := manifest.facts.differs_in(facts):
        raise BackupFailed(f"the database does not hold what was copied: {difference}")
    return Restored(manifest=manifest, sign_ins_ended=_begin_again(to, manifest, now))


def _begin_again(engine: Engine, manifest: Manifest, now: datetime) -> int:
    """Bring the schema up; end every sign-in and reset link: one that ended since would be open.

    The event that says so names the backup's moment and the last event in it: what the trail had
    after that is explained (`audit_chain.Restoration`), and no cut that nobody owned up to.
    """
    if not schema.is_known(manifest.facts.revision):
        raise BackupFailed(f"a newer version of the program made it ({manifest.facts.revision})")
    try:
        schema.bring_up(engine)
        with Session(engine) as db, reaching_all(db), transaction(db):
            ended = cast(
                CursorResult[object],
                db.execute(
                    update(SignInRow)
                    .where(SignInRow.revoked_at.is_(None))
                    .values(revoked_at=now, revoked_why="restored from a backup")
                ),
            ).rowcount
            db.execute(
                update(AccountResetRow)
                .where(AccountResetRow.used_at.is_(None), AccountResetRow.replaced_at.is_(None))
                .values(replaced_at=now)
            )
            db.execute(delete(AskedResetRow))
            detail = {
                "made_at": manifest.made_at.isoformat(),
                "last_event": db.scalar(select(func.max(AuditEventRow.seq))) or 0,
                "sign_ins_ended": ended,
            }
            audit.record(db, None, AuditEvent.BACKUP_RESTORED, now=now, detail=detail)
    finally:
        engine.dispose()
    return ended
