"""The form of a recovery score."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tracker.domain.clinic import Clinic
from tracker.domain.recovery import POINTS, SCALE_ITEMS
from tracker.domain.sheet_log import RecoveryScale
from tracker.web.fields import Day, Tiles, TimeOfDay, Words
from tracker.web.infusions.forms import AskingForm
from tracker.web.moments import typed_moment


def _item(number: int) -> Tiles:
    choices = [(str(points), str(points)) for points in POINTS]
    return Tiles(f"Item {number}", choices=choices, missing="Choose one of the three.")


class RecoveryForm(AskingForm):
    """Five items of one scale. Nothing is chosen beforehand."""

    item_1 = _item(1)
    item_2 = _item(2)
    item_3 = _item(3)
    item_4 = _item(4)
    item_5 = _item(5)
    scored_time = TimeOfDay("Time", optional=True, hint="Empty means now.")
    scored_day = Day("Date", optional=True, hint="Empty means today.")

    def __init__(self, scale: RecoveryScale, **values: Any) -> None:
        super().__init__(**values)
        for number, item in enumerate(SCALE_ITEMS[scale], start=1):
            field = self[f"item_{number}"]
            field.label.text = item.label
            field.choices = [(str(each), f"{each}: {item.words[each]}") for each in POINTS]

    def items(self) -> tuple[int, ...]:
        """What was chosen."""
        return tuple(int(self[f"item_{number}"].data) for number in range(1, 6))

    def scored_at(self, clinic: Clinic, now: datetime) -> datetime:
        """Raises `Refused` for a time that cannot be."""
        return typed_moment(
            self.scored_day.data,
            self.scored_time.data,
            clinic=clinic,
            now=now,
            field="scored_time",
        )


class RecoveryCorrectionForm(RecoveryForm):
    """The whole score as it should have been, and why."""

    correction_reason = Words(
        "Reason for the correction", longest=200, missing="Say why the score is corrected."
    )
