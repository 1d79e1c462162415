"""The pictures of a course, by name: which values of its record each of them shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from types import MappingProxyType

from tracker.charts.infusion_series import (
    EffectsSeries,
    PlanSeries,
    effects_series,
    plan_series,
)
from tracker.charts.safety_series import safety_marks
from tracker.charts.series import (
    Band,
    Baseline,
    DailyRow,
    DailySeries,
    Direction,
    Group,
    GroupsSeries,
    Infusion,
    InfusionMark,
    Medicine,
    Phase,
    ProgressSeries,
    RatedBy,
    ScorePoint,
    Therapy,
    TherapyMark,
)
from tracker.domain import instruments
from tracker.domain.course_progress import (
    GAINS,
    SYMPTOMS,
    CourseProgress,
    daily_scales,
    group_scales,
)
from tracker.domain.course_record import PlannedInfusion, TherapyAppointment
from tracker.domain.courses import GivenState, PlannedState, TherapyState
from tracker.domain.due import DAILY, WEEKLY
from tracker.domain.instruments import Scale
from tracker.domain.languages import Language
from tracker.domain.progress import ChangeMark, Threshold, thresholds
from tracker.domain.progress.series import MAX_GAP_DAYS

MOST_DAILY_DAYS = 84
"""Twelve weeks of squares are as many as can be told apart."""

CourseSeries = ProgressSeries | GroupsSeries | DailySeries | EffectsSeries | PlanSeries


def symptoms_series(progress: CourseProgress) -> ProgressSeries:
    """The weekly total over the course, as clinicians see it."""
    return _weekly_series(progress, SYMPTOMS)


def gains_series(progress: CourseProgress) -> ProgressSeries:
    """The gains in a picture of their own, for here higher is better."""
    return _weekly_series(progress, GAINS)


def own_series(progress: CourseProgress, language: Language) -> ProgressSeries:
    """The weekly total as the patient sees it: the scores and the infusions, no thresholds."""
    series = _weekly_series(progress, SYMPTOMS, for_patient=True)
    title = language.say("Weekly symptom score")
    start = series.baseline and replace(series.baseline, label=language.say("where you started"))
    return replace(
        series,
        title=title,
        scale_label=f"{title} ({series.minimum:g}–{series.maximum:g})",
        baseline=start,
        language=language,
    )


def insurer_series(progress: CourseProgress) -> ProgressSeries:
    """The weekly total as an insurer gets it: the least that tells how it went. No list of
    medicines, so no lane of them; nothing of safety.
    """
    return replace(symptoms_series(progress), medicines=(), safety=())


def groups_series(progress: CourseProgress) -> GroupsSeries:
    """The four groups of symptoms side by side."""
    return GroupsSeries(
        title="Symptom groups of the weekly rating",
        direction=Direction.LOWER_IS_BETTER,
        zone=progress.zone.key,
        groups=tuple(
            Group(label=scale.label, maximum=scale.maximum, points=_points(progress, scale))
            for scale in group_scales()
        ),
        infusions=_infusions(progress),
    )


def daily_series(progress: CourseProgress) -> DailySeries:
    """The five daily ratings, twelve weeks of them at the most.

    A check-in stands at the day that it was due on: one sent after midnight is the day before's.
    Days on which none came are in the picture as such.
    """
    days = [one.due_on for one in progress.record.check_ins if one.instrument_key == DAILY]
    days.extend(progress.missed_on(DAILY))
    last_on = max(days, default=progress.today)
    first_on = max(min(days, default=last_on), last_on - timedelta(days=MOST_DAILY_DAYS - 1))
    return DailySeries(
        title="Daily ratings",
        zone=progress.zone.key,
        first_on=first_on,
        last_on=last_on,
        rows=tuple(
            DailyRow(label=scale.label, maximum=scale.maximum, values=_days(progress, scale))
            for scale in daily_scales()
        ),
        infusions=_infusions(progress),
    )


SERIES: Mapping[str, Callable[[CourseProgress], CourseSeries]] = MappingProxyType(
    {
        "progress": symptoms_series,
        "groups": groups_series,
        "daily": daily_series,
        "gains": gains_series,
        "effects": effects_series,
        "plan": plan_series,
    }
)
"""What a clinic's pages show, by the name in the address of the picture."""

OWN_SERIES: Mapping[str, Callable[[CourseProgress], CourseSeries]] = MappingProxyType(
    {f"own_{language}": partial(own_series, language=language) for language in Language}
)
"""What the patient's printed report shows, in each language."""


INSURER_SERIES: Mapping[str, Callable[[CourseProgress], CourseSeries]] = MappingProxyType(
    {"insurer_progress": insurer_series}
)
"""What an insurer's letter shows."""

ALL_SERIES = MappingProxyType({**SERIES, **OWN_SERIES, **INSURER_SERIES})


def _weekly_series(
    progress: CourseProgress, scale_id: str, *, for_patient: bool = False
) -> ProgressSeries:
    scale = instruments.get(WEEKLY).scale(scale_id)
    return progress_series(
        progress,
        scale,
        title=scale.label,
        instrument_key=WEEKLY,
        points=_points(progress, scale),
        baseline=_baseline(progress, scale),
        bands=() if for_patient else _bands(progress, scale),
        for_patient=for_patient,
    )


