"""How one person's scores moved since the baseline, and how much of it was measured at all."""

from tracker.domain.progress.adherence import Adherence, adherence
from tracker.domain.progress.booster import BoosterFacts, StopFact, stop_fact
from tracker.domain.progress.change import (
    change,
    is_response,
    mark,
    percent_better,
    reliable_change_index,
)
from tracker.domain.progress.course import (
    CourseChange,
    ScaleChange,
    Verdict,
    scale_change,
    verdict_of,
)
from tracker.domain.progress.effect import InfusionEffect, Lasting, StartedAt, infusion_effects
from tracker.domain.progress.marks import ChangeMark, Side
from tracker.domain.progress.outcomes import is_reached, percent_gone
from tracker.domain.progress.published import published_rules
from tracker.domain.progress.relapse import Ideation, RelapseFact, Scored, relapse_facts
from tracker.domain.progress.response import (
    Level,
    Moment,
    ResponseCourse,
    response_course,
    response_level,
)
from tracker.domain.progress.rules import (
    OWN_SCALE_RULES,
    PCL5_RULES,
    PCL5_STRICT_RULES,
    Basis,
    ChangeRules,
    own_scale_rules,
)
from tracker.domain.progress.series import (
    BASELINE_DAYS,
    DailyMedian,
    Point,
    baseline,
    entered_too_late,
    latest,
    segments,
    seven_day_median,
)
from tracker.domain.progress.summary import ChangeSummary, changes_since_baseline
from tracker.domain.progress.thresholds import Threshold, thresholds

__all__ = [
    "CourseChange",
    "ScaleChange",
    "Verdict",
    "scale_change",
    "verdict_of",
    "BASELINE_DAYS",
    "OWN_SCALE_RULES",
    "PCL5_RULES",
    "PCL5_STRICT_RULES",
    "Adherence",
    "Basis",
    "ChangeMark",
    "ChangeRules",
    "ChangeSummary",
    "DailyMedian",
    "Point",
    "Side",
    "Threshold",
    "adherence",
    "baseline",
    "change",
    "changes_since_baseline",
    "is_reached",
    "is_response",
    "latest",
    "mark",
    "own_scale_rules",
    "percent_better",
    "percent_gone",
    "reliable_change_index",
    "segments",
    "seven_day_median",
    "thresholds",
    "BoosterFacts",
    "StopFact",
    "stop_fact",
    "InfusionEffect",
    "Lasting",
    "StartedAt",
    "infusion_effects",
    "published_rules",
    "Ideation",
    "RelapseFact",
    "Scored",
    "relapse_facts",
    "Level",
    "Moment",
    "ResponseCourse",
    "response_course",
    "response_level",
    "entered_too_late",
]
