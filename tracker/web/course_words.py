"""Words and links about a course that several pages share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import url_for

from tracker.domain.course_progress import CourseProgress
from tracker.domain.course_record import CourseRecord, PlannedInfusion
from tracker.domain.courses import CourseState
from tracker.domain.due import WEEKLY
from tracker.reports.report_rows import NOT_RECORDED
from tracker.web import formatting


@dataclass(frozen=True, kw_only=True, slots=True)
class Banner:
    """Whose record it is, as the banner macro takes it."""

    name: str
    born: str
    record_number: str
    lines: tuple[tuple[str, str], ...]
    href: str


def banner_of(progress: CourseProgress) -> Banner:
    """The banner of every page about the course."""
    patient = progress.record.patient
    return Banner(
        name=patient.name,
        born=formatting.birthday(patient.born_on),
        record_number=patient.record_number,
        lines=(
            ("Allergies", patient.allergies or NOT_RECORDED),
            ("Course", f"{progress.record.course_number}, {stage_words(progress)}"),
        ),
        href=url_for("patients.show", patient_id=patient.id),
    )


def course_title(record: CourseRecord) -> str:
    """ "Course 2": which of the patient's courses it is."""
    return f"Course {record.course_number}"


def infusion_title(infusion: PlannedInfusion) -> str:
    """ "Infusion 3", "Booster infusion 8"."""
    kind = "Booster infusion" if infusion.is_booster else "Infusion"
    return f"{kind} {infusion.number}"


def stage_words(progress: CourseProgress) -> str:
    """Where a course stands: "day 13 of planned 22", "maintenance, day 60"."""
    record = progress.record
    if record.ended_on is not None:
        return f"{record.state} {formatting.birthday(record.ended_on)}"
    if progress.day is None:
        return _before_the_start(progress)
    if record.state is CourseState.MAINTENANCE:
        return f"maintenance, day {progress.day}"
    return f"day {progress.day} of planned {progress.planned_days}"


def _before_the_start(progress: CourseProgress) -> str:
    coming = progress.record.next_planned
    first_on = progress.record.start_on if coming is None else coming.planned_on
    days = (first_on - progress.today).days
    if days > 0:
        return f"starts in {formatting.count(days, 'day')}"
    return "starts today" if days == 0 else f"planned to start {_on(first_on)}, not started"


def first_rating_words(progress: CourseProgress) -> str:
    """That there is no score yet, and when the next one can come."""
    following = progress.next_due(WEEKLY)
    if following is None:
        return "No scores yet."
    return f"No scores yet. The next weekly rating is due {formatting.day(following.due_on)}."


def _on(on: date) -> str:
    return formatting.birthday(on)
