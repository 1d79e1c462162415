"""When infusions and therapy sessions are: planning, moving, and saying why.

Dates only, in the clinic's calendar: no clock times, so a change of summer time moves nothing.
"""

from tracker.domain.schedule.planning import BrokenGap, Plan, days_that_work, plan
from tracker.domain.schedule.replanning import Move, MoveKind, Replan, replan
from tracker.domain.schedule.rules import (
    Block,
    BlockRule,
    CannotPlan,
    ClinicDays,
    NoOpenDay,
    PlanRules,
)
from tracker.domain.schedule.therapy import TherapyWeek, therapy_dates, therapy_weeks
from tracker.domain.schedule.wording import day_in_words, explain, in_days

__all__ = [
    "Block",
    "BlockRule",
    "BrokenGap",
    "CannotPlan",
    "ClinicDays",
    "Move",
    "MoveKind",
    "NoOpenDay",
    "Plan",
    "PlanRules",
    "Replan",
    "TherapyWeek",
    "day_in_words",
    "days_that_work",
    "explain",
    "in_days",
    "plan",
    "replan",
    "therapy_dates",
    "therapy_weeks",
]
