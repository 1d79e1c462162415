"""The review in the middle of a course: when it is due, and what it may decide.

Whoever has not gained by infusion 3 or 4 should be talked about before infusion 5. When the review
is due is a setting of the protocol (default, needs clinical review).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from tracker.domain.errors import Refused
from tracker.domain.treatment_decisions import ReviewDecision

DECISION_WORDS = MappingProxyType(
    {
        ReviewDecision.CONTINUE: "Continue as planned",
        ReviewDecision.CHANGE_DOSE: "Change the dose",
        ReviewDecision.STOP: "Stop the course",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """What was decided, and why. The dose in mg/kg is there when it changes, and only then."""

    decision: ReviewDecision
    reason: str
    dose_mg_per_kg: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreedDose:
    """The dose that a review changed to, and after which infusion it was written."""

    dose_mg_per_kg: Decimal
    after_infusion: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewDue:
    """A review that nobody wrote yet; overdue when the next infusion would be beyond the last."""

    after_infusion: int
    is_overdue: bool


def review_due(
    rules: Collection[int], *, given: int, reviewed_after: Collection[int]
) -> ReviewDue | None:
    """Whether the protocol asks for a review now; `given` counts infusions of the course."""
    if not rules or given < min(rules):
        return None
    if any(after >= min(rules) for after in reviewed_after):
        return None
    return ReviewDue(after_infusion=min(given, max(rules)), is_overdue=given >= max(rules))


def check_review(review: Review, *, given: int, refuse_above_mg_per_kg: Decimal) -> None:
    """Raise `Refused` for a review that cannot be."""
    if given < 1:
        raise Refused("A course can be reviewed once an infusion was given.")
    changes = review.decision is ReviewDecision.CHANGE_DOSE
    if changes and review.dose_mg_per_kg is None:
        raise Refused("Enter the new dose.", field="dose_mg_per_kg")
    if not changes and review.dose_mg_per_kg is not None:
        raise Refused("Leave the dose empty unless it changes.", field="dose_mg_per_kg")
    if review.dose_mg_per_kg is not None and review.dose_mg_per_kg > refuse_above_mg_per_kg:
        raise Refused(
            f"The protocol refuses more than {refuse_above_mg_per_kg:f} mg/kg.",
            field="dose_mg_per_kg",
        )
