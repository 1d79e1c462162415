"""When a course is to be reviewed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.course_review import Review, ReviewDue, check_review, review_due
from tracker.domain.errors import Refused
from tracker.domain.treatment_decisions import ReviewDecision


@pytest.mark.parametrize(
    ("given", "reviewed", "due"),
    [
        (2, (), None),
        (3, (), ReviewDue(after_infusion=3, is_overdue=False)),
        (4, (), ReviewDue(after_infusion=4, is_overdue=True)),
        (5, (), ReviewDue(after_infusion=4, is_overdue=True)),
        (4, (2,), ReviewDue(after_infusion=4, is_overdue=True)),
        (4, (3,), None),
    ],
)
def test_a_review_is_due_after_the_third_and_overdue_after_the_fourth(given, reviewed, due):
    assert review_due((3, 4), given=given, reviewed_after=reviewed) == due


def test_a_protocol_that_asks_for_none_has_none_due():
    assert review_due((), given=6, reviewed_after=()) is None


@pytest.mark.parametrize(
    ("decision", "dose", "given"),
    [
        (ReviewDecision.CHANGE_DOSE, None, 3),
        (ReviewDecision.CHANGE_DOSE, Decimal("2.1"), 3),
        (ReviewDecision.CONTINUE, Decimal("0.5"), 3),
        (ReviewDecision.CONTINUE, None, 0),
    ],
)
def test_what_cannot_be_decided_is_refused(decision, dose, given):
    review = Review(decision=decision, reason="x", dose_mg_per_kg=dose)
    with pytest.raises(Refused):
        check_review(review, given=given, refuse_above_mg_per_kg=Decimal(2))
