"""A course as it stood at the end of one day: the record without what is dated later.

A letter about some days is made from this, so that nothing of what came afterwards can be in it.
Who the patient is and what the course is for (name, record number, indication, code of the
diagnosis, kind of trauma) have no day: they are as they are stored now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.domain.course_assessments import Assessment
from tracker.domain.course_progress import CourseProgress
from tracker.domain.course_record import (
    CourseRecord,
    GivenInfusion,
    InfusionEvent,
    PlannedInfusion,
    SentCheckIn,
    StoredScore,
    TherapyAppointment,
)
from tracker.domain.courses import CourseState, GivenState, PlannedState, TherapyState
from tracker.domain.medicines import standing
from tracker.domain.prior_treatments import Trial, TrialEnd, TrialOutcome
from tracker.domain.report_facts import Draw, Homework, ReportFacts

AN_INSTANT = timedelta(microseconds=1)


def progress_as_of(progress: CourseProgress, last_on: date | None) -> CourseProgress:
    """The course at the end of the day ``last_on``; without one, as it stands now."""
    if last_on is None:
        return progress
    end = _end_of(last_on, progress.zone)
    return replace(
        progress,
        record=_record(progress.record, last_on, progress.zone),
        now=min(progress.now, end),
        is_as_of=progress.is_as_of or end < progress.now,
    )


def facts_as_of(facts: ReportFacts, last_on: date | None, zone: ZoneInfo) -> ReportFacts:
    """What a letter needs beside the record, as it stood at the end of that day."""
    if last_on is None:
        return facts
    end = _end_of(last_on, zone)
    return replace(
        facts,
        assessment=_assessment(facts, end),
        trials=tuple(
            _trial(each, last_on)
            for each in facts.trials
            if (each.started_on or last_on) <= last_on
        ),
        forms=tuple(each for each in facts.forms if each.occurred_at <= end),
        homework=tuple(each for each in facts.homework if _was_set(each, last_on, end)),
        decided=tuple(each for each in facts.decided if each.decided_at <= end),
        draws=tuple(_draw(each, end) for each in facts.draws if each.drawn_at <= end),
    )


def _end_of(on: date, zone: ZoneInfo) -> datetime:
    """The last instant of a day of the clinic."""
    return datetime.combine(on + timedelta(days=1), time(), zone) - AN_INSTANT


def _record(record: CourseRecord, last_on: date, zone: ZoneInfo) -> CourseRecord:
    end = _end_of(last_on, zone)
    events = _events(record, end)
    infusions = tuple(
        _infusion(each, end, events)
        for each in record.infusions
        if _day_of_infusion(each, zone, end) <= last_on
    )
    has_ended = record.ended_on is not None and record.ended_on <= last_on
    return _with_alerts(
        replace(
            record,
            state=record.state if has_ended else _open_state(record, infusions),
            ended_on=record.ended_on if has_ended else None,
            end_reason=record.end_reason if has_ended else "",
            infusions=infusions,
            therapy=tuple(
                _session(each, end) for each in record.therapy if _first_day(each, zone) <= last_on
            ),
            check_ins=_check_ins(record, end),
            scores=_scores(record, end),
            events=events,
            medicines=tuple(
                each for each in standing(record.medicines) if each.change.changed_on <= last_on
            ),
            moves=(),
        ),
        end,
    )


def _open_state(record: CourseRecord, infusions: tuple[PlannedInfusion, ...]) -> CourseState:
    """From what was given by then: the day on which a course went on to maintenance is not kept.

    Once a booster or every infusion of the series was given, what follows is maintenance.
    """
    given = [each for each in infusions if each.given is not None]
    if not given:
        return CourseState.PLANNED
    series = sum(not each.is_booster for each in given)
    is_over = series >= record.infusion_count or series < len(given)
    return CourseState.MAINTENANCE if is_over else CourseState.ACTIVE


def _day_of_infusion(planned: PlannedInfusion, zone: ZoneInfo, end: datetime) -> date:
    """When it was given, if by then; else for when it was planned."""
    given = planned.given
    if given is None or given.started_at > end:
        return planned.planned_on
    return given.started_at.astimezone(zone).date()


def _infusion(
    planned: PlannedInfusion, end: datetime, events: tuple[InfusionEvent, ...] | None
) -> PlannedInfusion:
    given = planned.given
    if given is None:
        return planned
    if given.started_at > end:
        return replace(planned, given=None, state=PlannedState.PLANNED)
    counted = given.event_count if events is None else _count_of(planned, events)
    return replace(planned, given=_given(replace(given, event_count=counted), end))


def _count_of(planned: PlannedInfusion, events: tuple[InfusionEvent, ...]) -> int:
    mine = (planned.number, planned.is_booster)
    return sum((each.infusion_number, each.is_booster) == mine for each in events)


def _given(given: GivenInfusion, end: datetime) -> GivenInfusion:
    left_at = given.left_at if given.left_at and given.left_at <= end else None
    if given.ended_at is None or given.ended_at <= end:
        return replace(given, left_at=left_at)
    return replace(given, state=GivenState.RUNNING, ended_at=None, given_mg=None, left_at=left_at)


def _first_day(session: TherapyAppointment, zone: ZoneInfo) -> date:
    """A session that was held on another day than planned is known of from the first of both."""
    at = session.occurred_at
    return session.planned_on if at is None else min(session.planned_on, at.astimezone(zone).date())


def _session(session: TherapyAppointment, end: datetime) -> TherapyAppointment:
    if session.occurred_at is None or session.occurred_at <= end:
        return session
    return replace(session, state=TherapyState.PLANNED, occurred_at=None, minutes=None)


def _check_ins(record: CourseRecord, end: datetime) -> tuple[SentCheckIn, ...]:
    return tuple(each for each in record.check_ins if each.occurred_at <= end)


def _scores(record: CourseRecord, end: datetime) -> Mapping[str, tuple[StoredScore, ...]]:
    return {
        scale: tuple(each for each in found if each.occurred_at <= end)
        for scale, found in record.scores.items()
    }


def _events(record: CourseRecord, end: datetime) -> tuple[InfusionEvent, ...] | None:
    if record.events is None:
        return None
    return tuple(each for each in record.events if each.occurred_at <= end)


def _with_alerts(record: CourseRecord, end: datetime) -> CourseRecord:
    """The alerts raised by then; one that was closed later was open."""
    if record.alerts is None:
        return record
    raised = tuple(
        replace(each, closed_at=_by(each.closed_at, end))
        for each in record.alerts
        if each.raised_at <= end
    )
    waiting = sum(each.closed_at is None for each in raised)
    return replace(record, alerts=raised, alerts_open=waiting, alerts_closed=len(raised) - waiting)


def _by(at: datetime | None, end: datetime) -> datetime | None:
    return None if at is None or at > end else at


def _was_set(homework: Homework, last_on: date, end: datetime) -> bool:
    return homework.on <= last_on and (homework.held_at is None or homework.held_at <= end)


def _assessment(facts: ReportFacts, end: datetime) -> Assessment:
    """The words of the version that stood then, with the code and the kind as they are now."""
    by_then = [each.assessment for each in facts.versions if each.recorded_at <= end]
    then = by_then[-1] if by_then else Assessment()
    now = facts.assessment
    return replace(then, icd10_code=now.icd10_code, trauma=now.trauma)


def _trial(trial: Trial, last_on: date) -> Trial:
    """A treatment that ended later went on, and nobody knew yet what would come of it."""
    if trial.ended_on is None or trial.ended_on <= last_on:
        return trial
    return replace(
        trial, ended_on=None, ended_because=TrialEnd.CONTINUES, outcome=TrialOutcome.UNKNOWN
    )


def _draw(draw: Draw, end: datetime) -> Draw:
    if draw.accounted_at is None or draw.accounted_at <= end:
        return draw
    return replace(draw, accounted_at=None)
