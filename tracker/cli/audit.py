"""`flask audit verify`: is every signed record still what was signed?"""

from __future__ import annotations

import json
import sys

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.domain.signing import SigningKey
from tracker.models import db
from tracker.queries.signed_records import Verified, list_auditors, verify_all

audit_cli = AppGroup("audit", help="Checks of what was signed.")


@audit_cli.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(as_json: bool) -> None:
    """Check every signature and addendum against what is stored now.

    Ends with 1 and names each record that differs.

    \b
    Example:
      flask --app wsgi audit verify --json
    """
    key = SigningKey(secret=current_app.config["SETTINGS"].signing_key)
    session = db.session()
    found = [verify_all(session, who, key=key) for who in list_auditors(session)]
    faults = [each for one in found for each in one.faults]
    click.echo(_json(found) if as_json else _counts(found))
    for each in faults:
        click.echo(f"{each.kind} {each.record_id} differs: {'; '.join(each.words)}", err=True)
    if faults:
        sys.exit(1)


def _counts(found: list[Verified]) -> str:
    return (
        f"Checked {sum(each.signatures for each in found)} signatures and "
        f"{sum(each.amendments for each in found)} addenda: "
        f"{sum(len(each.faults) for each in found)} records differ."
    )


def _json(found: list[Verified]) -> str:
    return json.dumps(
        {
            "signatures": sum(each.signatures for each in found),
            "amendments": sum(each.amendments for each in found),
            "differing": [
                {"kind": each.kind, "id": str(each.record_id), "what": list(each.words)}
                for one in found
                for each in one.faults
            ],
        },
        sort_keys=True,
    )
