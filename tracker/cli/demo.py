"""`flask demo load`: the fictitious clinic, for the demonstration on this machine only."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from config import Settings
from tracker.actions import demo
from tracker.cli.opening import every_clinic, open_database
from tracker.domain.errors import Refused
from tracker.domain.local_time import to_instant
from tracker.domain.signing import SigningKey
from tracker.models import db

demo_cli = AppGroup("demo", help="The fictitious clinic of the demonstration.")

_SWITCHED_OFF = (
    "TRACKER_DEMO is off, and demonstration accounts exist in demonstrations only; "
    "use `make demo`, or set TRACKER_DEMO=on for a database of its own"
)


@demo_cli.command("load")
@click.option("--fresh", is_flag=True, help="Throw a loaded demonstration away first.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Tell the stories as seen at 10:30 on this day. Default: now.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def load(fresh: bool, day: datetime | None, as_json: bool) -> None:
    """Store a fictitious clinic in an empty database, seen from today.

    Loading it again changes nothing.

    Example: TRACKER_DEMO=on flask --app wsgi demo load
    """
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.demo:
        raise click.ClickException(_SWITCHED_OFF)
    open_database(db.engine)
    now = datetime.now(UTC) if day is None else _half_past_ten(day.date())
    session = every_clinic()
    try:
        if fresh:
            demo.empty(session, db.engine)
        loaded = demo.load(session, now=now, key=SigningKey(secret=settings.signing_key))
    except Refused as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(json.dumps(_as_data(loaded)) if as_json else _in_words(loaded, now))


def _half_past_ten(day: date) -> datetime:
    return to_instant(day, time(10, 30), demo.ZONE)


def _as_data(loaded: demo.Loaded) -> dict[str, Any]:
    return {
        "loaded": loaded.is_new,
        "told_from": loaded.told_from.isoformat(),
        "patients": loaded.patient_count,
    }


def _in_words(loaded: demo.Loaded, now: datetime) -> str:
    if loaded.is_new:
        return f"Loaded a fictitious clinic with {loaded.patient_count} patients."
    days = (now.astimezone(demo.ZONE).date() - loaded.told_from).days
    if days == 0:
        return "The fictitious clinic is loaded already: nothing was changed."
    return (
        f"The fictitious clinic was loaded on {loaded.told_from:%d %b %Y} and its courses are as "
        "of that day: nothing was changed.\nFor a fresh one: "
        f"{_FRESH}"
    )


_FRESH = (
    "TRACKER_DEMO=on TRACKER_INSTANCE_DIR=instance/demo "
    ".venv/bin/flask --app wsgi demo load --fresh"
)
