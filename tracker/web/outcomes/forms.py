"""What the outcomes are narrowed by. Everything stands in the address, so that it can be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Form as PlainForm

from tracker.domain.cohort.groups import Dimension, Severity, TherapyAttended
from tracker.web.fields import Choice

SCALES = ("weekly", "pcl-5", "pcl-5-week", "phq-9", "gad-7", "who-5", "isi", "wsas")
"""Questionnaires with a total that patients answer before, during and after a course."""

GROUP_WORDS: Mapping[str, str] = {
    Severity.WORSE_HALF: "Worse half of the scale",
    Severity.BETTER_HALF: "Better half of the scale",
    Severity.UNKNOWN: "No baseline",
    TherapyAttended.MOST: "75 % or more of the sessions due",
    TherapyAttended.FEWER: "Fewer than 75 %",
    TherapyAttended.NONE_DUE: "None were due",
    "everybody": "Everybody",
}
COMPARED = (
    ("", "Everybody together"),
    (Dimension.THERAPY, "Therapy attended"),
    (Dimension.SEVERITY, "Severity at baseline"),
)


class OutcomesForm(PlainForm):
    """Sent by GET: it changes nothing, so it needs no token."""

    scale = Choice("Scale", choices=[], default="weekly", missing="Choose a scale from the list.")
    protocol = Choice("Protocol", choices=[], default="", optional=True)
    year = Choice("Year of infusion 1", choices=[], default="", optional=True)
    severity = Choice("Severity at baseline", choices=[], default="", optional=True)
    therapy = Choice("Therapy attended", choices=[], default="", optional=True)
    compare = Choice(
        "Compare curves by",
        choices=[(str(value), words) for value, words in COMPARED],
        default="",
        optional=True,
    )

    def offer(self, scales: Sequence[tuple[str, str]]) -> None:
        """The scales that can be chosen."""
        self.scale.choices = list(scales)

    def offer_groups(self, dimension: Dimension, groups: Sequence[tuple[str, int]]) -> None:
        """The groups of a dimension that are large enough, each with its size."""
        field: Any = self[dimension.value]
        offered = [(name, f"{GROUP_WORDS.get(name, name)} ({count})") for name, count in groups]
        field.choices = [("", "All"), *offered]
        field.missing = "Choose from the list. Groups that are too small to be shown are not in it."

    def chosen(self) -> dict[Dimension, str]:
        """The groups that were chosen."""
        values = {each: self[each.value].data for each in Dimension}
        return {each: value for each, value in values.items() if value}

    def as_query(self) -> dict[str, Any]:
        """What stands in the address."""
        return {field.name: field.data for field in self if field.data}
