"""Settings: environment variables with the prefix TRACKER_, each with a safe default.

A setting that cannot be right stops the start with one line that names it (`BrokenSetting`).

| variable | default | meaning |
|---|---|---|
| TRACKER_INSTANCE_DIR | ./instance | folder for database, keys and caches; made with mode 0700 |
| TRACKER_DATABASE_URL | SQLite in the instance folder | sqlite:///… or postgresql+psycopg://… |
| TRACKER_SECRET_KEY | random, in instance/secret.key (0600) | signs cookies; at least 32 long |
| TRACKER_SIGNING_KEY | random, in instance/signing.key (0600) | seals signatures, at least 32 |
| TRACKER_PRIVATE_NOTE_KEY | random, in instance/private-notes.key | encrypts private notes |
| TRACKER_FIELD_KEY | random, in instance/fields.key | encrypts contacts, second factors |
| TRACKER_SECOND_FACTOR | required | of staff; or optional. None in a demonstration |
| TRACKER_BACKUP_KEY | random, in instance/backup.key | encrypts backups |
| TRACKER_BACKUP_DIR | ./instance/backups | where `flask backup create` writes |
| TRACKER_BACKUP_KEEP | 24/14/12 | backups kept: the newest, then one a day, one a month |
| TRACKER_BACKUP_BEFORE_UPGRADE | on | off: bring the database up to date without a backup |
| TRACKER_HOST | 127.0.0.1 | address to listen on; anything else needs TRACKER_PUBLIC_URL |
| TRACKER_PORT | 8000 | port to listen on |
| TRACKER_PUBLIC_URL | http://127.0.0.1:PORT | how people reach the site; links are made from it |
| TRACKER_PROXY_COUNT | 0 | trusted reverse proxies in front; 0 ignores X-Forwarded-* |
| TRACKER_CLINIC_TIMEZONE | America/New_York | IANA zone proposed for a new clinic |
| TRACKER_DEMO | off | on: demonstration accounts may sign in (loopback only) |
| TRACKER_DEBUG | off | on: Flask's debugger (loopback only) |
| TRACKER_PROCESSES | 1 | processes of the server; each uses one processor |
| TRACKER_THREADS | 8 | threads of each of them |
| TRACKER_SECURITY_CONTACT | none | mailto:… or https://… for /.well-known/security.txt |
| TRACKER_METRICS_TOKEN | none | /metrics asks for it, 32 or more; without it, this machine only |
| TRACKER_SMTP_URL | none | smtp://user:password@host:587 or smtps://…; without it no mail |
| TRACKER_MAIL_FROM | none | the sender's address, a neutral one; needed with TRACKER_SMTP_URL |
| TRACKER_SMS_COMMAND | none | program that sends a text message: tracker/interop/sms_command.py |
| TRACKER_QUIET_HOURS | 21:00-08:00 | no reminders then, on the patient's clock |
| TRACKER_GLASS_MINUTES | 60 | how long a restricted record stays open to who is not named |
| TRACKER_AUDIT_COPY | none | file elsewhere that every event of the audit trail is added to |
| TRACKER_SMALLEST_GROUP | 5 | outcomes of fewer patients than this are not shown |
| TRACKER_REMINDERS | 2 | reminders of one check-in at the most; then staff see who is behind |

To a PostgreSQL on another machine the connection is TLS and its certificate has to fit the host
(`sslmode=verify-full`), unless the address says another sslmode. `sslrootcert=FILE` names the
authority; without it ~/.postgresql/root.crt does.

The five keys are independent: none is made from another, so one that leaks or is lost takes only
its own purpose with it. Several servers on one database need the same five. The keys of the
psychotherapy notes, of the fields and of backups are 32 random bytes in base64
(`openssl rand -base64 32`). Without the first nobody can read the notes again, without the second
every second factor has to be reset, without the third no backup can be read. Of the notes and of
the fields there may be several with a comma between them, or one a line in the file: the newest
comes first and encrypts, all of them are read (`flask keys rotate`). No backup holds a key:
`flask keys show-recovery` prints all five, to be kept apart from the backups.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import os
import re
import secrets
import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.domain.key_ring import KeyRing

HERE = Path(__file__).resolve().parent


class BrokenSetting(SystemExit):
    """A setting that cannot be used. Its text is the one line that the terminal shows."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between installations."""

    instance_dir: Path
    database_url: str
    secret_key: str = field(repr=False)
    signing_key: str = field(repr=False)
    private_note_keys: KeyRing
    field_keys: KeyRing
    backup_key: bytes = field(repr=False)
    backup_dir: Path
    host: str
    port: int
    public_url: str
    proxy_count: int
    clinic_timezone: str
    demo: bool
    debug: bool
    threads: int
    processes: int = 1
    backup_keep: tuple[int, int, int] = (24, 14, 12)
    backup_before_upgrade: bool = True
    security_contact: str = ""
    metrics_token: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)  # holds a password
    mail_from: str = ""
    sms_command: tuple[str, ...] = ()
    quiet_hours: tuple[time, time] = (time(21), time(8))
    reminders: int = 2
    smallest_group: int = 5
    glass_minutes: int = 60
    audit_copy: Path | None = None
    needs_second_factor: bool = True

    @property
    def trusted_hosts(self) -> list[str]:
        """Host names that a request may carry: loopback and the public one."""
        public = urlsplit(self.public_url).hostname or ""
        return sorted({"127.0.0.1", "localhost", "[::1]", public} - {""})

    @property
    def is_loopback_only(self) -> bool:
        """Nobody reaches this installation from elsewhere: neither directly nor by a proxy."""
        public = urlsplit(self.public_url).hostname or ""
        return is_loopback(self.host) and is_loopback(public)


