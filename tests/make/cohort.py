"""Courses of a cohort as values, for rules that look at many of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.domain import instruments
from tracker.domain.cohort.courses import CohortCourse, CohortScore
from tracker.domain.cohort.judging import Measured
from tracker.domain.courses import CourseState

WEEKLY = Measured(
    instrument=instruments.get("weekly"), scale=instruments.get("weekly").scale("weekly_symptoms")
)
PCL5 = Measured(
    instrument=instruments.get("pcl-5"), scale=instruments.get("pcl-5").scale("pcl_5_total")
)


def make_cohort_course(
    baseline: float | None = 58, end: float | None = 41, **changes: Any
) -> CohortCourse:
    """Six infusions in 20 days, one score after the last of them."""
    values: dict[str, Any] = {
        "protocol": "Standard",
        "started_on": date(2026, 3, 2),
        "state": CourseState.COMPLETED,
        "planned": 6,
        "given": 6,
        "last_day": 20.0,
        "observed_days": 200.0,
        "baseline": baseline,
        "scores": () if end is None else (CohortScore(6, 24.0, end),),
        "therapy_held": 4,
        "therapy_due": 4,
    }
    return CohortCourse(**values | changes)
