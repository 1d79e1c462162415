"""A letter about some days is the same whatever is recorded of later days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.test_questionnaire_scores import form
from tests.make.case_history import sertraline
from tests.make.course_record import (
    FIRST_ON,
    given_infusion,
    infusion,
    local,
    medicine,
    progress,
    record,
    weekly,
)
from tests.make.world import known_id
from tracker.charts.course_series import OWN_SERIES, SERIES
from tracker.domain.as_of import facts_as_of, progress_as_of
from tracker.domain.clinic import Clinic
from tracker.domain.course_assessments import Assessment, StoredAssessment
from tracker.domain.course_change import course_change
from tracker.domain.course_record import (
    CourseRecord,
    InfusionEvent,
    RaisedAlert,
    TherapyAppointment,
)
from tracker.domain.courses import (
    CourseState,
    GivenState,
    PlannedState,
    TherapyFormat,
    TherapyKind,
    TherapyState,
)
from tracker.domain.prior_treatments import TrialEnd, TrialOutcome
from tracker.domain.progress import Verdict
from tracker.domain.report_facts import Decided, Draw, Homework, ReportFacts
from tracker.domain.report_kinds import Period
from tracker.domain.safety import AlertLevel
from tracker.domain.treatment_decisions import ReviewDecision
from tracker.reports.course_report import Making, course_report
from tracker.reports.document import Paper
from tracker.reports.insurer_report import insurer_report
from tracker.reports.patient_report import patient_report

MAKERS = (course_report, insurer_report, patient_report)
CLINIC = Clinic(id=known_id("clinic"), name="A Clinic", timezone="America/New_York", phone="555")
LAST_ON = date(2026, 11, 6)
NOW = local(date(2026, 12, 31))
CUT = local(LAST_ON + timedelta(days=1), 0) - timedelta(microseconds=1)

Told = tuple[CourseRecord, ReportFacts]


def session(
    on: date, state: TherapyState = TherapyState.HELD, **changes: Any
) -> TherapyAppointment:
    values: dict[str, Any] = {
        "id": known_id(f"session {on} {state}"),
        "state": state,
        "kind": TherapyKind.INTEGRATION,
        "format": TherapyFormat.IN_PERSON,
        "planned_on": on,
        "planned_time": time(14),
        "occurred_at": local(on, 14) if state is TherapyState.HELD else None,
        "minutes": 50 if state is TherapyState.HELD else None,
        "therapist": "Kim",
    }
    return TherapyAppointment(**(values | changes))


def happened(at: datetime, number: int) -> InfusionEvent:
    return InfusionEvent(
        infusion_number=number,
        is_booster=False,
        occurred_at=at,
        term="Nausea",
        grade=1,
        action="",
    )


def so_far() -> Told:
    """Three infusions given by 6 November, a fourth planned for then, better since."""
    course = record(
        [*(infusion(number) for number in range(1, 4)), infusion(4, on=LAST_ON, is_given=False)],
        [weekly(FIRST_ON - timedelta(days=3), 60), weekly(date(2026, 11, 2), 24)],
        therapy=(session(date(2026, 10, 29)), session(LAST_ON, TherapyState.PLANNED)),
        events=(happened(local(date(2026, 10, 30), 10), 2),),
        medicines=(medicine(date(2026, 10, 30), "50 mg"),),
        alerts=(RaisedAlert(raised_at=local(date(2026, 11, 2), 19), level=AlertLevel.NOW),),
        alerts_open=1,
    )
    facts = ReportFacts(
        assessment=Assessment(icd10_code="F43.10"),
        trials=(
            sertraline(
                weeks=None,
                started_on=date(2026, 1, 5),
                outcome=TrialOutcome.UNKNOWN,
                ended_because=TrialEnd.CONTINUES,
            ),
        ),
        forms=(form("phq-9", FIRST_ON - timedelta(days=2), 18),),
        homework=(Homework(on=date(2026, 10, 29), agreed="Walk", done=""),),
        draws=(Draw(drawn_at=local(FIRST_ON), drawn_mg=Decimal(40)),),
    )
    return course, facts


def _rated(told: Told, at: datetime) -> Told:
    course, facts = told
    check_in, values = weekly(at.date(), 70, occurred_at=at, recorded_at=at)
    more = record([], [(check_in, values)])
    scores = {key: (*found, *more.scores[key]) for key, found in course.scores.items()}
    return replace(course, check_ins=(*course.check_ins, check_in), scores=scores), facts


def _given(told: Told, at: datetime) -> Told:
    course, facts = told
    later = infusion(5, on=at.date(), given=given_infusion(5, at))
    return replace(course, infusions=(*course.infusions, later)), facts


def _given_late(told: Told, at: datetime) -> Told:
    """The infusion that was planned in the period takes place after it."""
    course, facts = told
    *kept, planned = course.infusions
    late = replace(planned, state=PlannedState.GIVEN, given=given_infusion(4, at))
    return replace(course, infusions=(*kept, late)), facts


def _planned(told: Told, at: datetime) -> Told:
    course, facts = told
    later = infusion(6, on=at.date(), is_given=False)
    return replace(course, infusions=(*course.infusions, later)), facts


def _booster(told: Told, at: datetime) -> Told:
    course, facts = told
    later = infusion(7, on=at.date(), is_booster=True, given=given_infusion(7, at))
    state = CourseState.MAINTENANCE
    return replace(course, state=state, infusions=(*course.infusions, later)), facts


def _therapy(told: Told, at: datetime) -> Told:
    course, facts = told
    return replace(course, therapy=(*course.therapy, session(at.date()))), facts


def _held_late(told: Told, at: datetime) -> Told:
    course, facts = told
    first, waiting = course.therapy
    held = replace(waiting, state=TherapyState.HELD, occurred_at=at, minutes=50)
    return replace(course, therapy=(first, held)), facts


def _event(told: Told, at: datetime) -> Told:
    course, facts = told
    infusions = tuple(
        replace(each, given=replace(each.given, event_count=2)) if each.number == 2 else each
        for each in course.infusions
    )
    events = (*(course.events or ()), happened(at, 2))
    return replace(course, infusions=infusions, events=events), facts


def _medicine(told: Told, at: datetime) -> Told:
    course, facts = told
    return replace(course, medicines=(*course.medicines, medicine(at.date(), "100 mg"))), facts


def _stopped(told: Told, at: datetime) -> Told:
    course, facts = told
    ended = {"ended_on": at.date(), "end_reason": "Side effects", "state": CourseState.STOPPED}
    return replace(course, **ended), facts


def _alert_raised(told: Told, at: datetime) -> Told:
    course, facts = told
    alerts = (*(course.alerts or ()), RaisedAlert(raised_at=at, level=AlertLevel.SOON))
    return replace(course, alerts=alerts, alerts_open=len(alerts)), facts


def _alert_closed(told: Told, at: datetime) -> Told:
    course, facts = told
    alerts = tuple(replace(each, closed_at=at) for each in course.alerts or ())
    return replace(course, alerts=alerts, alerts_open=0, alerts_closed=len(alerts)), facts


def _asked(told: Told, at: datetime) -> Told:
    course, facts = told
    return course, replace(facts, forms=(*facts.forms, form("phq-9", at.date(), 24)))


def _homework(told: Told, at: datetime) -> Told:
    course, facts = told
    later = Homework(on=at.date(), agreed="Swim", done="Walked", held_at=at)
    return course, replace(facts, homework=(*facts.homework, later))


def _reviewed(told: Told, at: datetime) -> Told:
    course, facts = told
    decided = Decided(
        after_infusion=3, decision=ReviewDecision.STOP, reason="No gain", decided_at=at
    )
    return course, replace(facts, decided=(*facts.decided, decided))


def _assessed(told: Told, at: datetime) -> Told:
    course, facts = told
    newest = replace(facts.assessment, assessment="Relapsed", plan="Refer")
    version = StoredAssessment(
        revision=len(facts.versions) + 1, assessment=newest, recorded_at=at, recorded_by="Kim"
    )
    return course, replace(facts, assessment=newest, versions=(*facts.versions, version))


def _drawn(told: Told, at: datetime) -> Told:
    course, facts = told
    settled = tuple(
        replace(each, given_mg=each.drawn_mg, accounted_at=each.accounted_at or at)
        for each in facts.draws
    )
    return course, replace(facts, draws=(*settled, Draw(drawn_at=at, drawn_mg=Decimal(40))))


def _trial(told: Told, at: datetime) -> Told:
    course, facts = told
    ended = {"ended_on": at.date(), "ended_because": TrialEnd.NO_BENEFIT}
    trials = tuple(replace(each, outcome=TrialOutcome.NONE, **ended) for each in facts.trials)
    return course, replace(facts, trials=(*trials, sertraline(started_on=at.date())))


ADDED: tuple[Callable[[Told, datetime], Told], ...] = (
    _rated,
    _given,
    _given_late,
    _planned,
    _booster,
    _therapy,
    _event,
    _medicine,
    _stopped,
    _alert_raised,
    _alert_closed,
    _asked,
    _homework,
    _reviewed,
    _assessed,
    _drawn,
)
FIRST_OF_ALL = (_held_late, _trial)
"""These change what stands; they come before those that add beside it."""


def letters(told: Told, period: Period) -> list[Any]:
    course, facts = told
    making = Making(by="Kim Ade", at=NOW, paper=Paper.LETTER, period=period)
    found = progress(course, now=NOW)
    return [each(found, CLINIC, making, facts=facts) for each in MAKERS]


@settings(max_examples=60, deadline=None)
@given(
    first_on=st.sampled_from([None, FIRST_ON, date(2026, 11, 1)]),
    added=st.lists(
        st.tuples(
            st.sampled_from(ADDED + FIRST_OF_ALL),
            st.integers(min_value=1, max_value=40 * 24 * 60),
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda pair: pair[0].__name__,
    ),
)
def test_what_comes_after_the_last_day_never_changes_a_letter(
    first_on: date | None, added: list[tuple[Callable[[Told, datetime], Told], int]]
) -> None:
    period = Period(first_on, LAST_ON)
    told = so_far()
    before = letters(told, period)
    for add, minutes in sorted(added, key=lambda pair: pair[0] not in FIRST_OF_ALL):
        told = add(told, CUT + timedelta(minutes=minutes))
    assert letters(told, period) == before


@pytest.mark.parametrize("add", [*ADDED, *FIRST_OF_ALL], ids=lambda each: each.__name__)
def test_each_of_these_is_seen_by_the_letter_of_the_whole_course(
    add: Callable[[Told, datetime], Told],
) -> None:
    told = so_far()
    assert letters(add(told, CUT + timedelta(days=3)), Period()) != letters(told, Period())


@pytest.mark.parametrize("name", ["progress", "groups", "gains", "own_en"])
def test_a_picture_in_such_a_letter_is_of_that_day(name: str) -> None:
    told = so_far()
    course = progress_as_of(progress(told[0], now=NOW), LAST_ON)
    for add in (_rated, _given, _therapy, _medicine, _stopped):
        told = add(told, CUT + timedelta(days=3))
    later = progress_as_of(progress(told[0], now=NOW), LAST_ON)
    series = {**SERIES, **OWN_SERIES}[name]
    assert series(later) == series(course)
    assert getattr(series(course), "today", None) is None  # the day is past: it is not today


def test_the_verdict_is_that_of_the_day_and_the_letter_says_which() -> None:
    told = _rated(so_far(), local(date(2026, 11, 9), 19))
    now, then = (letters(told, period) for period in (Period(), Period(None, LAST_ON)))
    assert now[0].verdict == "Response lost: about the same as at the baseline"
    assert then[0].verdict.startswith("Better")
    assert then[0].summary[0].startswith("As of 6 Nov 2026; nothing later is in this report.")
    assert "This is how it was on 6 Nov 2026." in then[2].sentences
    assert then[0].course.number_and_phase == "Course 1, in treatment, day 12"


def test_a_month_that_is_not_over_is_told_as_of_today() -> None:
    course, facts = so_far()
    period = Period(date(2026, 11, 1), date(2026, 11, 30))
    making = Making(by="Kim", at=local(LAST_ON), paper=Paper.LETTER, period=period)
    today = progress(course, now=local(LAST_ON, 9))
    referrer, _, patient = (each(today, CLINIC, making, facts=facts) for each in MAKERS)
    assert referrer.summary[0].startswith("As of 6 Nov 2026;")
    assert referrer.drug[0].startswith("Ketamine, by the drug ledger, in this course by 6 Nov 2026")
    assert "This is how it was on 6 Nov 2026." in patient.sentences


def test_the_baseline_is_in_every_period_and_named_as_such() -> None:
    report = letters(so_far(), Period(date(2026, 11, 1), LAST_ON))[0]
    assert [row.change for row in report.scores] == ["Baseline", "−36"]
    assert [row.number for row in report.infusions] == ["3", "4"]
    assert report.therapy.planned == "1"


def test_check_ins_are_counted_for_the_days_of_the_letter() -> None:
    whole = letters(so_far(), Period(None, LAST_ON))[0].adherence[1]
    part = letters(so_far(), Period(date(2026, 11, 1), LAST_ON))[0].adherence[1]
    assert "2 of 2" in whole
    assert "1 of 1" in part


def test_an_infusion_that_ran_over_midnight_was_still_running() -> None:
    course, facts = so_far()
    late = local(LAST_ON, 23) + timedelta(minutes=40)
    told = _given_late((course, facts), late)
    (given_then,) = (
        each.given
        for each in progress_as_of(progress(told[0], now=NOW), LAST_ON).record.infusions
        if each.number == 4
    )
    assert given_then is not None
    assert (given_then.state, given_then.given_mg) == (GivenState.RUNNING, None)


def test_without_a_last_day_nothing_is_left_out() -> None:
    course, facts = so_far()
    found = progress(course, now=NOW)
    assert progress_as_of(found, None) is found
    assert facts_as_of(facts, None, found.zone) is facts
    assert course_change(found, facts.forms).verdict is Verdict.BETTER
