"""The forms of an infusion. What is unusual comes back as a question on the same page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from wtforms import HiddenField
from wtforms.validators import StopValidation

from tracker.actions.infusion_events import Happening
from tracker.domain.clinic import Clinic
from tracker.domain.confirmation import NeedsConfirmation, Question
from tracker.domain.courses import PlannedState
from tracker.domain.errors import Refused
from tracker.domain.infusion import DOSE_MG_PER_KG, PLANNED_MINUTES, WEIGHT_KG, Dose
from tracker.domain.run_sheet import End, Start
from tracker.domain.side_effects import GRADES, OTHER, TERMS
from tracker.domain.vital_signs import POSSIBLE, RASS_WORDS, Measure, VitalSigns, signed
from tracker.web.fields import (
    Choice,
    Day,
    DecimalNumber,
    LongText,
    Ticks,
    Tiles,
    TimeOfDay,
    WholeNumber,
    Words,
    clean,
)
from tracker.web.forms import Form
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


_RASS = [("", "Not rated")] + [
    (str(step), f"{signed(step)} {RASS_WORDS[step]}")
    for step in (0, -1, -2, -3, -4, -5, 1, 2, 3, 4)
]


class VitalFields:
    """The six values of a set; all may be left empty."""

    systolic_mmhg = _measure("Systolic", Measure.SYSTOLIC, "mmHg")
    diastolic_mmhg = _measure("Diastolic", Measure.DIASTOLIC, "mmHg")
    heart_rate_bpm = _measure("Heart rate", Measure.HEART_RATE, "per minute")
    spo2_percent = _measure("SpO₂", Measure.OXYGEN, "%")
    respiration_per_minute = _measure("Respiration", Measure.RESPIRATION, "per minute")
    rass = Choice("Sedation (RASS)", choices=_RASS, default="")

    def signs(self) -> VitalSigns:
        """The set that was typed."""
        values = {
            measure.value: getattr(self, measure.value).data
            for measure in Measure
            if measure is not Measure.RASS and measure.value in self
        }
        return VitalSigns(**values, rass=int(self.rass.data) if self.rass.data else None)


class StartForm(AskingForm, VitalFields):
    """Weight and dose give the milligrams; `shown_dose` is what the page last showed."""

    weight_kg = DecimalNumber(
        "Weight today", low=WEIGHT_KG[0], high=WEIGHT_KG[1], places=2, unit="kg"
    )
    dose_mg_per_kg = DecimalNumber(
        "Dose per kilogram", low=DOSE_MG_PER_KG[0], high=DOSE_MG_PER_KG[1], places=3, unit="mg/kg"
    )
    planned_minutes = WholeNumber(
        "Planned duration", low=PLANNED_MINUTES[0], high=PLANNED_MINUTES[1], unit="min"
    )
    dose_reason = Words("Reason for a dose above the usual one", longest=200, optional=True)
    started_day = Day("Start date", optional=True, hint="Empty means today.")
    started_time = TimeOfDay("Start time", optional=True, hint="Empty means now.")
    shown_dose = Carried()
    step = Words("Step", longest=20, optional=True)

    def dose(self) -> Dose:
        """The dose that was typed."""
        return Dose(
            weight_kg=self.weight_kg.data,
            dose_mg_per_kg=self.dose_mg_per_kg.data,
            planned_minutes=self.planned_minutes.data,
        )

    def start(self, clinic: Clinic, now: datetime) -> Start:
        """What was decided. Raises `Refused` for a time that cannot be."""
        started_at = typed_moment(
            self.started_day.data,
            self.started_time.data,
            clinic=clinic,
            now=now,
            field="started_time",
        )
        return Start(
            dose=self.dose(),
            started_at=started_at,
            baseline=self.signs(),
            dose_reason=self.dose_reason.data or "",
        )

    def dose_was_seen(self) -> bool:
        """Whether the button was pressed under the dose and the rate that are ordered now."""
        return self.wants_start and bool(self.shown_dose.data == self._dose_words())

    @property
    def wants_start(self) -> bool:
        """Whether the button that starts was pressed, whatever the page had shown."""
        return bool(self.step.data == "start")

    def remember_dose(self) -> None:
        """Note that the page shows this dose and this rate."""
        self.shown_dose.data = self._dose_words()

    def _dose_words(self) -> str:
        dose = self.dose()
        return f"{dose.ordered_mg} mg, {dose.planned_minutes} min"


class VitalSignsForm(AskingForm, VitalFields):
    """One set, taken now unless a time says otherwise."""

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
        )


class CorrectionForm(VitalSignsForm):
    """The whole set as it should have been, and why."""

    measured_time = TimeOfDay("Time")
    measured_day = Day("Date")
    correction_reason = Words(
        "Reason for the correction", longest=200, missing="Say why the set is corrected."
    )


class EventForm(Form):
    """Something that happened."""

    term = Choice(
        "What happened",
        choices=[("", "Choose"), *((term, term) for term in TERMS), (OTHER, "Something else")],
        missing="Choose what happened.",
        default="",
    )
    other_term = Words("If something else, what", longest=80, optional=True)
    grade = Choice(
        "Grade (CTCAE)",
        choices=[("", "Not graded")] + [(str(n), f"{n} {words}") for n, words in GRADES.items()],
        optional=True,
        default="",
    )
    happened_time = TimeOfDay("Time", optional=True, hint="Empty means now.")
    happened_day = Day("Date", optional=True, hint="Empty means today.")
    action = Words("What was done", longest=200, optional=True)
    note = LongText("Note", longest=4000, optional=True)

    def happening(self, clinic: Clinic, now: datetime) -> Happening:
        """What was typed. Raises `Refused` for a time that cannot be or a term that is missing."""
        own = self.other_term.data or ""
        if self.term.data == OTHER and not own:
            raise Refused("Say what happened.", field="other_term")
        return Happening(
            term=own if self.term.data == OTHER else self.term.data,
            occurred_at=typed_moment(
                self.happened_day.data,
                self.happened_time.data,
                clinic=clinic,
                now=now,
                field="happened_time",
            ),
            grade=int(self.grade.data) if self.grade.data else None,
            action=self.action.data or "",
            note=self.note.data or "",
        )


class EndForm(Form):
    """What was in fact given."""

    ended_time = TimeOfDay("End time", optional=True, hint="Empty means now.")
    ended_day = Day("End date", optional=True, hint="Empty means today.")
    given_mg = DecimalNumber(
        "Given",
        low=Decimal(0),
        high=Decimal(2000),
        places=1,
        unit="mg",
        hint="The whole order unless it was stopped early.",
    )
    stop_reason = Words("If less was given, why", longest=200, optional=True)
    course_of_infusion = LongText("How it went", longest=4000, optional=True)

    def end(self, clinic: Clinic, now: datetime) -> End:
        """What was typed. Raises `Refused` for a time that cannot be."""
        ended_at = typed_moment(
            self.ended_day.data, self.ended_time.data, clinic=clinic, now=now, field="ended_time"
        )
        return End(
            ended_at=ended_at,
            given_mg=self.given_mg.data,
            stop_reason=self.stop_reason.data or "",
            course_of_infusion=self.course_of_infusion.data or "",
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
