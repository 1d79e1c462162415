"""The dates in the record of a course that its due check-ins follow from."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tracker.domain.course_record import CourseRecord, GivenInfusion, PlannedInfusion
from tracker.domain.courses import PlannedState
from tracker.domain.due import ComingInfusion, CourseDates, InfusionTimes


def course_dates(record: CourseRecord, zone: ZoneInfo) -> CourseDates:
    """What the due check-ins of a course follow from.

    Nothing from before the course was planned is asked for; infusion 1 counts on its newest date.
    """
    first = [
        each.planned_on
        for each in record.infusions
        if each.number == 1
        and not each.is_booster
        and each.state in (PlannedState.PLANNED, PlannedState.GIVEN)
    ]
    patient_zone = ZoneInfo(record.patient_timezone) if record.patient_timezone else None
    dates = CourseDates(
        course_id=record.id,
        first_infusion_on=first[0] if first else record.start_on,
        asked_from_on=record.recorded_at.astimezone(patient_zone or zone).date(),
        infusions=[_times(each, each.given) for each in record.infusions if each.given],
        coming=[
            ComingInfusion(
                planned_id=each.id,
                planned_on=each.planned_on,
                planned_time=each.planned_time,
                is_booster=each.is_booster,
            )
            for each in record.infusions
            if each.is_coming and each.given is None
        ],
        ended_on=record.ended_on,
        patient_zone=patient_zone,
        weekly_weekday=record.weekly_weekday,
    )
    return dates.in_state(record.state, zone)


def _times(planned: PlannedInfusion, given: GivenInfusion) -> InfusionTimes:
    return InfusionTimes(
        id=given.id,
        started_at=given.started_at,
        ended_at=given.ended_at,
        planned_id=planned.id,
        is_booster=planned.is_booster,
    )
