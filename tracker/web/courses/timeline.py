"""What was planned and what took place in a course, as one list in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from flask import url_for

from tracker.domain.course_progress import CourseProgress
from tracker.domain.course_record import GivenInfusion, PlannedInfusion, TherapyAppointment
from tracker.domain.courses import GivenState, PlannedState, TherapyState
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.therapy_words import KIND_WORDS
from tracker.domain.therapy_words import STATE_WORDS as THERAPY_STATES
from tracker.reports.report_rows import NOT_RECORDED
from tracker.web import formatting
from tracker.web.course_words import infusion_title


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the timeline, as the macro takes it."""

    on: date
    at: time
    when: str
    what: str
    state: str
    tone: str
    note: str
    href: str
    mark: str = ""
    kind: str = ""


def timeline(progress: CourseProgress, who: Person) -> tuple[Entry, ...]:
    """Every infusion and therapy session, planned and taken place, the earliest first."""
    coming = progress.record.next_planned
    entries = [
        _infusion_entry(progress, each, who, is_next=each is coming)
        for each in progress.record.infusions
    ]
    entries += [_therapy_entry(progress, each, who) for each in progress.record.therapy]
    return tuple(sorted(entries, key=lambda entry: (entry.on, entry.at, entry.kind)))


_GIVEN_WORDS = {
    GivenState.RUNNING: ("Running", "info"),
    GivenState.ENDED: ("Given", "good"),
    GivenState.STOPPED_EARLY: ("Given in part", "caution"),
}
_PLANNED_WORDS = {
    PlannedState.MISSED: ("Missed", "stop"),
    PlannedState.CANCELLED: ("Cancelled", "caution"),
}


def _infusion_entry(
    progress: CourseProgress, infusion: PlannedInfusion, who: Person, *, is_next: bool
) -> Entry:
    given = infusion.given
    on, at = infusion.planned_on, infusion.planned_time
    if given is not None:
        local = given.started_at.astimezone(progress.zone)
        on, at = local.date(), local.time()
    state, tone = _infusion_state(progress, infusion, is_next=is_next)
    return Entry(
        on=on,
        at=at,
        when=_when(progress, on, at),
        what=infusion_title(infusion),
        state=state,
        tone=tone,
        note=_infusion_note(infusion),
        href=_infusion_href(infusion, who),
        mark=str(infusion.number),
    )


def _when(progress: CourseProgress, on: date, at: time | None) -> str:
    """The year stands where it is not this one."""
    words = formatting.day_near(on, progress.today)
    return words if at is None else f"{words}, {formatting.clock_time(at)}"


def _infusion_state(
    progress: CourseProgress, infusion: PlannedInfusion, *, is_next: bool
) -> tuple[str, str]:
    if infusion.given is not None:
        return _GIVEN_WORDS[infusion.given.state]
    if infusion.state in _PLANNED_WORDS:
        return _PLANNED_WORDS[infusion.state]
    if infusion.planned_on < progress.today:
        return NOT_RECORDED, "caution"
    if infusion.planned_on == progress.today:
        return "Today", "info"
    return ("Next", "info") if is_next else ("Planned", "neutral")


def _infusion_href(infusion: PlannedInfusion, who: Person) -> str:
    if infusion.given is not None:
        return url_for("infusions.show", infusion_id=infusion.given.id)
    if infusion.is_coming and may(who, Act.LOG_INFUSION):
        return url_for("infusions.arrive", planned_infusion_id=infusion.id)
    return ""


def _infusion_note(infusion: PlannedInfusion) -> str:
    given = infusion.given
    if given is None:
        return infusion.not_given_reason
    dose = (
        f"{_amount(given)} "
        f"({formatting.number(given.dose_mg_per_kg)} mg/kg × {formatting.number(given.weight_kg)} "
        f"kg), {minutes_of(given)} min"
    )
    return ". ".join([dose, *_observed(given)]) + "."


def _amount(given: GivenInfusion) -> str:
    """What was given; beside the order, whose working follows, where the two differ."""
    ordered = f"{formatting.number(given.ordered_mg)} mg"
    if given.given_mg is None:
        return f"{ordered} ordered"
    if given.given_mg == given.ordered_mg:
        return ordered
    return f"{formatting.number(given.given_mg)} of {ordered} ordered"


def minutes_of(given: GivenInfusion) -> int:
    """How long it took; while it runs, how long it is meant to take."""
    if given.ended_at is None:
        return given.planned_minutes
    return round((given.ended_at - given.started_at).total_seconds() / 60)


def _observed(given: GivenInfusion) -> list[str]:
    found = []
    if given.peak_systolic_mmhg is not None:
        found.append(f"Highest {given.peak_systolic_mmhg}/{given.peak_diastolic_mmhg} mmHg")
    if given.lowest_spo2_percent is not None:
        found.append(f"Lowest SpO₂ {given.lowest_spo2_percent}\u00a0%")
    if given.event_count:
        found.append(formatting.count(given.event_count, "event"))
    return found


_THERAPY_TONES = {
    TherapyState.HELD: "good",
    TherapyState.MISSED: "stop",
    TherapyState.CANCELLED: "caution",
    TherapyState.PLANNED: "neutral",
}


def _therapy_entry(progress: CourseProgress, session: TherapyAppointment, who: Person) -> Entry:
    on, at = session.planned_on, session.planned_time
    if session.occurred_at is not None:
        local = session.occurred_at.astimezone(progress.zone)
        on, at = local.date(), local.time()
    is_past = session.state is TherapyState.PLANNED and on < progress.today
    facts = [session.therapist] if session.therapist else []
    if session.minutes is not None:
        facts.append(f"{session.minutes} min")
    return Entry(
        on=on,
        at=at or time.max,
        when=_when(progress, on, at),
        what=f"Therapy session ({KIND_WORDS[session.kind]})",
        state=NOT_RECORDED if is_past else THERAPY_STATES[session.state],
        tone="caution" if is_past else _THERAPY_TONES[session.state],
        note=", ".join(facts),
        href=url_for("therapy_sessions.show", therapy_session_id=session.id)
        if may(who, Act.RECORD_THERAPY)
        else "",
        kind="therapy",
    )
