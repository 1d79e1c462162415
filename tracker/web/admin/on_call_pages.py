"""The form and the words of the on-call list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tracker.domain.on_call import Tier
from tracker.queries.on_call import OnCallList
from tracker.web.fields import Ticks
from tracker.web.formatting import listing
from tracker.web.forms import Form

NOBODY = (
    "Nobody is named. A safety alert waits on the board until somebody looks, nobody is sent "
    "a message, and questionnaires that need somebody who watches are not sent to patients."
)


class OnCallForm(Form):
    """Two lists of the same people."""

    first: Ticks
    backup: Ticks

    def named(self, tier: Tier) -> list[UUID]:
        """Who was ticked."""
        field = self.first if tier is Tier.FIRST else self.backup
        return [UUID(each) for each in field.data or ()]


@dataclass(frozen=True, kw_only=True, slots=True)
class OnCallPage:
    """``nobody`` is empty once somebody is named."""

    title: str
    lead: str
    nobody: str
    nobody_eligible: str


def on_call_form(found: OnCallList) -> OnCallForm:
    """The form with those people who may be named; the stored ones are ticked."""
    choices = [(str(each.user_id), f"{each.name}, {each.email}") for each in found.people]
    made: Any = type(
        "OnCallForm",
        (OnCallForm,),
        {
            "first": Ticks(
                "Told first",
                choices=choices,
                hint="Sent an e-mail without content as soon as an alert is raised.",
            ),
            "backup": Ticks(
                "Backup",
                choices=choices,
                hint="Sent one when the deadline passes and nobody has closed the alert.",
            ),
        },
    )
    form: OnCallForm = made(
        first=[str(each.user_id) for each in found.named(Tier.FIRST)],
        backup=[str(each.user_id) for each in found.named(Tier.BACKUP)],
        seen_version=found.version,
    )
    return form


def on_call_page(found: OnCallList) -> OnCallPage:
    """The words beside the form."""
    return OnCallPage(
        title="Who is told of a safety alert",
        lead="Only people with an open account who may close an alert can be named. "
        "Being told is no promise that somebody watches: patients read that nobody does.",
        nobody="" if found.named(Tier.FIRST) else NOBODY,
        nobody_eligible=""
        if found.people
        else "There is nobody yet who may close an alert. Invite a clinician or a therapist first.",
    )


def on_call_line(found: OnCallList) -> str:
    """The line on the clinic's page."""
    first = [each.name for each in found.named(Tier.FIRST)]
    if not first:
        return "Nobody is named who is told of a safety alert."
    backup = [each.name for each in found.named(Tier.BACKUP)]
    after = f" Backup: {listing(backup)}." if backup else " There is no backup."
    return f"Told first of a safety alert: {listing(first)}.{after}"