def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Creates the instance folder and the secret key if missing."""
    env = os.environ if environment is None else environment
    port = _whole_number(env, "TRACKER_PORT", 8000, 1, 65535)
    host = env.get("TRACKER_HOST", "127.0.0.1")
    instance_dir = _private_folder(Path(env.get("TRACKER_INSTANCE_DIR", HERE / "instance")))
    settings = Settings(
        instance_dir=instance_dir,
        database_url=_database_url(env, instance_dir),
        secret_key=_key(env, "TRACKER_SECRET_KEY", instance_dir / "secret.key"),
        signing_key=_key(env, "TRACKER_SIGNING_KEY", instance_dir / "signing.key"),
        private_note_keys=_key_ring(
            env, "TRACKER_PRIVATE_NOTE_KEY", instance_dir / "private-notes.key"
        ),
        field_keys=_key_ring(env, "TRACKER_FIELD_KEY", instance_dir / "fields.key"),
        backup_key=_sealing_key(env, "TRACKER_BACKUP_KEY", instance_dir / "backup.key"),
        host=host,
        port=port,
        public_url=_public_url(env, host, port),
        proxy_count=_whole_number(env, "TRACKER_PROXY_COUNT", 0, 0, 5),
        clinic_timezone=_timezone(env),
        demo=_switch(env, "TRACKER_DEMO"),
        debug=_switch(env, "TRACKER_DEBUG"),
        threads=_whole_number(env, "TRACKER_THREADS", 8, 1, 64),
        processes=_whole_number(env, "TRACKER_PROCESSES", 1, 1, 16),
        backup_dir=Path(env.get("TRACKER_BACKUP_DIR") or instance_dir / "backups").absolute(),
        backup_keep=_backup_keep(env),
        backup_before_upgrade=_switch(env, "TRACKER_BACKUP_BEFORE_UPGRADE", default="on"),
        security_contact=_contact(env),
        metrics_token=_metrics_token(env),
        smtp_url=_smtp_url(env),
        mail_from=_mail_from(env),
        sms_command=_sms_command(env),
        quiet_hours=_quiet_hours(env),
        reminders=_whole_number(env, "TRACKER_REMINDERS", 2, 0, 5),
        glass_minutes=_whole_number(env, "TRACKER_GLASS_MINUTES", 60, 5, 480),
        audit_copy=_audit_copy(env),
        smallest_group=_whole_number(env, "TRACKER_SMALLEST_GROUP", 5, 3, 100),
        needs_second_factor=_is_required(env, "TRACKER_SECOND_FACTOR"),
    )
    _check_loopback(settings)
    return settings


def _check_loopback(settings: Settings) -> None:
    if settings.is_loopback_only:
        return
    if settings.debug:
        raise BrokenSetting("TRACKER_DEBUG", "the debugger is for 127.0.0.1 only; switch it off")
    if settings.demo:
        raise BrokenSetting("TRACKER_DEMO", "demonstration accounts are for 127.0.0.1 only")
    if not settings.public_url.startswith("https://"):
        raise BrokenSetting(
            "TRACKER_PUBLIC_URL", "listening beyond 127.0.0.1 needs an address with https://"
        )


def _whole_number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise BrokenSetting(name, f"needs a whole number from {low} to {high}, not {text!r}")
    return int(text)


def _switch(env: Mapping[str, str], name: str, *, default: str = "off") -> bool:
    text = env.get(name, default).strip().lower()
    if text not in {"on", "off", "1", "0", "true", "false", ""}:
        raise BrokenSetting(name, f"needs on or off, not {text!r}")
    return text in {"on", "1", "true"}


def _is_required(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "required").strip().lower()
    if text not in {"required", "optional"}:
        raise BrokenSetting(name, f"needs required or optional, not {text!r}")
    return text == "required"


def _contact(env: Mapping[str, str]) -> str:
    contact = env.get("TRACKER_SECURITY_CONTACT", "")
    if contact and not contact.startswith(("mailto:", "https://")) or "\n" in contact:
        raise BrokenSetting("TRACKER_SECURITY_CONTACT", "needs mailto:… or https://…")
    return contact


def _metrics_token(env: Mapping[str, str]) -> str:
    token = env.get("TRACKER_METRICS_TOKEN", "")
    if token and (len(token) < 32 or not token.isascii() or not token.isprintable()):
        raise BrokenSetting("TRACKER_METRICS_TOKEN", "needs at least 32 plain characters")
    return token


def _smtp_url(env: Mapping[str, str]) -> str:
    """Never shown, not even when it is broken: it holds a password."""
    name = "TRACKER_SMTP_URL"
    url = env.get(name, "")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise BrokenSetting(name, "needs smtp://user:password@host:587 or smtps://…")
    if (parts.username is None) != (parts.password is None):
        raise BrokenSetting(name, "needs a user together with a password, or neither")
    return url


def _mail_from(env: Mapping[str, str]) -> str:
    name = "TRACKER_MAIL_FROM"
    sender = env.get(name, "")
    if not sender:
        if env.get("TRACKER_SMTP_URL"):
            raise BrokenSetting(name, "is needed with TRACKER_SMTP_URL: the sender's address")
        return ""
    if not re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9.-]+", sender):
        raise BrokenSetting(name, f"needs one address such as hello@example.org, not {sender!r}")
    return sender


def _sms_command(env: Mapping[str, str]) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(env.get("TRACKER_SMS_COMMAND", "")))
    except ValueError:
        raise BrokenSetting(
            "TRACKER_SMS_COMMAND", "has a quotation mark without its pair"
        ) from None


def _audit_copy(env: Mapping[str, str]) -> Path | None:
    text = env.get("TRACKER_AUDIT_COPY", "")
    if text and not Path(text).is_absolute():
        raise BrokenSetting(
            "TRACKER_AUDIT_COPY", f"needs a file such as /mnt/log/trail, not {text!r}"
        )
    return Path(text) if text else None


def _quiet_hours(env: Mapping[str, str]) -> tuple[time, time]:
    text = env.get("TRACKER_QUIET_HOURS", "21:00-08:00")
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise BrokenSetting("TRACKER_QUIET_HOURS", f"needs HH:MM-HH:MM, not {text!r}")
    begin, end = (time.fromisoformat(each) for each in text.split("-"))
    return begin, end


def _timezone(env: Mapping[str, str]) -> str:
    name = env.get("TRACKER_CLINIC_TIMEZONE", "America/New_York")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BrokenSetting(
            "TRACKER_CLINIC_TIMEZONE", f"needs an IANA zone such as Europe/Berlin, not {name!r}"
        ) from None
    return name


def _database_url(env: Mapping[str, str], instance_dir: Path) -> str:
    url = env.get("TRACKER_DATABASE_URL") or f"sqlite:///{instance_dir / 'tracker.db'}"
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BrokenSetting("TRACKER_DATABASE_URL", "needs sqlite:///… or postgresql+psycopg://…")
    return _with_tls(url) if url.startswith("postgresql") else url


def _with_tls(url: str) -> str:
    """To another machine only through TLS with a certificate that fits, unless the URL says how."""
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        host = parts.hostname or query.get("host", [""])[0]
    except ValueError:
        raise BrokenSetting("TRACKER_DATABASE_URL", "is no address of a database") from None
    is_here = not host or host.startswith("/") or is_loopback(host)
    if is_here or "sslmode" in query:
        return url
    return f"{url}{'&' if parts.query else '?'}sslmode=verify-full"


def _public_url(env: Mapping[str, str], host: str, port: int) -> str:
    url = env.get("TRACKER_PUBLIC_URL") or f"http://127.0.0.1:{port}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BrokenSetting("TRACKER_PUBLIC_URL", f"needs https://host, not {url!r}")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise BrokenSetting("TRACKER_PUBLIC_URL", "needs https:// for a host that is not loopback")
    return url.rstrip("/")


def _private_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise BrokenSetting(
            "TRACKER_INSTANCE_DIR", f"{folder} cannot be made: {problem.strerror}"
        ) from None
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        try:
            folder.chmod(0o700)
        except OSError:
            raise BrokenSetting(
                "TRACKER_INSTANCE_DIR", f"others can open {folder}; set its mode to 0700"
            ) from None
    return folder.resolve()


def _key(env: Mapping[str, str], name: str, file: Path) -> str:
    """A key of at least 32 characters: from the environment, else kept in its own file."""
    given = env.get(name)
    if given is None:
        return _kept_key(name, file, new=secrets.token_urlsafe(48))
    if len(given) < 32:
        raise BrokenSetting(name, "needs at least 32 characters")
    return given


def _sealing_key(env: Mapping[str, str], name: str, file: Path) -> bytes:
    """The 32 bytes that AES-256 takes, written down as base64."""
    text = env.get(name)
    if text is None:
        text = _kept_key(name, file, new=new_cipher_key())
    return as_cipher_key(name, text)


def _key_ring(env: Mapping[str, str], name: str, file: Path) -> KeyRing:
    """The keys of one purpose. Those of a file are read again when it may have changed."""
    text = env.get(name)
    if text is not None:
        return KeyRing(as_cipher_keys(name, text))

    def reread() -> tuple[bytes, ...]:
        return as_cipher_keys(name, _kept_key(name, file, new=new_cipher_key()))

    return KeyRing(reread(), reread=reread)


def new_cipher_key() -> str:
    """32 random bytes as a setting or a file holds them."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def as_cipher_keys(name: str, text: str) -> tuple[bytes, ...]:
    """The keys that a setting or a file holds, the newest first."""
    return tuple(as_cipher_key(name, each) for each in text.replace(",", " ").split() or [""])


