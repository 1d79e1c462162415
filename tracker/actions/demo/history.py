"""What was tried before each course, and what the course is for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

from tracker.actions.demo.infusions import Infusion
from tracker.actions.demo.moments import Present, Row, at, dice, known_id
from tracker.actions.demo.plans import Layout
from tracker.actions.demo.story import Stage, Story, Way
from tracker.domain.course_assessments import Trauma
from tracker.domain.prior_treatments import Adequacy, TreatmentKind, TrialEnd, TrialOutcome

_SSRI = ("medicine", "Paroxetine", "SSRI", "40 mg daily", 14, 90, "adequate", "partial")
_TRIALS = (
    (
        (*_SSRI, "no_benefit"),
        (
            "psychotherapy",
            "Cognitive processing therapy",
            "",
            "12 sessions",
            14,
            None,
            "adequate",
            "partial",
            "finished",
        ),
    ),
    (
        ("medicine", "Fluoxetine", "SSRI", "60 mg daily", 11, 85, "adequate", "none", "no_benefit"),
        (
            "medicine",
            "Venlafaxine",
            "SNRI",
            "75 mg daily",
            3,
            60,
            "not_adequate",
            "unknown",
            "side_effects",
        ),
        (
            "psychotherapy",
            "Prolonged exposure",
            "",
            "5 sessions",
            6,
            None,
            "not_adequate",
            "none",
            "patient_choice",
        ),
    ),
    (
        (*_SSRI, "side_effects"),
        (
            "medicine",
            "Mirtazapine",
            "Tetracyclic",
            "30 mg at night",
            9,
            95,
            "adequate",
            "none",
            "no_benefit",
        ),
        ("psychotherapy", "EMDR", "", "8 sessions", 10, None, "adequate", "response", "finished"),
    ),
)
_TRAUMAS = (
    Trauma.ACCIDENT,
    Trauma.COMBAT,
    Trauma.CHILDHOOD,
    Trauma.PHYSICAL_VIOLENCE,
    Trauma.WORK,
    None,
)
_LAST_ENDED_DAYS = 120
_PAUSE_DAYS = 30
_JUDGED = {
    Way.QUICK: "Marked relief from the second infusion on; avoidance eases in therapy as well.",
    Way.SLOW: "Slow but steady relief. Nightmares are rarer, the days feel safer.",
    Way.NONE: "No change beyond noise so far.",
    Way.WORSE: "Worse than before the course; watched closely, therapy moved up.",
    Way.RELAPSE: "Clear relief during the course that did not hold in full after it.",
}
_PLAN = (
    "This clinic: infusions as planned and a review of the scores at each. "
    "Referring clinician: medicines and general health. Weekly therapy goes on."
)

_PLAN_AFTERWARDS = (
    "This clinic: no further infusions; back here if symptoms return. "
    "Referring clinician: medicines, general health and further treatment."
)


def trial_rows(story: Story, layout: Layout, present: Present) -> Iterator[Row]:
    """Two or three treatments, one after the other, the last long before the course."""
    ended_on = layout.start_on - timedelta(days=_LAST_ENDED_DAYS)
    for number, each in enumerate(reversed(dice(f"{story.key} trials").choice(_TRIALS)), start=1):
        kind, treatment, group, dose, weeks, taken, adequacy, outcome, end = each
        started_on = ended_on - timedelta(weeks=weeks)
        yield {
            "id": known_id(f"{story.key} trial {number}"),
            "patient_id": known_id(f"{story.key} patient"),
            "kind": TreatmentKind(kind),
            "treatment": treatment,
            "treatment_class": group,
            "dose": dose,
            "started_on": started_on,
            "ended_on": ended_on,
            "weeks": weeks,
            "taken_percent": taken,
            "adequacy": Adequacy(adequacy),
            "outcome": TrialOutcome(outcome),
            "ended_because": TrialEnd(end),
            "note": "From the referral letter",
            "recorded_at": layout.agreed_at(present),
        }
        ended_on = started_on - timedelta(days=_PAUSE_DAYS)


def assessment_rows(
    story: Story, layout: Layout, given: tuple[Infusion, ...], present: Present
) -> Iterator[Row]:
    """The diagnosis when the course was agreed; the assessment once half of it was given."""
    row = {
        "course_id": known_id(f"{story.key} course"),
        "icd10_code": dice(f"{story.key} code").choice(("F43.12", "F43.12", "F43.10")),
        "trauma": dice(f"{story.key} trauma").choice(_TRAUMAS),
    }
    yield row | {
        "id": known_id(f"{story.key} assessment 1"),
        "revision": 1,
        "assessment": "",
        "plan": _PLAN,
        "recorded_at": layout.agreed_at(present),
    }
    ended = [each.ended_at for each in given if each.ended_at is not None]
    if len(ended) >= story.count // 2 and ended[-1] + timedelta(hours=2) <= present.moment:
        yield row | {
            "id": known_id(f"{story.key} assessment 2"),
            "revision": 2,
            "assessment": _JUDGED[story.way],
            "plan": _PLAN,
            "recorded_at": ended[-1] + timedelta(hours=2),
        }
    if story.stage in (Stage.COMPLETED, Stage.STOPPED):
        yield row | {
            "id": known_id(f"{story.key} assessment 3"),
            "revision": 3 if len(ended) >= story.count // 2 else 2,
            "assessment": _JUDGED[story.way],
            "plan": _PLAN_AFTERWARDS,
            "recorded_at": at(present.day(-story.ended_days_ago), time(17, 0)),
        }
