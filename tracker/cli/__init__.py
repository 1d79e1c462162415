"""The command line: `flask <noun> <verb>`, each a few lines over an action or a query."""

from __future__ import annotations

import os

from flask import Flask

from tracker.models import db, schema


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    from tracker.cli.accounts import accounts_cli
    from tracker.cli.assets import assets_cli
    from tracker.cli.audit import audit_cli
    from tracker.cli.backups import backup_cli
    from tracker.cli.demo import demo_cli
    from tracker.cli.imports import import_cli
    from tracker.cli.instrument_import import instruments_cli
    from tracker.cli.keys import keys_cli
    from tracker.cli.reminders import reminders_cli
    from tracker.cli.report_work import reports_cli
    from tracker.cli.schedule import schedule_cli
    from tracker.cli.serve import serve_command

    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        from flask_migrate import (
            Migrate,
        )  # gives `flask db …`; slow to import, so not in the server

        Migrate(app, db, directory=str(schema.MIGRATIONS))
    for group in (
        accounts_cli,
        assets_cli,
        audit_cli,
        backup_cli,
        demo_cli,
        import_cli,
        instruments_cli,
        keys_cli,
        reminders_cli,
        reports_cli,
        schedule_cli,
        serve_command,
    ):
        app.cli.add_command(group)
