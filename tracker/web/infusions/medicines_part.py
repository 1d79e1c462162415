"""What the patient takes beside the treatment, as it stands beside the checks before the start."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from tracker.domain.medicines import taken_now
from tracker.domain.permissions import Act, may
from tracker.queries.medicines import list_changes
from tracker.queries.run_sheets import RunSheet
from tracker.web import access, clock
from tracker.web.formatting import birthday

ASKED_AT = "medicines"
"""The key of the item that asks about interacting medicines."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenPart:
    """Name, dose and since when; `words` says what the list is, `href` may be empty."""

    words: str
    lines: tuple[str, ...]
    href: str


def taken_part(sheet: RunSheet) -> TakenPart:
    """The list while the infusion has not started; later only the way to it. One statement."""
    who = access.who()
    patient_id = sheet.bearer.patient_id
    href = url_for("medicines.index", patient_id=patient_id)
    href = href if may(who, Act.RECORD_MEDICINES) else ""
    if sheet.given is not None:
        return TakenPart(words="", lines=(), href=href)
    today = access.clinic().date_of(clock.now())
    taken = taken_now(list_changes(access.database(), who, patient_id), today=today)
    return TakenPart(
        words="Takes now, as recorded:" if taken else "No medicines are recorded.",
        lines=tuple(
            f"{each.medicine}{f', {each.dose}' if each.dose else ''}, since "
            f"{birthday(each.since_on)}"
            for each in taken
        ),
        href=href,
    )
