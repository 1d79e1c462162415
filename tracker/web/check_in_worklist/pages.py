"""The finished words of the worklist of check-ins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.due import DueCheckIn, DueState
from tracker.domain.falling_behind import BEHIND_FROM_MISSED, COUNTED_DAYS
from tracker.domain.instruments import definitions
from tracker.queries.check_in_links import AskedForLink
from tracker.queries.check_in_worklist import WorklistLine
from tracker.web.formatting import day_short, moment

STATE_WORDS = {DueState.DUE: "due", DueState.LATE: "late"}


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperLine:
    """A check-in that staff enter, for the patient has no words to read."""

    label: str
    href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientLines:
    """One patient's check-ins in words."""

    name: str
    record_number: str
    phone: str
    href: str
    facts: tuple[tuple[str, str], ...]
    paper: tuple[PaperLine, ...]
    link_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WorklistPage:
    asked_for: tuple[tuple[str, str], ...]
    """Who asked for a new private link, as words and the page that makes one."""
    behind: tuple[PatientLines, ...]
    others: tuple[PatientLines, ...]
    note: str


def worklist_page(
    found: Iterable[WorklistLine], asked_for: Iterable[AskedForLink], *, clinic: Clinic
) -> WorklistPage:
    """Those who asked for a new link, those who are behind, then the others."""
    lines = list(found)
    behind = [line for line in lines if line.missed_in_a_row >= BEHIND_FROM_MISSED]
    others = [line for line in lines if line.missed_in_a_row < BEHIND_FROM_MISSED]
    return WorklistPage(
        asked_for=tuple(
            (
                f"{each.patient_name}, {moment(each.asked_at, clinic)}",
                url_for("check_in_links.index", patient_id=each.patient_id),
            )
            for each in asked_for
        ),
        behind=tuple(_lines(line, clinic) for line in behind),
        others=tuple(_lines(line, clinic) for line in others),
        note=f"Behind: {BEHIND_FROM_MISSED} or more missed in a row. "
        f"Answered counts the last {COUNTED_DAYS} days. Both are choices of this project.",
    )


def _lines(line: WorklistLine, clinic: Clinic) -> PatientLines:
    return PatientLines(
        name=line.patient_name,
        record_number=line.record_number,
        phone=line.phone,
        href=url_for("courses.show", course_id=line.course_id),
        facts=(
            ("Missed in a row", str(line.missed_in_a_row)),
            ("Answered", _answered(line)),
            ("Last check-in", moment(line.last_at, clinic) if line.last_at else "None yet"),
            ("Open now", "; ".join(_open(one) for one in line.open) or "Nothing"),
        ),
        paper=tuple(_paper(line, one) for one in line.on_paper),
        link_href=url_for("check_in_links.index", patient_id=line.patient_id),
    )


def _answered(line: WorklistLine) -> str:
    if not line.counted:
        return "Nothing was due yet"
    return f"{line.answered} of {line.counted} due"


def _open(due: DueCheckIn) -> str:
    return f"{_title(due)} of {day_short(due.due_on)}, {STATE_WORDS[due.state]}"


def _paper(line: WorklistLine, due: DueCheckIn) -> PaperLine:
    href = url_for("check_ins.paper", course_id=line.course_id, instrument=due.instrument_key)
    return PaperLine(label=f"Enter paper form: {_open(due)}", href=href)


def _title(due: DueCheckIn) -> str:
    found = definitions().get(due.instrument_key)
    return found.title if found is not None else due.instrument_key
