"""What has to be true of a protocol before it is stored as a new version."""

from __future__ import annotations

from tracker.domain.checklists import check_items
from tracker.domain.errors import Refused
from tracker.domain.instrument_use_rules import check_uses
from tracker.domain.protocol import LimitsReview, Protocol
from tracker.domain.site_limits import check_limits


def check_protocol(protocol: Protocol) -> None:
    """Raise `Refused`, naming the answer, for rules that contradict each other."""
    _check_spacing(protocol)
    _check_doses(protocol)
    _check_reviews(protocol)
    _check_change(protocol)
    check_uses(protocol.instruments, protocol.most_infusions)
    check_limits(protocol.vital_limits)
    check_items(protocol.checks_before, field="checks_before")
    check_items(protocol.checks_discharge, field="checks_discharge")


def _check_spacing(protocol: Protocol) -> None:
    if not protocol.min_gap_days <= protocol.preferred_gap_days <= protocol.max_gap_days:
        raise Refused(
            "The preferred gap lies between the smallest and the largest.",
            field="preferred_gap_days",
        )


def _check_doses(protocol: Protocol) -> None:
    dose = protocol.dose
    steps = (
        ("usual_low_mg_per_kg", dose.usual_low_mg_per_kg),
        ("usual_high_mg_per_kg", dose.usual_high_mg_per_kg),
        ("confirm_above_mg_per_kg", dose.confirm_above_mg_per_kg),
        ("refuse_above_mg_per_kg", dose.refuse_above_mg_per_kg),
    )
    for (_, lower), (name, higher) in zip(steps, steps[1:], strict=False):
        if higher < lower:
            raise Refused("This cannot be less than the bound before it.", field=name)
    if dose.dose_mg_per_kg > dose.confirm_above_mg_per_kg:
        raise Refused(
            "The dose of the protocol cannot lie above the bound that asks twice.",
            field="dose_mg_per_kg",
        )


def _check_reviews(protocol: Protocol) -> None:
    numbers = protocol.review_after_infusions
    if any(not 1 <= number <= protocol.most_infusions for number in numbers):
        raise Refused(
            f"Enter numbers of infusions from 1 to {protocol.most_infusions}.",
            field="review_after_infusions",
        )


def _check_change(protocol: Protocol) -> None:
    change = protocol.change
    if change.worse_percent > change.response_percent:
        raise Refused(
            "A partial response cannot ask for more than a response.", field="worse_percent"
        )
    if not 1 <= change.benefit_due_by <= protocol.most_infusions:
        raise Refused(
            f"Enter a number of infusions from 1 to {protocol.most_infusions}.",
            field="benefit_due_by",
        )


def carried_review(old: Protocol, new: Protocol) -> LimitsReview | None:
    """The review of the version before, as long as its limits and doses stay as they were."""
    same = old.vital_limits == new.vital_limits and old.dose == new.dose
    return old.limits_review if same else None
