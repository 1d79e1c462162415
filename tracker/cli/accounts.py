"""`flask accounts`: links for people who cannot be reached by a colleague's page."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.actions import account_resets
from tracker.actions import accounts as account_actions
from tracker.cli.opening import every_clinic, open_database
from tracker.domain.errors import Refused
from tracker.models import db

accounts_cli = AppGroup("accounts", help="Accounts and their one-time links.")


@accounts_cli.command("invite")
@click.option("--first-administrator", is_flag=True, help="The link that sets the clinic up.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def invite(first_administrator: bool, as_json: bool) -> None:
    """Print a one-time link.

    Example: flask --app wsgi accounts invite --first-administrator
    """
    if not first_administrator:
        sys.exit("Colleagues are invited on the page Clinic; here: --first-administrator.")
    open_database(db.engine)
    try:
        token = account_actions.make_setup_link(every_clinic(), now=datetime.now(UTC))
    except Refused as problem:
        sys.exit(str(problem))
    _print_link(f"/welcome/{token}", as_json)


@accounts_cli.command("reset")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reset(email: str, as_json: bool) -> None:
    """Reset the account of a member of staff and print a one-time link, this once.

    For an administrator who lost phone and recovery codes and has no colleague to do it. Password,
    second factor and open sign-ins end at once; the link works for half an hour.

    Example: flask --app wsgi accounts reset ada@clinic.example
    """
    open_database(db.engine)
    try:
        token = account_resets.reset_on_the_server(every_clinic(), email, now=datetime.now(UTC))
    except Refused as problem:
        sys.exit(str(problem))
    _print_link(f"/reset/{token}", as_json)


def _print_link(path: str, as_json: bool) -> None:
    link = current_app.config["SETTINGS"].public_url + path
    click.echo(json.dumps({"link": link}) if as_json else link)
