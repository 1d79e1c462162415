"""The command line: `flask <noun> <verb>`, each a few lines over an action or a query."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    from tracker.cli.accounts import accounts_cli
    from tracker.cli.schedule import schedule_cli
    from tracker.cli.serve import serve_command

    for group in (accounts_cli, schedule_cli, serve_command):
        app.cli.add_command(group)
