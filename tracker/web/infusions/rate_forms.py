"""The forms of a change of the pump's rate."""

from __future__ import annotations

from datetime import datetime

from tracker.actions.rate_changes import Rate
from tracker.domain.clinic import Clinic
from tracker.domain.infusion_volume import RATE_ML_PER_H
from tracker.web.fields import Day, DecimalNumber, TimeOfDay, Words
from tracker.web.forms import Form, TimedForm
from tracker.web.infusions.forms import AskingForm
from tracker.web.moments import typed_moment


class RateForm(AskingForm, TimedForm):
    """The rate from now on, unless a time says otherwise."""

    rate_ml_per_h = DecimalNumber(
        "New rate", low=RATE_ML_PER_H[0], high=RATE_ML_PER_H[1], places=1, unit="mL/h"
    )
    reason = Words("Reason", longest=200, missing="Say why the rate is changed.")
    changed_time = TimeOfDay("Time", optional=True, hint="Empty means now.")
    changed_day = Day("Date", optional=True, hint="Empty means today.")

    def rate(self, clinic: Clinic, now: datetime) -> Rate:
        """What was typed. Raises `Refused` for a time that cannot be."""
        return Rate(
            rate_ml_per_h=self.rate_ml_per_h.data,
            changed_at=typed_moment(
                self.changed_day.data,
                self.changed_time.data,
                clinic=clinic,
                now=now,
                field="changed_time",
                taken_at=self.taken_at.data,
            ),
            reason=self.reason.data or "",
        )


class RateCorrectionForm(RateForm):
    """The rate as it should have been, and why."""

    changed_time = TimeOfDay("Time")
    changed_day = Day("Date")
    correction_reason = Words(
        "Reason for the correction", longest=200, missing="Say why the rate is corrected."
    )


class StrikeRateForm(Form):
    """Why a rate does not belong on the sheet."""

    correction_reason = Words(
        "Reason for striking it out", longest=200, missing="Say why the rate is struck out."
    )
