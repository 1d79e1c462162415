"""The notices of a run sheet that nobody has acknowledged, and whose limits they are."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.notice_log import SetNotice, waiting_notices
from tracker.domain.protocol import Protocol
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import Acknowledgement
from tracker.web.formatting import day
from tracker.web.infusions.words import local_time


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingLine:
    """One notice; `href` leads to saying what was done, None for somebody who may only read."""

    tone: str
    words: str
    when: str
    href: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticesPart:
    waiting: tuple[WaitingLine, ...]
    limits: str


def notices_part(sheet: RunSheet, *, clinic: Clinic, may_log: bool) -> NoticesPart:
    """Urgent ones first; each stays until somebody says what was done."""
    waiting = waiting_notices(
        sheet.standing_sets,
        sheet.entries.acknowledgements,
        sheet.protocol,
        started_at=sheet.given.started_at if sheet.given else None,
    )
    lines = tuple(_line(each, sheet, clinic, may_log) for each in waiting)
    return NoticesPart(waiting=lines, limits=limits_words(sheet.protocol))


def _line(each: SetNotice, sheet: RunSheet, clinic: Clinic, may_log: bool) -> WaitingLine:
    href = url_for("infusions.acknowledge", vital_signs_id=each.vital_signs_id)
    return WaitingLine(
        tone="stop" if each.is_urgent else "caution",
        words=("Urgent. " if each.is_urgent else "") + each.notice.words,
        when=local_time(each.measured_at, clinic, beside=sheet.began_at),
        href=href if may_log else None,
    )


def limits_words(protocol: Protocol) -> str:
    """Whose limits these are, and what they are not."""
    review = protocol.limits_review
    by = (
        f"reviewed by {review.by} on {day(review.on)}"
        if review
        else "ours, not reviewed by this clinic"
    )
    return (
        f"Limits of the protocol's version {protocol.version}: {by}. This is a record, not a "
        "monitor: nobody is called, and nothing is watched between two entries."
    )


def acknowledged_line(each: Acknowledgement, sheet: RunSheet, clinic: Clinic) -> str:
    """ "Told the prescriber, 10:22, by Ann Clinician"."""
    at = local_time(each.occurred_at, clinic, beside=sheet.began_at)
    return f"{each.action}, {at}, by {each.recorded_by}"
