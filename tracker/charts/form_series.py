"""The charts of published questionnaires: their scores with bands, cut-points and real change.

Only what is published is drawn as a band; what is unconfirmed stands in the notes beside the
table. The band around the start holds the changes that the protocol calls no real change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from tracker.charts.course_series import progress_series
from tracker.charts.series import Band, Baseline, ProgressSeries, RatedBy, ScorePoint
from tracker.domain import instruments
from tracker.domain.course_progress import CourseProgress
from tracker.domain.instruments import Instrument, Scale, Standing, WordingState
from tracker.domain.progress import Basis, ChangeRules, Point, baseline, published_rules
from tracker.domain.questionnaire_scores import QuestionnaireForm, total_point

WEEK_GAP_DAYS, MONTH_GAP_DAYS = 14, 45
"""The longest time a line bridges, by what the form asks about (defaults, need clinical review)."""
_WEEKS = ("past week", "7 days")


@cache
def form_names() -> dict[str, str]:
    """The published questionnaires that have a total, by the name of their chart."""
    return {
        f"form_{key.replace('-', '_')}": key
        for key, one in instruments.definitions().items()
        if one.total and one.wording is not WordingState.OWN
    }


def charted_forms(forms: Sequence[QuestionnaireForm]) -> tuple[tuple[str, Instrument], ...]:
    """Chart name and newest definition of each form that has a score, in the order of names."""
    scored = {
        form.instrument.key: form.instrument
        for form in sorted(forms, key=lambda form: form.occurred_at)
        if form.total is not None and form.total.value is not None
    }
    names = form_names().items()
    return tuple((name, scored[key]) for name, key in names if key in scored)


def form_series(
    instrument: Instrument, forms: Sequence[QuestionnaireForm], progress: CourseProgress
) -> ProgressSeries:
    """The totals of one questionnaire over the course."""
    scale = instrument.scale(instrument.total)
    mine = [each for each in forms if each.instrument.key == instrument.key]
    start = _start(mine, progress)
    rules = published_rules(progress.record.protocol.change).get(instrument.key)
    return progress_series(
        progress,
        scale,
        title=instrument.title,
        instrument_key=instrument.key,
        points=tuple(_points(mine)),
        baseline=_baseline(start),
        bands=(*_change_band(scale, start, rules), *_lines(scale, rules)),
        gap_days=_gap_days(instrument),
    )


def _gap_days(instrument: Instrument) -> float:
    is_weekly = any(words in instrument.recall for words in _WEEKS)
    return WEEK_GAP_DAYS if is_weekly else MONTH_GAP_DAYS


def _start(mine: Sequence[QuestionnaireForm], progress: CourseProgress) -> Point | None:
    points = [total_point(each, each.total) for each in mine if each.total is not None]
    within = progress.record.protocol.change.baseline_within_days
    return baseline(points, progress.record.first_started_at, within_days=within)


def _baseline(start: Point | None) -> Baseline | None:
    if start is None or start.value is None:
        return None
    return Baseline(value=float(start.value), at=start.occurred_at)


def _points(mine: Sequence[QuestionnaireForm]) -> Iterator[ScorePoint]:
    for form in mine:
        if form.total is not None and form.total.value is not None:
            yield ScorePoint(
                occurred_at=form.total.occurred_at,
                value=float(form.total.value),
                prorated=form.total.is_prorated,
                rated_by=RatedBy.PAPER if form.mode == "paper" else RatedBy.PATIENT,
            )


def _change_band(scale: Scale, start: Point | None, rules: ChangeRules | None) -> Iterator[Band]:
    """What is no real change, in points around the start; none without a value for the form."""
    if start is None or start.value is None or rules is None or rules.large is None:
        return
    if rules.basis is not Basis.POINTS:
        return
    what = "may be chance" if rules.is_reliable_change else "too small to matter"
    yield Band(
        lower=max(float(start.value - rules.large), float(scale.minimum)),
        upper=min(float(start.value + rules.large), float(scale.maximum)),
        label=f"start ± {rules.large:f}: {what}",
    )


def _lines(scale: Scale, rules: ChangeRules | None) -> Iterator[Band]:
    """Cut-points and the lower ends of the named bands; equal ones share a line."""
    words: dict[int, list[str]] = {}
    for band in scale.bands[1:]:
        if band.status is Standing.PUBLISHED:
            words.setdefault(band.lowest, []).append(band.label.lower())
    for cut in scale.cut_points:
        if cut.status is not Standing.PUBLISHED:
            continue
        if cut.zone_lowest is not None and cut.zone_highest is not None:
            low, high = cut.zone_lowest, cut.zone_highest
            yield Band(lower=low, upper=high, label=f"{low}–{high} screening zone", hatched=True)
        else:
            words.setdefault(cut.value, []).append("cut-point")
    if rules is not None and rules.end_cut is not None:
        words.setdefault(int(rules.end_cut), []).append("end score")
    for value, said in sorted(words.items()):
        yield Band(lower=value, upper=value, label=f"{value} {', '.join(said)}")
