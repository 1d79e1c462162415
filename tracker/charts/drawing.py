"""One door to every picture of a course. The modules that draw load at the first drawing: they
bring matplotlib, which takes a second.
"""

from __future__ import annotations

from tracker.charts.cohort_series import (
    CohortSeries,
    ProcessSeries,
    SortedSeries,
    TrajectorySeries,
)
from tracker.charts.course_series import CourseSeries
from tracker.charts.infusion_series import EffectsSeries, PlanSeries
from tracker.charts.palette import in_dark
from tracker.charts.series import DailySeries, Form, GroupsSeries
from tracker.charts.vital_series import VitalSeries


def draw(series: CourseSeries, form: Form, *, is_dark: bool = False) -> str:
    """The picture as SVG text; equal series give equal text. Safe to call from several threads."""
    svg = _drawn(series, form)
    return in_dark(svg) if is_dark else svg


def _drawn(series: CourseSeries, form: Form) -> str:
    if isinstance(series, GroupsSeries):
        from tracker.charts.groups import draw_groups

        return draw_groups(series, form=form)
    if isinstance(series, DailySeries):
        from tracker.charts.daily import draw_daily

        return draw_daily(series, form=form)
    if isinstance(series, EffectsSeries):
        from tracker.charts.effects import draw_effects

        return draw_effects(series, form=form)
    if isinstance(series, PlanSeries):
        from tracker.charts.plan_given import draw_plan

        return draw_plan(series, form=form)
    from tracker.charts.progress import draw_progress

    return draw_progress(series, form=form)


def draw_vitals(
    series: VitalSeries, form: Form = Form.PRINT, *, low: bool = False, is_dark: bool = False
) -> str:
    """The picture of one infusion, for paper unless said otherwise."""
    from tracker.charts.vital_signs import draw_vital_signs

    svg = draw_vital_signs(series, form=form, low=low)
    return in_dark(svg) if is_dark else svg


def draw_cohort(series: CohortSeries, form: Form, *, is_dark: bool = False) -> str:
    """The picture of many courses as SVG text."""
    svg = _drawn_cohort(series, form)
    return in_dark(svg) if is_dark else svg


def _drawn_cohort(series: CohortSeries, form: Form) -> str:
    from tracker.charts import cohort, cohort_lines

    if isinstance(series, TrajectorySeries):
        return cohort.draw_trajectories(series, form)
    if isinstance(series, SortedSeries):
        return cohort.draw_sorted(series, form)
    if isinstance(series, ProcessSeries):
        return cohort_lines.draw_process(series, form)
    return cohort_lines.draw_survival(series, form)