def progress_series(
    progress: CourseProgress,
    scale: Scale,
    *,
    title: str,
    instrument_key: str,
    points: tuple[ScorePoint, ...],
    baseline: Baseline | None,
    bands: tuple[Band, ...],
    gap_days: float = MAX_GAP_DAYS,
    for_patient: bool = False,
) -> ProgressSeries:
    """The scores of one scale with what happened in the course around them."""
    return ProgressSeries(
        title=title,
        scale_label=f"{title} ({scale.minimum}–{scale.maximum})",
        direction=_direction(scale),
        minimum=scale.minimum,
        maximum=scale.maximum,
        zone=progress.zone.key,
        points=points,
        missed=progress.missed_on(instrument_key),
        baseline=baseline,
        bands=bands,
        infusions=_infusions(progress),
        therapy=() if for_patient else _therapy(progress),
        medicines=() if for_patient else _medicines(progress),
        safety=() if for_patient else safety_marks(progress.record),
        phases=() if for_patient else _phases(progress),
        today=progress.today if progress.record.is_open and not progress.is_as_of else None,
        gap_days=gap_days,
    )


def _direction(scale: Scale) -> Direction:
    lower = scale.direction is instruments.Direction.LOWER_IS_BETTER
    return Direction.LOWER_IS_BETTER if lower else Direction.HIGHER_IS_BETTER


def _points(progress: CourseProgress, scale: Scale) -> tuple[ScorePoint, ...]:
    found = []
    for score in progress.record.scores.get(scale.id, ()):
        if score.value is None:
            continue
        check_in = progress.check_in_of(score)
        on_paper = check_in is not None and check_in.is_from_paper
        found.append(
            ScorePoint(
                occurred_at=score.occurred_at,
                value=float(score.value),
                prorated=score.is_prorated,
                rated_by=RatedBy.PAPER if on_paper else RatedBy.PATIENT,
            )
        )
    return tuple(found)


def _baseline(progress: CourseProgress, scale: Scale) -> Baseline | None:
    start = progress.changes[scale.id].baseline
    if start is None or start.value is None:
        return None
    return Baseline(value=float(start.value), at=start.occurred_at)


def _bands(progress: CourseProgress, scale: Scale) -> tuple[Band, ...]:
    start = progress.changes[scale.id].baseline
    if start is None or start.value is None:
        return ()
    found = thresholds(scale, start.value, progress.rules)
    return tuple(
        Band(
            lower=float(one.score),
            upper=float(one.score),
            label=_threshold_words(scale, one),
        )
        for one in found
    )


def _threshold_words(scale: Scale, threshold: Threshold) -> str:
    """ "response ≤ 31.5": the score itself, for a percentage would need its base beside it."""
    is_response = threshold.mark is ChangeMark.RESPONSE
    lower = scale.direction is instruments.Direction.LOWER_IS_BETTER
    sign = "≤" if is_response is lower else "≥"
    score = _plain(threshold.score.quantize(Decimal("0.1")))
    return f"{'response' if is_response else 'worse'} {sign} {score}"


def _infusions(progress: CourseProgress) -> tuple[Infusion, ...]:
    return tuple(
        Infusion(
            at=_at(progress, each),
            mark=_mark(each),
            number=None if each.is_booster else each.number,
            dose="" if each.given is None else f"{_plain(each.given.dose_mg_per_kg)} mg/kg",
        )
        for each in progress.record.infusions
    )


def _at(progress: CourseProgress, infusion: PlannedInfusion) -> datetime:
    if infusion.given is not None:
        return infusion.given.started_at
    return _instant(progress, infusion.planned_on, infusion.planned_time)


def _instant(progress: CourseProgress, on: date, at: time) -> datetime:
    return datetime.combine(on, at, progress.zone).astimezone(UTC)


_NOT_GIVEN = {
    PlannedState.PLANNED: InfusionMark.PLANNED,
    PlannedState.MISSED: InfusionMark.MISSED,
    PlannedState.CANCELLED: InfusionMark.CANCELLED,
}


def _mark(infusion: PlannedInfusion) -> InfusionMark:
    if infusion.given is None:
        return _NOT_GIVEN.get(infusion.state, InfusionMark.PLANNED)
    if infusion.given.state is GivenState.STOPPED_EARLY:
        return InfusionMark.PARTIAL
    return InfusionMark.BOOSTER if infusion.is_booster else InfusionMark.GIVEN


_THERAPY_MARKS = {
    TherapyState.HELD: TherapyMark.HELD,
    TherapyState.MISSED: TherapyMark.MISSED,
    TherapyState.PLANNED: TherapyMark.PLANNED,
}


def _therapy(progress: CourseProgress) -> tuple[Therapy, ...]:
    return tuple(
        Therapy(at=_therapy_at(progress, each), mark=_THERAPY_MARKS[each.state])
        for each in progress.record.therapy
        if each.state in _THERAPY_MARKS
    )


def _therapy_at(progress: CourseProgress, session: TherapyAppointment) -> datetime:
    if session.occurred_at is not None:
        return session.occurred_at
    return _instant(progress, session.planned_on, session.planned_time or time(12))


def _medicines(progress: CourseProgress) -> tuple[Medicine, ...]:
    return tuple(Medicine(on=one.on, words=one.words) for one in progress.medicine_marks)


def _phases(progress: CourseProgress) -> tuple[Phase, ...]:
    days = [
        progress.on(_at(progress, each))
        for each in progress.record.infusions
        if not each.is_booster and each.state in (PlannedState.PLANNED, PlannedState.GIVEN)
    ]
    if not days:
        return ()
    return (Phase(label="Course", starts_on=min(days), ends_on=max(days), shaded=True),)


def _days(progress: CourseProgress, scale: Scale) -> tuple[tuple[date, float], ...]:
    found = {}
    for score in progress.record.scores.get(scale.id, ()):
        check_in = progress.check_in_of(score)
        if score.value is not None and check_in is not None:
            found[check_in.due_on] = float(score.value)
    return tuple(sorted(found.items()))


def _plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".")
