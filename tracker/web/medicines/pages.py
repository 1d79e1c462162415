"""The finished words of the page of concurrent medicines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.medicines import MedicineEntry, standing, taken_now
from tracker.domain.treatment_decisions import MedicineChange
from tracker.queries.patients import PatientRecord
from tracker.reports.report_rows import NOT_RECORDED
from tracker.web.formatting import birthday, moment

CHANGE_WORDS = MappingProxyType(
    {
        MedicineChange.STARTED: "Started",
        MedicineChange.DOSE_CHANGED: "Dose changed",
        MedicineChange.STOPPED: "Stopped",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the history; struck through when it was replaced."""

    words: str
    about: str
    is_void: bool
    correct_href: str
    strike_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MedicinesPage:
    name: str
    born: str
    record_number: str
    banner: tuple[tuple[str, str], ...]
    now: tuple[tuple[str, str, str], ...]
    history: tuple[Entry, ...]
    back_href: str


def medicines_page(
    patient: PatientRecord, entries: Sequence[MedicineEntry], clinic: Clinic
) -> MedicinesPage:
    """What is taken now, and everything that was written, the latest first."""
    live = {each.id for each in standing(entries)}
    return MedicinesPage(
        name=patient.details.name,
        born=birthday(patient.details.born_on),
        record_number=patient.details.record_number,
        banner=(("Allergies", patient.details.allergies or NOT_RECORDED),),
        now=tuple(
            (each.medicine, each.dose, birthday(each.since_on)) for each in taken_now(entries)
        ),
        history=tuple(
            _entry(each, clinic, is_live=each.id in live)
            for each in reversed(entries)
            if not each.is_struck or each.corrects_id
        ),
        back_href=url_for("patients.show", patient_id=patient.id),
    )


def _entry(entry: MedicineEntry, clinic: Clinic, *, is_live: bool) -> Entry:
    change = entry.change
    what = "Struck out" if entry.is_struck else CHANGE_WORDS[change.change]
    words = f"{birthday(change.changed_on)}: {change.medicine} {change.dose}".strip()
    note = f" {change.note}." if change.note else ""
    why = f" Reason: {entry.correction_reason}." if entry.correction_reason else ""
    written = f"Entered {moment(entry.recorded_at, clinic)} by {entry.recorded_by}."
    ids: dict[str, Any] = {"medicine_change_id": entry.id}
    return Entry(
        words=f"{words}, {what.lower()}",
        about=f"{note}{why} {written}".strip(),
        is_void=not is_live and not entry.is_struck,
        correct_href=url_for("medicines.correct", **ids) if is_live else "",
        strike_href=url_for("medicines.strike", **ids) if is_live else "",
    )
