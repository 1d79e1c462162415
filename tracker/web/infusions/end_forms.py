"""The form that ends an infusion. Nothing in it is filled in beforehand: what was given is read
off the pump and typed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tracker.domain.clinic import Clinic
from tracker.domain.infusion import plain
from tracker.domain.run_sheet import End
from tracker.web.fields import Day, DecimalNumber, LongText, TimeOfDay, Words
from tracker.web.infusions.forms import AskingForm
from tracker.web.moments import typed_moment


class EndForm(AskingForm):
    """What was in fact given."""

    ended_time = TimeOfDay("End time", optional=True, hint="Empty means now.")
    ended_day = Day("End date", optional=True, hint="Empty means today.")
    given_mg = DecimalNumber(
        "Given",
        low=Decimal(0),
        high=Decimal(2000),
        places=1,
        unit="mg",
        missing="Enter how much was given.",
    )
    infused_ml = DecimalNumber(
        "Infused",
        low=Decimal(0),
        high=Decimal(5000),
        places=2,
        unit="mL",
        optional=True,
    )
    stop_reason = Words("If less was given, why", longest=200, optional=True)
    course_of_infusion = LongText("How it went", longest=4000, optional=True)

    def __init__(
        self, *, ordered_mg: Decimal, total_ml: Decimal | None, computed: str, **values: Any
    ) -> None:
        """`computed` is what the rates give, in words: a hint to compare with, never an answer."""
        super().__init__(**values)
        self.given_mg.hint = f"{plain(ordered_mg)} mg was ordered."
        if total_ml is None:
            del self.infused_ml
        else:
            self.infused_ml.hint = f"As the pump or the bag shows it. {computed}".strip()

    def end(self, clinic: Clinic, now: datetime) -> End:
        """What was typed. Raises `Refused` for a time that cannot be."""
        ended_at = typed_moment(
            self.ended_day.data, self.ended_time.data, clinic=clinic, now=now, field="ended_time"
        )
        return End(
            ended_at=ended_at,
            given_mg=self.given_mg.data,
            infused_ml=self.infused_ml.data if self.infused_ml else None,
            stop_reason=self.stop_reason.data or "",
            course_of_infusion=self.course_of_infusion.data or "",
        )
