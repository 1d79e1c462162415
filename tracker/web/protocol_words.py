"""How the limits of a protocol read, and whether somebody of the clinic reviewed them."""

from __future__ import annotations

from tracker.domain.protocol import Protocol
from tracker.domain.site_limits import Bound, VitalLimit
from tracker.domain.vital_limits import MARK
from tracker.domain.vital_signs import LABELS, Measure, with_unit
from tracker.web.formatting import birthday

BOUND_WORDS = {
    Bound.AT_LEAST: "from",
    Bound.ABOVE: "above",
    Bound.BELOW: "below",
    Bound.AT_MOST: "down from",
}


def review_words(protocol: Protocol) -> str:
    """ "Reviewed by Dr Lee on 1 August 2026", or that nobody has."""
    review = protocol.limits_review
    if review is None:
        return f"Ours, not reviewed by this clinic: {MARK}"
    return f"Reviewed by {review.by} on {birthday(review.on)}"


def limit_label(limit: VitalLimit) -> str:
    """ "Systolic, from", "Systolic twice within 5 min, from"."""
    again = f" twice within {limit.again_within_minutes} min" if limit.again_within_minutes else ""
    return f"{LABELS[Measure(limit.measure)]}{again}, {BOUND_WORDS[limit.bound]}"


def limit_words(limit: VitalLimit) -> str:
    """ "Systolic, from 165 mmHg"."""
    return f"{limit_label(limit)} {with_unit(Measure(limit.measure), limit.value)}"
