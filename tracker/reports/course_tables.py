"""The tables of a course's report: the rows of its record as finished words."""

from __future__ import annotations

from datetime import date, datetime

from tracker.charts.axes import full_date, noon
from tracker.charts.course_captions import point_words
from tracker.domain import instruments
from tracker.domain.course_progress import (
    GAINS,
    SYMPTOMS,
    CourseProgress,
    weekly_scales,
)
from tracker.domain.course_record import (
    GivenInfusion,
    PlannedInfusion,
    StoredScore,
    TherapyAppointment,
)
from tracker.domain.courses import GivenState, PlannedState, TherapyState
from tracker.domain.due import WEEKLY
from tracker.domain.infusion import plain
from tracker.domain.instruments import Scale
from tracker.domain.progress import ChangeSummary, change, mark, percent_better
from tracker.domain.progress.summary import number_words
from tracker.domain.report_kinds import WHOLE_COURSE, Period
from tracker.domain.side_effects import GRADES
from tracker.domain.therapy_words import FORMAT_WORDS, KIND_WORDS, STATE_WORDS
from tracker.reports.progress_report import Therapy
from tracker.reports.report_rows import (
    EventRow,
    GroupRow,
    InfusionRow,
    MedicineRow,
    ScoreRow,
    TherapyRow,
)


def infusion_rows(
    progress: CourseProgress, period: Period = WHOLE_COURSE
) -> tuple[InfusionRow, ...]:
    """Every infusion of the period, planned or given, in order of time."""
    return tuple(
        _infusion_row(progress, each)
        for each in progress.record.infusions
        if period.holds(_day_of(progress, each))
    )


def _day_of(progress: CourseProgress, infusion: PlannedInfusion) -> date:
    given = infusion.given
    return infusion.planned_on if given is None else progress.on(given.started_at)


_GIVEN_STATES = {
    GivenState.RUNNING: "Running",
    GivenState.ENDED: "Given",
    GivenState.STOPPED_EARLY: "Given in part",
}
_PLANNED_STATES = {
    PlannedState.PLANNED: "Planned",
    PlannedState.GIVEN: "Given",
    PlannedState.MISSED: "Missed",
    PlannedState.CANCELLED: "Cancelled",
}


def _infusion_row(progress: CourseProgress, infusion: PlannedInfusion) -> InfusionRow:
    given = infusion.given
    on = _day_of(progress, infusion)
    day = progress.day_of(on)
    number = f"B{infusion.number}" if infusion.is_booster else str(infusion.number)
    if given is None:
        return InfusionRow(
            number=number,
            date=full_date(on),
            day="" if day is None else str(day),
            state=_PLANNED_STATES[infusion.state],
        )
    return InfusionRow(
        number=number,
        date=full_date(on),
        day="" if day is None else str(day),
        dose_per_kg=plain(given.dose_mg_per_kg),
        weight=plain(given.weight_kg),
        dose=_dose(given),
        minutes=_minutes(given),
        peak_blood_pressure=_pressure(given),
        lowest_oxygen=_count(given.lowest_spo2_percent),
        cadss6=_count(given.highest_cadss6),
        observed=_count(given.observed_minutes),
        events=_event_words(progress, infusion),
        state=_GIVEN_STATES[given.state],
    )


def _count(number: int | None) -> str:
    return "" if number is None else str(number)


def _dose(given: GivenInfusion) -> str:
    """The milligrams given, "20 of 40" where less was given than the dose per kilogram makes."""
    if given.given_mg is None:
        return ""
    if given.given_mg == given.ordered_mg:
        return plain(given.given_mg)
    return f"{plain(given.given_mg)} of {plain(given.ordered_mg)}"


def _minutes(given: GivenInfusion) -> str:
    if given.ended_at is None:
        return ""
    return str(round((given.ended_at - given.started_at).total_seconds() / 60))


def _pressure(given: GivenInfusion) -> str:
    if given.peak_systolic_mmhg is None:
        return ""
    return f"{given.peak_systolic_mmhg}/{given.peak_diastolic_mmhg}"


def _event_words(progress: CourseProgress, infusion: PlannedInfusion) -> str:
    wanted = (infusion.number, infusion.is_booster)
    events = progress.record.events or ()
    terms = [one.term for one in events if (one.infusion_number, one.is_booster) == wanted]
    return ", ".join(dict.fromkeys(terms))


def medicine_rows(
    progress: CourseProgress, period: Period = WHOLE_COURSE
) -> tuple[MedicineRow, ...]:
    """What was taken when the course began, then each change in the period."""
    before = [
        MedicineRow(
            date=f"Since {full_date(one.since_on)}",
            what=f"{one.medicine} {one.dose}".strip(),
            when="Taken when the course began",
        )
        for one in progress.medicines_before
    ]
    during = [
        MedicineRow(date=full_date(one.on), what=one.words, when="Changed during the course")
        for one in progress.medicine_marks
        if period.holds(one.on)
    ]
    return (*before, *during)


