"""The forms of a treatment that was tried before."""

from __future__ import annotations

from typing import Any

from tracker.domain.prior_treatments import (
    ADEQUACY_WORDS,
    END_WORDS,
    KIND_WORDS,
    MOST_WEEKS,
    OUTCOME_WORDS,
    Adequacy,
    TreatmentKind,
    Trial,
    TrialEnd,
    TrialOutcome,
)
from tracker.web.fields import Choice, Day, Tiles, WholeNumber, Words
from tracker.web.forms import Form


def _choices(words: Any) -> list[tuple[str, str]]:
    return [(each.value, said) for each, said in words.items()]


class TrialForm(Form):
    """One treatment: what, how much, how long, what came of it and why it ended."""

    kind = Tiles("Kind", choices=_choices(KIND_WORDS))
    treatment = Words("Treatment", longest=80, hint="Such as sertraline, or prolonged exposure.")
    treatment_class = Words("Class", longest=80, optional=True, hint="Such as SSRI.")
    dose = Words(
        "Dose",
        longest=80,
        optional=True,
        hint="Of a medicine the highest that was reached, of psychotherapy the sessions.",
    )
    started_on = Day("From", optional=True)
    ended_on = Day("To", optional=True)
    weeks = WholeNumber(
        "Duration",
        low=1,
        high=MOST_WEEKS,
        unit="weeks",
        optional=True,
        hint="Where the dates are not known.",
    )
    taken_percent = WholeNumber(
        "Taken of what was prescribed", low=0, high=100, unit="%", optional=True
    )
    adequacy = Tiles(
        "Dose and duration",
        choices=_choices(ADEQUACY_WORDS),
        hint="Your judgment: what counts as adequate differs from payer to payer.",
    )
    outcome = Choice(
        "Outcome",
        choices=[("", "Choose"), *_choices(OUTCOME_WORDS)],
        missing="Choose the outcome.",
        default="",
    )
    ended_because = Choice(
        "Why it ended",
        choices=[("", "Choose"), *_choices(END_WORDS)],
        missing="Choose why it ended, or that it goes on.",
        default="",
    )
    note = Words("Note", longest=200, optional=True, hint="For your clinic: in no letter.")

    def typed(self) -> Trial:
        return Trial(
            kind=TreatmentKind(self.kind.data),
            treatment=self.treatment.data,
            treatment_class=self.treatment_class.data or "",
            dose=self.dose.data or "",
            started_on=self.started_on.data,
            ended_on=self.ended_on.data,
            weeks=self.weeks.data,
            taken_percent=self.taken_percent.data,
            adequacy=Adequacy(self.adequacy.data),
            outcome=TrialOutcome(self.outcome.data),
            ended_because=TrialEnd(self.ended_because.data),
            note=self.note.data or "",
        )


class CorrectionForm(TrialForm):
    correction_reason = Words("Why it is corrected", longest=200)


class StrikeForm(Form):
    correction_reason = Words("Why it is struck out", longest=200)


def stored_answers(trial: Trial) -> dict[str, Any]:
    """What the form of a correction begins with."""
    return {
        "kind": trial.kind.value,
        "treatment": trial.treatment,
        "treatment_class": trial.treatment_class,
        "dose": trial.dose,
        "started_on": trial.started_on,
        "ended_on": trial.ended_on,
        "weeks": trial.weeks,
        "taken_percent": trial.taken_percent,
        "adequacy": trial.adequacy.value,
        "outcome": trial.outcome.value,
        "ended_because": trial.ended_because.value,
        "note": trial.note,
    }
