"""What of the record of a course is marked for safety, in the pictures that clinicians see."""

from __future__ import annotations

from tracker.charts.series import Safety, SafetyMark
from tracker.domain.course_record import CourseRecord
from tracker.domain.safety import AlertLevel

_LEVELS = {
    AlertLevel.WATCH: SafetyMark.WATCH,
    AlertLevel.SOON: SafetyMark.SOON,
    AlertLevel.NOW: SafetyMark.NOW,
}


def safety_marks(record: CourseRecord) -> tuple[Safety, ...]:
    """Alerts and serious events; none of a record that was read without them."""
    alerts = (Safety(at=each.raised_at, mark=_LEVELS[each.level]) for each in record.alerts or ())
    events = (
        Safety(at=each.occurred_at, mark=SafetyMark.SERIOUS, words=each.term)
        for each in record.events or ()
        if each.is_serious
    )
    return (*alerts, *events)
