"""The finished words of the page of a therapy session."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.courses import TherapyState
from tracker.domain.permissions import Act, may
from tracker.domain.therapy_timing import nearest_infusion
from tracker.domain.therapy_words import KIND_WORDS
from tracker.queries.therapy_sessions import TherapyCourse, TherapySession
from tracker.reports.report_rows import NOT_RECORDED
from tracker.web import access
from tracker.web.formatting import birthday, clock_time, day, moment
from tracker.web.therapy_sessions.forms import FORMAT_WORDS, STATE_WORDS

_TONES = {
    TherapyState.PLANNED: "neutral",
    TherapyState.HELD: "good",
    TherapyState.MISSED: "stop",
    TherapyState.CANCELLED: "caution",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TherapyPage:
    """`near` says how the therapy session lies to the nearest infusion."""

    banner: dict[str, object]
    title: str
    lead: str
    state: tuple[str, str] | None
    near: str
    recorded: str
    course_href: str
    private_href: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def new_page(course: TherapyCourse) -> TherapyPage:
    """The page for one that nobody planned yet."""
    return TherapyPage(
        banner=_banner(course),
        title="New therapy session",
        lead="Plan a therapy session, or record one that has taken place.",
        state=None,
        near="",
        recorded="",
        course_href=url_for("courses.show", course_id=course.course_id),
    )


def therapy_page(course: TherapyCourse, stored: TherapySession, clinic: Clinic) -> TherapyPage:
    """The page of one that is in the plan."""
    return TherapyPage(
        banner=_banner(course),
        title="Therapy session",
        lead=_lead(stored, clinic),
        state=(STATE_WORDS[stored.state], _TONES[stored.state]),
        near=_near(course, stored),
        recorded=f"First entered by {stored.recorded_by} on "
        f"{moment(stored.recorded_at, clinic)}. Version {stored.version}.",
        course_href=url_for("courses.show", course_id=course.course_id),
        private_href=_private_href(stored),
        facts=_facts(stored),
    )


def _facts(stored: TherapySession) -> tuple[tuple[str, str], ...]:
    """The chart note to be read, once it is signed."""
    suds = (stored.suds_start, stored.suds_peak, stored.suds_end)
    return (
        ("Attendance", STATE_WORDS[stored.state]),
        ("Kind", KIND_WORDS[stored.kind]),
        ("Format", FORMAT_WORDS[stored.format]),
        (
            "SUDS at the start, peak and end",
            ", ".join("not asked" if each is None else str(each) for each in suds),
        ),
        ("Focus, interventions and response", stored.focus or "Nothing written"),
        ("Measures reviewed", stored.measures_reviewed or "None"),
        ("Homework done", stored.homework_done or "Nothing written"),
        ("Homework set", stored.homework or "Nothing written"),
        ("Risk", stored.risk or "Nothing written"),
        ("Plan", stored.next_steps or "Nothing written"),
    )


def _private_href(stored: TherapySession) -> str:
    if not may(access.who(), Act.KEEP_PRIVATE_NOTE):
        return ""
    return url_for("private_notes.show", therapy_session_id=stored.id)


def _lead(stored: TherapySession, clinic: Clinic) -> str:
    if stored.occurred_at is not None:
        by = f", {stored.therapist}" if stored.therapist else ""
        return f"{moment(stored.occurred_at, clinic)}, {stored.minutes} min{by}"
    at = f", {clock_time(stored.planned_time)}" if stored.planned_time else ""
    return f"Planned for {day(stored.planned_on)}{at}"


def _near(course: TherapyCourse, stored: TherapySession) -> str:
    if stored.occurred_at is None:
        return ""
    nearest = nearest_infusion(stored.occurred_at, course.infusions)
    return nearest.words if nearest else "No infusion of this course was started yet"


def _banner(course: TherapyCourse) -> dict[str, object]:
    return {
        "name": f"{course.given_name} {course.family_name}".strip(),
        "born": birthday(course.born_on),
        "record_number": course.record_number,
        "lines": (("Allergies", course.allergies or NOT_RECORDED),),
    }
