"""Concurrent medicines and reviews in the middle of a course."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tracker.actions.demo.infusions import Infusion
from tracker.actions.demo.moments import Present, Row, dice, known_id
from tracker.actions.demo.plans import Layout
from tracker.actions.demo.story import Story, Way
from tracker.domain.protocol import default_protocol
from tracker.domain.treatment_decisions import MedicineChange, ReviewDecision

_MEDICINES = (
    (("Sertraline", "50 mg daily", "100 mg daily"),),
    (("Prazosin", "1 mg at night", "2 mg at night"), ("Sertraline", "100 mg daily", "")),
    (("Venlafaxine", "75 mg daily", "150 mg daily"),),
    (),
)
_LONG_BEFORE_DAYS = 90
_CHANGED_AFTER_DAYS = 9
_REASONS = {
    Way.QUICK: "Better from the second infusion on, and it holds between them.",
    Way.SLOW: "A little better; agreed to give the rest of the course and to look again.",
    Way.NONE: "No change so far; talked over openly, patient wants to finish the six.",
    Way.WORSE: "Worse than at the start. Therapy moved closer, watched at every visit.",
    Way.RELAPSE: "Better, with good and bad days.",
}


def medicine_change_rows(story: Story, layout: Layout, present: Present) -> Iterator[Row]:
    """What somebody takes beside the course: since long before, some with one change of dose."""
    first = layout.start_on
    for name, dose, changed in dice(f"{story.key} medicines").choice(_MEDICINES):
        row = {
            "patient_id": known_id(f"{story.key} patient"),
            "medicine": name,
            "recorded_at": layout.agreed_at(present),
        }
        yield row | {
            "id": known_id(f"{story.key} {name} 1"),
            "change": MedicineChange.STARTED,
            "dose": dose,
            "changed_on": first - timedelta(days=_LONG_BEFORE_DAYS),
            "note": "As told by the patient",
        }
        changed_on = first + timedelta(days=_CHANGED_AFTER_DAYS)
        if changed and changed_on < present.today:
            yield row | {
                "id": known_id(f"{story.key} {name} 2"),
                "change": MedicineChange.DOSE_CHANGED,
                "dose": changed,
                "changed_on": changed_on,
                "note": "By the prescriber",
                "recorded_at": present.moment
                if changed_on >= present.today
                else layout.agreed_at(present)
                + timedelta(days=(changed_on - layout.agreed_at(present).date()).days),
            }


def review_rows(story: Story, given: tuple[Infusion, ...], present: Present) -> Iterator[Row]:
    """The review after the last infusion that the protocol allows for it, where that is past."""
    latest = max(default_protocol().review_after_infusions, default=0)
    reviewed = next((each for each in given if each.appointment.number == latest), None)
    if reviewed is None or reviewed.ended_at is None or not latest:
        return
    at = reviewed.ended_at + timedelta(days=1)
    if at > present.moment:
        return
    yield {
        "id": known_id(f"{story.key} review"),
        "course_id": known_id(f"{story.key} course"),
        "after_infusion": latest,
        "decision": ReviewDecision.CONTINUE,
        "dose_mg_per_kg": None,
        "reason": _REASONS[story.way],
        "occurred_at": at,
        "recorded_at": at,
    }
