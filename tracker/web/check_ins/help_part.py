"""The lines for help on a patient's page: before anything else, until they were seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from tracker.domain.safety import AlertLevel
from tracker.queries import check_ins as check_in_queries
from tracker.queries import patient_safety
from tracker.web import access, clock
from tracker.web.check_ins.forms import ConfirmForm
from tracker.web.check_ins.receipts import when_read


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpPart:
    """``look`` says when somebody reads the answer; ``form`` is there until the lines were seen."""

    look: str = ""
    seen: str = ""
    button: str = ""
    form: Any = None
    href: str = ""


def help_for(instrument: str, due_key: str, *, back: str, worries: bool = False) -> HelpPart | None:
    """The lines on a page of a check-in, if an answer of it calls for them.

    ``back`` is the page to go back to. ``worries`` says that an answer on the page itself, which
    came back, calls for them: then no button leads away from what was filled in.
    """
    level = patient_safety.find_unseen_help(access.database(), access.who(), due_key)
    if worries:
        return HelpPart(look=_look(level) if level else "")
    if level is None:
        return None
    return _to_confirm(level, url_for("check_ins.help_seen", instrument=instrument, page=back))


def help_for_sent(instrument: str, level: AlertLevel | None) -> HelpPart | None:
    """The lines on the receipt. They stay there when they were seen."""
    if level is None:
        return None
    if patient_safety.find_unseen_help(access.database(), access.who()) is not None:
        return _to_confirm(level, url_for("check_ins.help_seen", instrument=instrument))
    return HelpPart(look=_look(level), seen=gettext("You said that you have seen this."))


def _to_confirm(level: AlertLevel, href: str) -> HelpPart:
    return HelpPart(
        look=_look(level),
        button=gettext("I have seen this"),
        form=ConfirmForm(formdata=None),
        href=href,
    )


def _look(level: AlertLevel) -> str:
    clinic, now = access.clinic(), clock.now()
    since = clock.today(clinic.timezone)
    days = check_in_queries.get_open_days(access.database(), access.who(), since=since)
    return when_read(level, now, clinic, days)
