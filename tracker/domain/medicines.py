"""Medicines that a patient takes beside the treatment, as a dated list of changes.

Starts, dose changes and stops are entries of their own, dated by the day on which they happened. A
correction is a newer entry that points at the one it replaces; a strike replaces it with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tracker.domain.errors import Refused
from tracker.domain.treatment_decisions import MedicineChange


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What happened to a medicine. `dose` is amount, unit and how often; empty when stopped."""

    medicine: str
    change: MedicineChange
    changed_on: date
    dose: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MedicineEntry:
    """A stored change, or the correction or strike of an earlier one."""

    id: UUID
    change: Change
    recorded_at: datetime
    recorded_by: str
    corrects_id: UUID | None = None
    correction_reason: str = ""
    is_struck: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenMedicine:
    """One medicine that is taken now, at its latest dose, and since when at that dose."""

    medicine: str
    dose: str
    since_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class MedicineMark:
    """A change as a chart names it: "sertraline 50 mg → 100 mg"."""

    on: date
    words: str


def check_change(change: Change, *, today: date) -> None:
    """Raise `Refused` for a change that cannot be."""
    if change.changed_on > today:
        raise Refused("The date cannot be in the future.", field="changed_on")
    if change.change is not MedicineChange.STOPPED and not change.dose:
        raise Refused("Enter the dose.", field="dose")


def standing(entries: Iterable[MedicineEntry]) -> tuple[MedicineEntry, ...]:
    """The entries that nothing replaced and that are not strikes, by the day they are about."""
    found = list(entries)
    replaced = {each.corrects_id for each in found}
    left = [each for each in found if each.id not in replaced and not each.is_struck]
    return tuple(sorted(left, key=lambda each: (each.change.changed_on, each.recorded_at, each.id)))


def taken_now(
    entries: Iterable[MedicineEntry], *, today: date | None = None
) -> tuple[TakenMedicine, ...]:
    """What is taken on a day (without one: by all entries), by name."""
    now: dict[str, TakenMedicine] = {}
    for each in standing(entries):
        change = each.change
        if today is not None and change.changed_on > today:
            continue
        name = change.medicine.casefold()
        if change.change is MedicineChange.STOPPED:
            now.pop(name, None)
        else:
            now[name] = TakenMedicine(
                medicine=change.medicine, dose=change.dose, since_on=change.changed_on
            )
    return tuple(now[name] for name in sorted(now))


def marks(entries: Iterable[MedicineEntry]) -> tuple[MedicineMark, ...]:
    """Every change as a chart names it, with the dose before it where it is known."""
    doses: dict[str, str] = {}
    found = []
    for each in standing(entries):
        change = each.change
        name = change.medicine.casefold()
        before = doses.pop(name, "")
        if change.change is MedicineChange.STOPPED:
            words = f"{change.medicine} stopped"
        else:
            doses[name] = change.dose
            arrow = f"{before} → " if before and before != change.dose else ""
            words = f"{change.medicine} {arrow}{change.dose}"
        found.append(MedicineMark(on=change.changed_on, words=words))
    return tuple(found)
