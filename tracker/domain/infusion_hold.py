"""A safety alert of the highest level holds the next infusion until somebody has reviewed it.

The review is closing the alert with what was done; there is no other way past, for anybody. That an
alert of this level holds an infusion is a default of the project and needs clinical review.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tracker.domain.errors import Refused
from tracker.domain.safety import AlertLevel

HOLDS_FROM = AlertLevel.NOW
HELD = (
    "A safety alert of this patient is open. The infusion cannot start before a clinician has "
    "looked at it and written what was done."
)


class InfusionHeld(Refused):
    """Raised when an infusion is to start while an alert holds it."""

    def __init__(self, alert_ids: Collection[UUID]) -> None:
        super().__init__(HELD)
        self.alert_ids = tuple(alert_ids)


def check_not_held(alert_ids: Collection[UUID]) -> None:
    """Raise `InfusionHeld` when an open alert of the patient holds the infusion."""
    if alert_ids:
        raise InfusionHeld(alert_ids)
