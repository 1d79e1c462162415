"""The finished words of the page of prior treatments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.prior_treatments import (
    ADEQUACY_WORDS,
    END_WORDS,
    OUTCOME_WORDS,
    Trial,
    TrialEntry,
    standing_trials,
)
from tracker.queries.patients import PatientRecord
from tracker.reports.report_rows import NOT_RECORDED
from tracker.web.formatting import birthday, moment

COLUMNS = ("Treatment", "Class", "Dose", "When", "Duration", "Dose and duration", "Outcome", "End")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the history; struck through when it was replaced."""

    words: str
    about: str
    is_void: bool
    correct_href: str
    strike_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PriorTreatmentsPage:
    name: str
    born: str
    record_number: str
    banner: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    trials: tuple[tuple[str, ...], ...]
    history: tuple[Entry, ...]
    back_href: str


def prior_treatments_page(
    patient: PatientRecord, entries: Sequence[TrialEntry], clinic: Clinic
) -> PriorTreatmentsPage:
    """What stands, the earliest first, and everything that was written, the latest first."""
    standing = standing_trials(entries)
    live = {each.id for each in standing}
    return PriorTreatmentsPage(
        name=patient.details.name,
        born=birthday(patient.details.born_on),
        record_number=patient.details.record_number,
        banner=(("Allergies", patient.details.allergies or NOT_RECORDED),),
        columns=COLUMNS,
        trials=tuple(_cells(each.trial) for each in standing),
        history=tuple(_entry(each, clinic, is_live=each.id in live) for each in reversed(entries)),
        back_href=url_for("patients.show", patient_id=patient.id),
    )


def _cells(trial: Trial) -> tuple[str, ...]:
    taken = "" if trial.taken_percent is None else f", {trial.taken_percent} % taken"
    return (
        trial.treatment,
        trial.class_words,
        trial.dose,
        _when(trial),
        trial.duration_words,
        f"{ADEQUACY_WORDS[trial.adequacy]}{taken}",
        OUTCOME_WORDS[trial.outcome],
        END_WORDS[trial.ended_because],
    )


def _when(trial: Trial) -> str:
    if trial.started_on is None:
        return "Until " + birthday(trial.ended_on) if trial.ended_on else "Not known"
    until = f" to {birthday(trial.ended_on)}" if trial.ended_on else ""
    return f"From {birthday(trial.started_on)}{until}"


def _entry(entry: TrialEntry, clinic: Clinic, *, is_live: bool) -> Entry:
    trial = entry.trial
    struck = ", struck out" if entry.is_struck else ""
    note = f" {trial.note}." if trial.note else ""
    why = f" Reason: {entry.correction_reason}." if entry.correction_reason else ""
    written = f"Entered {moment(entry.recorded_at, clinic)} by {entry.recorded_by}."
    ids: dict[str, Any] = {"prior_treatment_id": entry.id}
    return Entry(
        words=f"{trial.treatment} {trial.dose}".strip() + struck,
        about=f"{note}{why} {written}".strip(),
        is_void=not is_live and not entry.is_struck,
        correct_href=url_for("prior_treatments.correct", **ids) if is_live else "",
        strike_href=url_for("prior_treatments.strike", **ids) if is_live else "",
    )
