"""What a backup holds, and whether the signatures in a restored database still verify."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.domain.audit_chain import check, trail_key
from tracker.domain.backups import BackupFailed
from tracker.domain.key_ring import KeyRing
from tracker.domain.signing import SigningKey
from tracker.models import schema, sqlite_copies
from tracker.models.backup_files import BackupFile, Manifest, list_backups, read_backup
from tracker.models.field_keys import seal_fields_with
from tracker.models.reach import open_to_all
from tracker.models.sealed_text import key_id
from tracker.queries.audit_trail import each_event
from tracker.queries.signed_records import list_auditors, verify_all

__all__ = ["BackupFile", "Manifest", "list_backups", "verify"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """How many signatures and addenda were checked; `left_out` says why none were."""

    checked: int = 0
    left_out: str = ""


def verify(file: Path, *, key: bytes, signing_key: str, work_in: Path) -> tuple[Manifest, Signed]:
    """Restore into a place of its own, compare everything, and throw it away.

    Raises `BackupFailed`.
    """
    with TemporaryDirectory(prefix="backup-work-", dir=work_in) as work:
        copy = Path(work) / "copy"
        manifest = read_backup(file, key, copy)
        if manifest.engine != "sqlite":
            return manifest, Signed(left_out="rows and signatures are compared when it is restored")
        if not schema.is_known(manifest.facts.revision):
            return manifest, Signed(left_out="a newer version of the program made it")
        engine = sqlite_copies.open_copy(copy)
        seal_fields_with(engine, KeyRing([secrets.token_bytes(32)]))  # the copy is thrown away
        try:
            schema.bring_up(engine)
            return manifest, verify_signed(engine, manifest, signing_key=signing_key)
        finally:
            engine.dispose()


def verify_signed(engine: Engine, manifest: Manifest, *, signing_key: str) -> Signed:
    """Every signature in a restored database, and its audit trail.

    Raises `BackupFailed` when one does not verify.
    """
    if manifest.keys.get("signing") != key_id(signing_key.encode()):
        raise BackupFailed(
            "TRACKER_SIGNING_KEY is not the key that sealed the signatures in it"
            f" ({manifest.keys.get('signing')})"
        )
    with Session(engine) as db:
        open_to_all(db)
        key = SigningKey(secret=signing_key)
        found = [verify_all(db, who, key=key) for who in list_auditors(db)]
        trail = check(each_event(db), (), key=trail_key(signing_key))
    if faults := sum(len(each.faults) for each in found):
        raise BackupFailed(f"{faults} signed records differ: flask audit verify names them")
    if trail.faults:
        raise BackupFailed(
            f"{len(trail.faults)} places of the audit trail differ: flask audit verify names them"
        )
    return Signed(checked=sum(each.signatures + each.amendments for each in found))
