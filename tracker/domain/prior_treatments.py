"""What was tried before a course: the trials of treatment that a letter has to name.

Insurers ask for the medicine, its class, dose, duration, how much of it was taken and why it ended
(clinical facts, section 7.1). Whether a trial was adequate is the judgment of whoever writes it
down: what counts differs from payer to payer. A correction is a newer entry that points at the one
it replaces; a strike replaces it with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from tracker.domain.errors import Refused

DAYS_A_WEEK = 7
MOST_WEEKS = 2000


class TreatmentKind(StrEnum):
    """What sort of treatment was tried."""

    MEDICINE = "medicine"
    PSYCHOTHERAPY = "psychotherapy"
    PROCEDURE = "procedure"


class Adequacy(StrEnum):
    """Whether dose and duration were enough to judge the treatment by."""

    ADEQUATE = "adequate"
    NOT_ADEQUATE = "not_adequate"
    UNKNOWN = "unknown"


class TrialOutcome(StrEnum):
    """What came of it."""

    RESPONSE = "response"
    PARTIAL = "partial"
    NONE = "none"
    WORSE = "worse"
    UNKNOWN = "unknown"


class TrialEnd(StrEnum):
    """Why it ended, as a category: free text never goes to an insurer."""

    NO_BENEFIT = "no_benefit"
    SIDE_EFFECTS = "side_effects"
    FINISHED = "finished"
    PATIENT_CHOICE = "patient_choice"
    ACCESS = "access"
    OTHER = "other"
    CONTINUES = "continues"
    UNKNOWN = "unknown"


KIND_WORDS = MappingProxyType(
    {
        TreatmentKind.MEDICINE: "Medicine",
        TreatmentKind.PSYCHOTHERAPY: "Psychotherapy",
        TreatmentKind.PROCEDURE: "Procedure, such as TMS",
    }
)
ADEQUACY_WORDS = MappingProxyType(
    {
        Adequacy.ADEQUATE: "Adequate",
        Adequacy.NOT_ADEQUATE: "Not adequate",
        Adequacy.UNKNOWN: "Not known",
    }
)
OUTCOME_WORDS = MappingProxyType(
    {
        TrialOutcome.RESPONSE: "Response",
        TrialOutcome.PARTIAL: "Partial response",
        TrialOutcome.NONE: "No response",
        TrialOutcome.WORSE: "Worse",
        TrialOutcome.UNKNOWN: "Not known",
    }
)
END_WORDS = MappingProxyType(
    {
        TrialEnd.NO_BENEFIT: "Too little benefit",
        TrialEnd.SIDE_EFFECTS: "Side effects",
        TrialEnd.FINISHED: "Completed as planned",
        TrialEnd.PATIENT_CHOICE: "The patient's choice",
        TrialEnd.ACCESS: "Cost or access",
        TrialEnd.OTHER: "Other",
        TrialEnd.CONTINUES: "Goes on",
        TrialEnd.UNKNOWN: "Not known",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """One treatment that was tried. `weeks` is for where nobody knows the dates."""

    kind: TreatmentKind
    treatment: str
    treatment_class: str = ""
    dose: str = ""
    started_on: date | None = None
    ended_on: date | None = None
    weeks: int | None = None
    taken_percent: int | None = None
    adequacy: Adequacy = Adequacy.UNKNOWN
    outcome: TrialOutcome = TrialOutcome.UNKNOWN
    ended_because: TrialEnd = TrialEnd.UNKNOWN
    note: str = ""

    @property
    def class_words(self) -> str:
        """Of a medicine the class is a fact of its own; for the others the kind says enough."""
        if self.treatment_class or self.kind is TreatmentKind.MEDICINE:
            return self.treatment_class
        return self.kind.value.capitalize()

    @property
    def duration_words(self) -> str:
        """ "8 weeks"; from the dates where both are known; empty where nothing is."""
        weeks = self.weeks
        if weeks is None and self.started_on is not None and self.ended_on is not None:
            weeks = max(1, round((self.ended_on - self.started_on).days / DAYS_A_WEEK))
        if weeks is None:
            return ""
        return "1 week" if weeks == 1 else f"{weeks} weeks"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialEntry:
    """A stored trial, or the correction or strike of an earlier entry."""

    id: UUID
    trial: Trial
    recorded_at: datetime
    recorded_by: str
    corrects_id: UUID | None = None
    correction_reason: str = ""
    is_struck: bool = False


def check_trial(trial: Trial, *, today: date) -> None:
    """Raise `Refused` for a trial that cannot be, or that a letter could not state."""
    if trial.kind is TreatmentKind.MEDICINE and not trial.dose:
        raise Refused("Enter the highest dose that was reached, or “not known”.", field="dose")
    for on, name in ((trial.started_on, "started_on"), (trial.ended_on, "ended_on")):
        if on is not None and on > today:
            raise Refused("The date cannot be in the future.", field=name)
    if trial.ended_on is not None:
        _check_end(trial, trial.ended_on)
    if trial.started_on is None and trial.weeks is None:
        raise Refused("Enter from when it was tried, or for how many weeks.", field="weeks")


def _check_end(trial: Trial, ended_on: date) -> None:
    if trial.ended_because is TrialEnd.CONTINUES:
        raise Refused("It cannot go on and have ended: clear the last day.", field="ended_on")
    if trial.started_on is not None and trial.started_on > ended_on:
        raise Refused("It ends before it begins. Swap the two dates.", field="ended_on")


def standing_trials(entries: Iterable[TrialEntry]) -> tuple[TrialEntry, ...]:
    """The entries that nothing replaced and that are not strikes, the earliest trial first.

    Those without a date come last, in the order in which they were written.
    """
    found = list(entries)
    replaced = {each.corrects_id for each in found}
    left = [each for each in found if each.id not in replaced and not each.is_struck]
    return tuple(sorted(left, key=_place))


def _place(entry: TrialEntry) -> tuple[date, datetime, UUID]:
    return (entry.trial.started_on or date.max, entry.recorded_at, entry.id)
