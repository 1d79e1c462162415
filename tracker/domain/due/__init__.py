"""Which check-in is due when, computed from the course and its infusions and never stored.

Every due check-in has a key; an answer carries the key of what it answers, so that one due
check-in has one answer. The protocol says by rules what is asked when
(`tracker/domain/instrument_uses.py`); each kind of rule has one function here that puts it on the
course's calendar, and `spacing` keeps the slots of one instrument apart. Hours are real hours;
days begin at the patient's midnight, also where the clocks change.
"""

from tracker.domain.due.at_infusions import days_after_coming
from tracker.domain.due.course_dates import (
    MAINTENANCE_DAILY_DAYS,
    ComingInfusion,
    CourseDates,
    InfusionTimes,
)
from tracker.domain.due.keys import instrument_of
from tracker.domain.due.plan import due_check_ins
from tracker.domain.due.rhythms import DAILY_CLOSES_AT
from tracker.domain.due.states import DueCheckIn, DueState, open_check_ins
from tracker.domain.due.timeline import UPCOMING_DAYS
from tracker.domain.instrument_uses import AFTER_INFUSION, DAILY, WEEKLY

__all__ = [
    "AFTER_INFUSION",
    "DAILY",
    "DAILY_CLOSES_AT",
    "MAINTENANCE_DAILY_DAYS",
    "UPCOMING_DAYS",
    "WEEKLY",
    "ComingInfusion",
    "CourseDates",
    "DueCheckIn",
    "DueState",
    "InfusionTimes",
    "days_after_coming",
    "due_check_ins",
    "instrument_of",
    "open_check_ins",
]
