"""The forms of an infusion. What is unusual comes back as a question on the same page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from wtforms import HiddenField
from wtforms.validators import StopValidation

from tracker.domain.clinic import Clinic
from tracker.domain.confirmation import NeedsConfirmation, Question
from tracker.domain.courses import PlannedState
from tracker.domain.errors import Refused
from tracker.domain.vital_signs import (
    MOAAS_WORDS,
    POSSIBLE,
    RASS_WORDS,
    Measure,
    VitalSigns,
    signed,
)
from tracker.web.fields import (
    Day,
    Ticks,
    Tiles,
    TimeOfDay,
    WholeNumber,
    Words,
    clean,
)
from tracker.web.forms import Form, TimedForm
from tracker.web.moments import typed_moment


class Carried(HiddenField):
    """A value that the page showed and the form brings back."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = clean(valuelist[0])[:40] if valuelist else ""


class Answers(Ticks):
    """Questions that a rule asked. The rule knows which answers it waits for, not the field."""

    def pre_validate(self, form: Any) -> None:
        pass


class AskingForm(Form):
    """A form whose action may ask before it stores."""

    confirmed = Answers("Is this right?", choices=[])

    def ask(self, questions: Iterable[Question]) -> None:
        """Put the questions on the page; those confirmed already stay ticked."""
        self.confirmed.choices = [(question.key, question.words) for question in questions]

    def show(self, problem: Refused) -> None:
        if isinstance(problem, NeedsConfirmation):
            self.ask(problem.questions)
        super().show(problem)


class Measured(WholeNumber):
    """A value that may not have been measured. No label says so: the form says it once for all."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.type = WholeNumber.__name__  # drawn as what it is

    def pre_validate(self, form: Any) -> None:
        if self.data is None and not self.process_errors:
            raise StopValidation
        super().pre_validate(form)


def _measure(label: str, measure: Measure, unit: str) -> Measured:
    low, high = POSSIBLE[measure]
    return Measured(
        label,
        low=low,
        high=high,
        unit=unit,
        says=f"Enter a whole number from {low} to {high}.",
        render_kw={"inputmode": "numeric", "enterkeyhint": "next"},
    )


class Sedation(Tiles):
    """A step of a scale. The usual steps stand with the numbers, the others under "more"."""

    def __init__(
        self, label: str, *, usual: tuple[int, ...], words: dict[int, str], **kwargs: Any
    ) -> None:
        steps = (*usual, *(step for step in words if step not in usual))
        self.usual = tuple(map(str, usual))
        said = signed if min(words) < 0 else str
        super().__init__(
            label,
            choices=[(str(step), f"{said(step)} {words[step]}") for step in steps]
            + [("", "Not rated")],
            optional=True,
            **kwargs,
        )
        self.type = Tiles.__name__  # drawn as what it is

    @property
    def usual_options(self) -> list[Any]:
        return [option for option in self if option.data in self.usual]

    @property
    def other_options(self) -> list[Any]:
        return [option for option in self if option.data not in self.usual]

    @property
    def is_unusual(self) -> bool:
        """Whether the answer, or what is wrong with it, is not among the usual steps."""
        return bool(self.data or self.errors) and self.data not in self.usual


_BESIDE = {Measure.RASS, Measure.MOAAS, Measure.CADSS6}
"""Measures that are no plain number, or that only the form of a set has."""


class VitalFields:
    """The six values of a set; all may be left empty."""

    systolic_mmhg = _measure("Systolic", Measure.SYSTOLIC, "mmHg")
    diastolic_mmhg = _measure("Diastolic", Measure.DIASTOLIC, "mmHg")
    heart_rate_bpm = _measure("Heart rate", Measure.HEART_RATE, "/min")
    spo2_percent = _measure("SpO₂", Measure.OXYGEN, "%")
    respiration_per_minute = _measure("Respiration", Measure.RESPIRATION, "/min")
    rass = Sedation("Sedation (RASS)", usual=(0, -1, -2, -3), words=RASS_WORDS)

    def signs(self) -> VitalSigns:
        """The set that was typed."""
        values = {
            measure.value: getattr(self, measure.value).data
            for measure in Measure
            if measure not in _BESIDE
        }
        return VitalSigns(**values, rass=int(self.rass.data) if self.rass.data else None)


class VitalSignsForm(AskingForm, TimedForm, VitalFields):
    """One set, taken now unless a time says otherwise.

    The CADSS-6 is a short form that its authors call unvalidated: only its total is kept.
    """

    moaas = Sedation("Sedation (MOAA/S)", usual=(5, 4, 3, 2), words=MOAAS_WORDS)
    cadss6 = _measure("Dissociation (CADSS-6 total)", Measure.CADSS6, "")
    measured_time = TimeOfDay("Time", optional=True, hint="Empty means now.")
    measured_day = Day("Date", optional=True, hint="Empty means today.")

    def measured_at(self, clinic: Clinic, now: datetime) -> datetime:
        """Raises `Refused` for a time that cannot be."""
        return typed_moment(
            self.measured_day.data,
            self.measured_time.data,
            clinic=clinic,
            now=now,
            field="measured_time",
            taken_at=self.taken_at.data,
        )

    def signs(self) -> VitalSigns:
        """The set that was typed."""
        moaas = int(self.moaas.data) if self.moaas.data else None
        return replace(super().signs(), moaas=moaas, cadss6=self.cadss6.data)

    def is_more_open(self, scale: str) -> bool:
        """Whether something is answered, or wrong, that stands beside the numbers and `scale`."""
        first, second = (self.moaas, self.rass) if scale == "moaas" else (self.rass, self.moaas)
        rest = (self.cadss6, self.measured_time, self.measured_day)
        answered = any(field.raw_data and field.raw_data[0] for field in rest)
        return answered or first.is_unusual or bool(second.data or second.errors)


class CorrectionForm(VitalSignsForm):
    """The whole set as it should have been, and why."""

    measured_time = TimeOfDay("Time")
    measured_day = Day("Date")
    correction_reason = Words(
        "Reason for the correction", longest=200, missing="Say why the set is corrected."
    )


class NotGivenForm(Form):
    """Why an infusion was not given."""

    state = Tiles(
        "What became of it",
        choices=[
            (PlannedState.MISSED.value, "Missed: the patient did not come"),
            (PlannedState.CANCELLED.value, "Cancelled: called off before the start"),
        ],
        missing="Choose whether it was missed or cancelled.",
    )
    reason = Words("Reason", longest=200, missing="Enter the reason.")