def event_rows(progress: CourseProgress, period: Period = WHOLE_COURSE) -> tuple[EventRow, ...]:
    """Everything that happened during or after the infusions, with its grade."""
    return tuple(
        EventRow(
            date=full_date(progress.on(one.occurred_at)),
            what=one.term,
            grade="" if one.grade is None else f"{one.grade}, {GRADES[one.grade].split(',')[0]}",
            action=one.action,
        )
        for one in progress.record.events or ()
        if period.holds(progress.on(one.occurred_at))
    )


def score_rows(progress: CourseProgress, period: Period = WHOLE_COURSE) -> tuple[ScoreRow, ...]:
    """Each score of the weekly total, and each weekly rating that was missed.

    The baseline is in every period: the others are compared with it.
    """
    scale = instruments.get(WEEKLY).scale(SYMPTOMS)
    rows = [
        (score.occurred_at, _score_row(progress, scale, score))
        for score in progress.record.scores[SYMPTOMS]
        if period.holds(progress.on(score.occurred_at)) or _is_baseline(progress, score)
    ]
    rows += [row for row in _missed_rows(progress) if period.holds(progress.on(row[0]))]
    return tuple(row for _, row in sorted(rows, key=lambda dated: dated[0]))


def _is_baseline(progress: CourseProgress, score: StoredScore) -> bool:
    start = progress.changes[SYMPTOMS].baseline
    return start is not None and start.occurred_at == score.occurred_at


def _missed_rows(progress: CourseProgress) -> list[tuple[datetime, ScoreRow]]:
    return [
        (
            noon(on, progress.zone.key),
            ScoreRow(
                date=full_date(on),
                instrument=instruments.get(WEEKLY).title,
                total="Missed",
                flags="Due, not answered",
            ),
        )
        for on in progress.missed_on(WEEKLY)
    ]


def _score_row(progress: CourseProgress, scale: Scale, score: StoredScore) -> ScoreRow:
    moved, percent, status = _judged(progress, progress.changes[scale.id], score)
    return ScoreRow(
        date=full_date(progress.on(score.occurred_at)),
        instrument=instruments.get(WEEKLY).title,
        total="" if score.value is None else f"{number_words(score.value)} of {scale.maximum}",
        change=moved,
        percent=percent,
        status=status,
        answered=f"{score.answered} of {score.item_count}",
        flags=", ".join(progress.remarks(score)).capitalize(),
    )


def _judged(
    progress: CourseProgress, summary: ChangeSummary, score: StoredScore
) -> tuple[str, str, str]:
    """Change, percent and what it counts as, against the baseline; blank where nothing is."""
    start = summary.baseline
    if score.value is None or start is None or start.value is None:
        return "", "", ""
    if score.occurred_at == start.occurred_at:
        return "Baseline", "Baseline", "Baseline"
    if score.occurred_at < start.occurred_at:
        return "", "", "Before the baseline"
    one = ChangeSummary(
        scale=summary.scale,
        rules=summary.rules,
        baseline=start,
        latest=None,
        change=change(start.value, score.value),
        percent_better=percent_better(summary.scale, start.value, score.value, summary.rules),
        mark=mark(summary.scale, start.value, score.value, summary.rules),
    )
    return one.change_words, one.percent_words, one.mark.words


def group_rows(progress: CourseProgress) -> tuple[GroupRow, ...]:
    """The groups of symptoms and the gains, at the baseline and now."""
    return tuple(_group_row(progress.changes[scale.id]) for scale in weekly_scales()[1:])


def _group_row(summary: ChangeSummary) -> GroupRow:
    scale = summary.scale
    higher = " (higher is better)" if scale.id == GAINS else ""
    return GroupRow(
        group=f"{scale.label}{higher}",
        range=f"{scale.minimum}–{scale.maximum}",
        baseline=point_words(summary.baseline),
        latest=point_words(summary.latest),
        change=summary.change_words,
        percent=summary.percent_words,
    )


def therapy_part(progress: CourseProgress, period: Period = WHOLE_COURSE) -> Therapy:
    """Attendance, and each therapy session. Cancelled ones are listed and not counted."""
    sessions = tuple(
        each for each in progress.record.therapy if period.holds(_session_on(progress, each))
    )
    states = [session.state for session in sessions]
    return Therapy(
        planned=str(len(states) - states.count(TherapyState.CANCELLED)),
        held=str(states.count(TherapyState.HELD)),
        missed=str(states.count(TherapyState.MISSED)),
        sessions=tuple(
            TherapyRow(
                date=full_date(_session_on(progress, session)),
                kind=f"{KIND_WORDS[session.kind]}, {FORMAT_WORDS[session.format]}",
                therapist=session.therapist,
                minutes="" if session.minutes is None else str(session.minutes),
                state=STATE_WORDS[session.state],
            )
            for session in sessions
        ),
    )


def _session_on(progress: CourseProgress, session: TherapyAppointment) -> date:
    at = session.occurred_at
    return session.planned_on if at is None else progress.on(at)
