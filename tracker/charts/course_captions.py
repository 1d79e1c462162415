"""What stands under the pictures of a course: the comparison, the thresholds and whose they are."""

from __future__ import annotations

from tracker.charts.axes import full_date
from tracker.charts.safety_series import safety_marks
from tracker.charts.safety_words import safety_words
from tracker.domain.course_progress import CourseProgress
from tracker.domain.due import WEEKLY
from tracker.domain.instruments import Direction, Scale
from tracker.domain.progress import ChangeSummary, Point
from tracker.domain.progress.summary import number_words

SITE_SETTING = "site setting, needs clinical review"


def comparison_words(progress: CourseProgress, summary: ChangeSummary) -> str:
    """What a weekly score is compared with, which thresholds are used, how many were answered."""
    answered, due = progress.answered_of_due(WEEKLY)
    ratings = f"{answered} of {due} weekly ratings answered." if due else "No rating was due yet."
    if summary.baseline is None:
        return f"There is no baseline, so nothing is compared. {ratings}"
    on = full_date(progress.on(summary.baseline.occurred_at))
    fixed = "" if progress.record.first_started_at else " (may still change before infusion 1)"
    compared = f"Compared with the baseline of {on}{fixed}. {threshold_words(progress)}"
    return " ".join(filter(None, (compared, percent_words(summary.scale), ratings)))


def total_caption(progress: CourseProgress) -> str:
    """What stands on the picture of the weekly total."""
    named = [f"{safety_words(one)[0]}s" for one in safety_marks(progress.record)]
    *most, last = [
        "infusions",
        *(["changes of medicines"] if progress.medicine_marks else []),
        *dict.fromkeys(named),
    ]
    lanes = f"{', '.join(most)} and {last}" if most else last
    return f"Total of 20 symptoms, with {lanes}; on a wide screen therapy too. Lower is better."


def percent_words(scale: Scale) -> str:
    """What a percent is of, where a reader would take it to be of the baseline's number."""
    if scale.direction is Direction.LOWER_IS_BETTER and scale.minimum == 0:
        return ""
    best = scale.minimum if scale.direction is Direction.LOWER_IS_BETTER else scale.maximum
    return f"Percent is of the distance from the baseline to the best score, {best}."


def threshold_words(progress: CourseProgress) -> str:
    """The thresholds and whose they are."""
    rules = progress.rules
    return (
        f"{rules.large} % better is a response, {rules.small} % worse, of at most half the scale, "
        f"a worsening ({SITE_SETTING})."
    )


def change_line(summary: ChangeSummary) -> str:
    """ "60 → 20 of 80, 66 % better", or what is missing."""
    start, end = point_words(summary.baseline), point_words(summary.latest)
    if not start or not end:
        return f"{end or start} of {summary.scale.maximum}" if start or end else "no scores yet"
    percent = f", {summary.percent_words}" if summary.percent_words else ""
    return f"{start} → {end} of {summary.scale.maximum}{percent}"


def point_words(point: Point | None) -> str:
    """The number of a score; empty when there is none."""
    return "" if point is None or point.value is None else number_words(point.value)
