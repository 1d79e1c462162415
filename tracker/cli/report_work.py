"""`flask reports work`: the letters that were ordered for a whole month."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import asdict
from datetime import UTC, datetime

import click
from flask import current_app

from tracker.actions.report_claims import is_any_batch_open
from tracker.charts import use_cache_folder
from tracker.cli.opening import every_clinic, open_database
from tracker.cli.processes import end_at_the_end_of
from tracker.cli.reports import reports_cli as reports_cli
from tracker.models import db
from tracker.web.reports.month_work import Clock, WorkCounts, work
from tracker.web.typesetting import typesetter

SECONDS_BETWEEN = 5
STANDARD_INPUT = 0
AFTER_EVERYBODY = 10
"""How far behind the server a helper stands in line for the processor."""


@reports_cli.command("work")
@click.option("--once/--for-ever", default=True, help="One run, or one every few seconds for ever.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.option("--as-helper", is_flag=True, hidden=True, help="End when standard input closes.")
def work_off(once: bool, as_json: bool, as_helper: bool) -> None:
    """Make the letters that were ordered, and delete files whose time is over.

    Meant for a timer: safe to run several at once, each uses one processor.

    \b
    Example:
      flask --app wsgi reports work --json
    """
    if as_helper:
        os.nice(AFTER_EVERYBODY)
        threading.Thread(target=end_at_the_end_of, args=(STANDARD_INPUT,), daemon=True).start()
    open_database(db.engine)
    use_cache_folder(current_app.config["SETTINGS"].instance_dir / "matplotlib")
    while True:
        counts = _run()
        click.echo(json.dumps(asdict(counts)) if as_json else _sentence(counts))
        is_over = not is_any_batch_open(every_clinic()) if as_helper else once
        if is_over:
            sys.exit(1 if counts.failed else 0)
        time.sleep(SECONDS_BETWEEN)


def _run() -> WorkCounts:
    setter = typesetter()
    try:
        return work(every_clinic(), _clock(), setter.pdf)
    finally:
        setter.close()
        db.session.remove()


def _clock() -> Clock:
    read: Clock | None = current_app.config.get("CLOCK")
    return read or (lambda: datetime.now(UTC))


def _sentence(counts: WorkCounts) -> str:
    return ", ".join(f"{number} {name}" for name, number in asdict(counts).items())
