"""What a chart for clinicians says of safety. In English: no patient's picture has any of it."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.charts.axes import date_in_zone, full_date
from tracker.charts.series import Safety, SafetyMark

_ALERT, _SERIOUS = "safety alert", "serious event"
_LEVELS = {
    SafetyMark.WATCH: "look today",
    SafetyMark.SOON: "within hours",
    SafetyMark.NOW: "now",
}


def safety_words(one: Safety) -> tuple[str, str]:
    """What it is, then how urgent an alert was, or which event."""
    if one.mark is SafetyMark.SERIOUS:
        return _SERIOUS, one.words
    return _ALERT, _LEVELS[one.mark]


def safety_sentence(safety: Sequence[Safety]) -> str:
    """ "Safety alerts: 2. Serious events: 1."; empty where there is nothing."""
    named = [safety_words(one)[0] for one in safety]
    return " ".join(
        f"{what.capitalize()}s: {named.count(what)}."
        for what in (_ALERT, _SERIOUS)
        if what in named
    )


def safety_list(safety: Sequence[Safety], zone: str) -> str:
    """Each with its date, in order of time."""
    said = [
        ", ".join(filter(None, (full_date(date_in_zone(one.at, zone)), *safety_words(one))))
        for one in sorted(safety, key=lambda one: one.at)
    ]
    return f"Safety: {'; '.join(said)}." if said else ""
