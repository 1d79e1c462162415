"""`flask reminders send`: reminders that are due, alerts that wait too long, everything queued."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import click
from flask import current_app, url_for
from flask.cli import AppGroup

from config import Settings
from tracker.actions import message_sending
from tracker.actions.asked_resets import ResetRules
from tracker.actions.message_sending import Counts, Post
from tracker.cli.audit import anchor_daily
from tracker.cli.opening import every_clinic, open_database
from tracker.cli.trail_copies import copy_if_wanted
from tracker.domain.messages import Channel
from tracker.domain.reminders import QuietHours, ReminderRules
from tracker.interop.sms_command import SmsCommand
from tracker.interop.smtp import MailServer, SmtpChannel
from tracker.models import db
from tracker.web.reminders.stop_links import stop_token

NO_CHANNEL = (
    "TRACKER_SMTP_URL and TRACKER_SMS_COMMAND are not set: nothing can be sent; what waits stays."
)

reminders_cli = AppGroup("reminders", help="Messages to patients and to those on call.")


@reminders_cli.command("send")
@click.option("--once/--every-minute", default=True, help="One run, or one a minute for ever.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def send(once: bool, as_json: bool) -> None:
    """Queue reminders that are due, pass overdue alerts on, and send what waits.

    Meant for a timer: safe to run from several servers at once.

    \b
    Example:
      flask --app wsgi reminders send --json
    """
    open_database(db.engine)
    while True:
        counts, problems = _run(current_app.config["SETTINGS"], _clock())
        anchor_daily(every_clinic(), current_app.config["SETTINGS"], now=_clock()())
        problems += copy_if_wanted(every_clinic(), current_app.config["SETTINGS"].audit_copy)
        db.session.remove()
        click.echo(json.dumps(counts.as_numbers()) if as_json else _sentence(counts))
        for problem in problems:
            click.echo(problem, err=True)
        if once:
            sys.exit(1 if problems else 0)
        time.sleep(60)


def _run(settings: Settings, clock: Callable[[], datetime]) -> tuple[Counts, tuple[str, ...]]:
    post, counts, session = _post(settings, clock), Counts(), every_clinic()
    message_sending.prepare(session, post.rules, post.resets, counts, now=clock())
    try:
        problems = message_sending.send_waiting(session, post, counts)
    finally:
        for channel in post.channels.values():
            channel.close()
        db.session.remove()
    return counts, problems if post.channels else (NO_CHANNEL,)


def _clock() -> Callable[[], datetime]:
    read: Callable[[], datetime] | None = current_app.config.get("CLOCK")
    return read or (lambda: datetime.now(UTC))


def _post(settings: Settings, clock: Callable[[], datetime]) -> Post:
    begin, end = settings.quiet_hours
    return Post(
        channels=_channels(settings, clock),
        rules=ReminderRules(quiet=QuietHours(begin=begin, end=end), most=settings.reminders),
        clock=clock,
        link_url=lambda token: settings.public_url + _path("check_in_links.open_link", token=token),
        stop_url=lambda patient_id: settings.public_url + _stop_path(settings, patient_id),
        alerts_url=settings.public_url + "/alerts",
        reset_url=lambda token: settings.public_url + _path("account.reset", token=token),
        forgotten_url=settings.public_url + _path("account.forgotten"),
        resets=ResetRules(staff_need_factor=settings.needs_second_factor, demo=settings.demo),
    )


def _channels(settings: Settings, clock: Callable[[], datetime]) -> dict[str, Channel]:
    channels: dict[str, Channel] = {}
    if settings.smtp_url:
        server = MailServer.of(settings.smtp_url)
        channels["email"] = SmtpChannel(server, sender=settings.mail_from, clock=clock)
    if settings.sms_command:
        channels["sms"] = SmsCommand(settings.sms_command)
    return channels


def _path(endpoint: str, **values: Any) -> str:
    with current_app.test_request_context():
        return url_for(endpoint, **values)


def _stop_path(settings: Settings, patient_id: UUID) -> str:
    return _path("reminders.stop", stop_token=stop_token(settings.secret_key, patient_id))


def _sentence(counts: Counts) -> str:
    told = ", ".join(
        f"{number} {name.replace('_', ' ')}" for name, number in counts.as_numbers().items()
    )
    if counts.untold:
        told += " (nobody is named for an alert that waits: see the page Clinic, on call)"
    return told
