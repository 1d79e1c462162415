"""`flask audit`: is every signed record still what was signed, and the trail what was written?"""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from config import Settings
from tracker.cli.now import now
from tracker.cli.opening import every_clinic
from tracker.cli.trail_copies import check_beside_copy, copy_trail
from tracker.domain.audit_chain import Checked, Restoration, check, trail_key
from tracker.domain.signing import SigningKey
from tracker.domain.trail_copy import Comparison, CopyDiffers
from tracker.interop.anchor_file import BrokenAnchor, add_anchor, read_anchors
from tracker.interop.trail_file import NoCopy, begin_copy
from tracker.queries.audit_trail import each_event, find_end
from tracker.queries.signed_records import Verified, list_auditors, verify_all

NO_ANCHOR = (
    "There is no anchor of the trail: were its end or all of its seals taken away, nothing would"
    " show it. The server writes one a day; flask audit anchor does too."
)

audit_cli = AppGroup("audit", help="Checks of what was signed.")


@audit_cli.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(as_json: bool) -> None:
    """Check every signature and addendum, and every event of the audit trail.

    Ends with 1 and names each record that differs and each event that was changed, is missing or
    was put there by somebody else.

    \b
    Example:
      flask --app wsgi audit verify --json
    """
    key = SigningKey(secret=current_app.config["SETTINGS"].signing_key)
    session = every_clinic()
    found = [verify_all(session, who, key=key) for who in list_auditors(session)]
    faults = [each for one in found for each in one.faults]
    session.rollback()  # the anchors are read before what they have to be in
    trail, copied = _check_trail()
    said = f"{_counts(found)}\n{_trail_counts(trail)}{_copy_words(copied)}"
    click.echo(_json(found, trail, copied) if as_json else said)
    for each in faults:
        click.echo(f"{each.kind} {each.record_id} differs: {'; '.join(each.words)}", err=True)
    for fault in trail.faults:
        click.echo(f"event {fault.seq} {fault.what}", err=True)
    if faults or trail.faults:
        sys.exit(1)


@audit_cli.command("copy")
@click.option("--begin", is_flag=True, help="Make the file first; it must not be there.")
def copy(begin: bool) -> None:
    """Add what is new in the audit trail to the file that TRACKER_AUDIT_COPY names.

    The sender of messages does so each minute. Begin the copy once by hand: where the file is not
    there later, its share is not mounted, and nothing is copied.

    \b
    Example:
      flask --app wsgi audit copy --begin
    """
    file = current_app.config["SETTINGS"].audit_copy
    if file is None:
        sys.exit("TRACKER_AUDIT_COPY is not set: there is no copy of the trail.")
    try:
        if begin:
            begin_copy(file)
        added = copy_trail(every_clinic(), file)
    except (NoCopy, CopyDiffers) as problem:
        sys.exit(str(problem))
    click.echo(f"Added {added} events to {file}.")


@audit_cli.command("anchor")
def anchor() -> None:
    """Write down how far the trail has come, in audit-anchors.jsonl in the instance folder.

    Meant for a timer, once a day; copy the file to another machine. Whoever cuts off the end of
    the trail after that is found out.
    """
    found = find_end(every_clinic(), now=now())
    if found is None:
        sys.exit("The trail has no sealed event yet.")
    settings = current_app.config["SETTINGS"]
    add_anchor(settings.instance_dir, found, key=trail_key(settings.signing_key))
    click.echo(f"Anchored at event {found.seq}.")


def anchor_daily(session: Session, settings: Settings, *, now: datetime) -> None:
    """Anchor the trail unless that was done today. For what starts or runs often anyway."""
    key = trail_key(settings.signing_key)
    try:
        anchors = read_anchors(settings.instance_dir, key=key)
    except BrokenAnchor as problem:
        click.echo(f"{problem} flask audit verify says more.", err=True)
        return
    found = find_end(session, now=now)
    if found and not any(each.written_at.date() == now.date() for each in anchors):
        add_anchor(settings.instance_dir, found, key=key)


def _check_trail() -> tuple[Checked, Comparison | None]:
    settings = current_app.config["SETTINGS"]
    key = trail_key(settings.signing_key)
    try:
        anchors = read_anchors(settings.instance_dir, key=key)
    except BrokenAnchor as problem:
        sys.exit(str(problem))
    if not anchors:
        click.echo(NO_ANCHOR, err=True)
    if settings.audit_copy is None:
        return check(each_event(every_clinic()), anchors, key=key), None
    try:
        return check_beside_copy(every_clinic(), settings.audit_copy, anchors, key=key)
    except NoCopy as problem:
        sys.exit(str(problem))


def _trail_counts(trail: Checked) -> str:
    words = f"Checked {trail.events} events of the trail: {len(trail.faults)} places differ."
    if trail.before_seals:
        words += f" The first {trail.before_seals} are older than the seals."
    return "\n".join((words, *map(_restored_words, trail.restorations)))


def _copy_words(copied: Comparison | None) -> str:
    if copied is None:
        return ""
    words = f"\nThe copy holds events up to {copied.copied_to}"
    return f"{words}; {copied.not_copied} are not in it yet." if copied.not_copied else f"{words}."


def _restored_words(each: Restoration) -> str:
    aside = {0: "no anchor is", 1: "1 anchor after that is"}
    return (
        f"Restored on {each.restored_at:%Y-%m-%d %H:%M} UTC from the backup of"
        f" {datetime.fromisoformat(each.backup_made_at):%Y-%m-%d %H:%M} UTC, events up to"
        f" {each.last_seq}; {aside.get(each.set_aside, f'{each.set_aside} anchors after that are')}"
        " from before the restore."
    )


def _counts(found: list[Verified]) -> str:
    return (
        f"Checked {sum(each.signatures for each in found)} signatures and "
        f"{sum(each.amendments for each in found)} addenda: "
        f"{sum(len(each.faults) for each in found)} records differ."
    )


def _json(found: list[Verified], trail: Checked, copied: Comparison | None) -> str:
    return json.dumps(
        {
            "signatures": sum(each.signatures for each in found),
            "amendments": sum(each.amendments for each in found),
            "differing": [
                {"kind": each.kind, "id": str(each.record_id), "what": list(each.words)}
                for one in found
                for each in one.faults
            ],
            "events": trail.events,
            "events_before_seals": trail.before_seals,
            "trail": [{"event": each.seq, "what": str(each.what)} for each in trail.faults],
            "copy": {"to": copied.copied_to, "not_copied": copied.not_copied} if copied else None,
            "restorations": [
                {
                    "event": each.seq,
                    "last_event": each.last_seq,
                    "made_at": each.backup_made_at,
                    "restored_at": each.restored_at.isoformat(),
                    "anchors_set_aside": each.set_aside,
                }
                for each in trail.restorations
            ],
        },
        sort_keys=True,
    )
