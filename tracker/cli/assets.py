"""`flask assets list`: what this installation is made of, keeps, and speaks to."""

from __future__ import annotations

import json
import platform
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import distributions
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from config import HERE, Settings
from tracker.cli.keys import ids_of
from tracker.domain.key_ring import key_id
from tracker.interop.anchor_file import NAME as ANCHORS
from tracker.interop.smtp import MailServer
from tracker.models import db
from tracker.queries.assets import Store, read_store
from tracker.queries.backups import list_backups

assets_cli = AppGroup("assets", help="An inventory of the installation.")


@assets_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(as_json: bool) -> None:
    """List versions, places where data are kept, connections, and keys by their ids.

    No password and no key is printed.

    \b
    Example:
      flask --app wsgi assets list --json
    """
    settings: Settings = current_app.config["SETTINGS"]
    found = {
        "versions": dict(_versions()),
        "data": dict(_data(settings, read_store(db.engine))),
        "connections": dict(_connections(settings)),
        "keys": ids_of(settings) | {"backups": key_id(settings.backup_key)},
    }
    click.echo(json.dumps(found) if as_json else "\n\n".join(_in_words(found)))


def _in_words(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for heading, lines in found.items():
        widest = max(map(len, lines), default=0)
        yield "\n".join(
            (heading.upper(), *(f"  {name:<{widest}}  {value}" for name, value in lines.items()))
        )


def _versions() -> Iterator[tuple[str, str]]:
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
    yield "program", project["version"]
    yield "Python", platform.python_version()
    yield "system", platform.platform()
    installed = {each.metadata["Name"]: each.version for each in distributions()}
    yield from sorted(installed.items(), key=lambda each: each[0].casefold())


def _data(settings: Settings, store: Store) -> Iterator[tuple[str, str]]:
    yield "database", f"{store.engine} {store.version}, {store.place}, {_size(store.size_bytes)}"
    yield "schema", store.schema
    yield "instance folder", str(settings.instance_dir)
    yield "backups", f"{settings.backup_dir}, {_backups(settings)}"
    anchors = settings.instance_dir / ANCHORS
    yield "anchors of the trail", str(anchors) if anchors.exists() else "none"
    yield "copy of the trail", str(settings.audit_copy or "none")


def _backups(settings: Settings) -> str:
    found = list_backups(settings.backup_dir) if settings.backup_dir.is_dir() else []
    if not found:
        return "none yet"
    newest = max(each.made_at for each in found)
    return f"{len(found)}, the newest of {newest:%Y-%m-%d %H:%M} UTC"


def _connections(settings: Settings) -> Iterator[tuple[str, str]]:
    """Everything that this installation listens on or speaks to; there is nothing else."""
    yield "listens on", f"{settings.host}:{settings.port}, behind {settings.proxy_count} proxies"
    yield "reached as", settings.public_url
    yield "mail", _mail(settings)
    yield "text messages", settings.sms_command[0] if settings.sms_command else "none"
    url = db.engine.url
    is_remote = db.engine.dialect.name == "postgresql" and bool(url.host)
    yield "database", f"{url.host}:{url.port or 5432}" if is_remote else "on this machine"


def _mail(settings: Settings) -> str:
    if not settings.smtp_url:
        return "none"
    server = MailServer.of(settings.smtp_url)
    start = "TLS" if server.tls_from_start else "STARTTLS"
    return f"{server.host}:{server.port}, {'plain' if server.is_on_this_machine else start}"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1024 / 1024:.1f} MiB"
