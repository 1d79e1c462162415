"""What pages say of a safety alert, wherever it stands."""

from __future__ import annotations

from datetime import datetime

from tracker.domain.clinic import Clinic
from tracker.domain.safety import AlertLevel
from tracker.web.formatting import moment

TONES = {AlertLevel.NOW: "stop", AlertLevel.SOON: "caution", AlertLevel.WATCH: "info"}


def due_words(due_at: datetime, clinic: Clinic, now: datetime) -> str:
    """By when, and how late it is."""
    late = int((now - due_at).total_seconds() // 60)
    words = f"Due {moment(due_at, clinic)}"
    if late < 1:
        return words
    return (
        f"{words}, overdue by {late} min" if late < 120 else f"{words}, overdue by {late // 60} h"
    )