def as_cipher_key(name: str, text: str) -> bytes:
    """The key that a setting or a file holds as base64."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise BrokenSetting(name, "needs 32 bytes in base64; make one: openssl rand -base64 32")
    return key


def _backup_keep(env: Mapping[str, str]) -> tuple[int, int, int]:
    text = env.get("TRACKER_BACKUP_KEEP", "24/14/12")
    if not re.fullmatch(r"[1-9][0-9]{0,3}/[0-9]{1,4}/[0-9]{1,4}", text, re.ASCII):
        raise BrokenSetting(
            "TRACKER_BACKUP_KEEP", f"needs newest/days/months such as 24/14/12, not {text!r}"
        )
    newest, days, months = (int(each) for each in text.split("/"))
    return newest, days, months


def _kept_key(name: str, file: Path, *, new: str) -> str:
    try:
        return _read_or_make(name, file, new)
    except OSError as problem:  # of another account, or on a disk that takes nothing
        raise BrokenSetting(name, f"{file} cannot be used: {problem.strerror}") from None


def _read_or_make(name: str, file: Path, new: str) -> str:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise BrokenSetting(name, f"others can read {file}; set its mode to 0600") from None
        key = file.read_text(encoding="ascii").strip()
        if len(key) < 32:
            raise BrokenSetting(name, f"{file} holds no usable key") from None
        return key
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(new)
    return new
