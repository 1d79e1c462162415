"""The finished words of the pages before an infusion: starting it, and not giving it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.courses import PlannedState
from tracker.domain.dosing_weight import BASIS_WORDS
from tracker.domain.drawn_drug import Drawn
from tracker.domain.drug_ledger import mg_words
from tracker.domain.infusion import Dose, plain
from tracker.domain.protocol import DoseRules
from tracker.domain.weight_basis import WeightBasis
from tracker.queries.infusions import Appointment, Bearer, LastDose, StartSheet
from tracker.web.formatting import clock_time, day, number
from tracker.web.infusions.words import banner, infusion_title


@dataclass(frozen=True, kw_only=True, slots=True)
class Working:
    """The dose as it was calculated: the result, and every step to it."""

    result: str
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class StartPage:
    banner: dict[str, object]
    title: str
    planned: str
    last: str
    proposed: str
    bounds: str
    problem: str
    working: Working | None
    is_news: bool
    start_label: str
    has_cap: bool
    cap_note: str
    baseline: str
    drawn: str
    sheet_href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotGivenPage:
    banner: dict[str, object]
    title: str
    planned: str
    problem: str
    course_href: str


def start_page(
    sheet: StartSheet, clinic: Clinic, dose: Dose | None, *, is_news: bool = False
) -> StartPage:
    """Everything that the start page shows beside its form.

    `is_news` says that the start was asked for with a dose or a rate that the page had not shown.
    """
    appointment = sheet.appointment
    return StartPage(
        banner=banner(sheet.bearer),
        title=f"Start {_lower_first(infusion_title(appointment))}",
        planned=planned_words(appointment),
        last=_last_words(sheet.last, clinic),
        proposed=_proposed_words(sheet),
        bounds=_bounds_words(sheet.protocol.dose),
        problem=_problem(appointment.state) or _running(sheet.last),
        working=_working(dose) if dose else None,
        is_news=is_news,
        start_label=f"Start infusion {appointment.number}",
        has_cap=sheet.protocol.dose.weight_cap_kg is not None,
        cap_note=_cap_words(sheet.protocol.dose),
        baseline=_baseline_words(sheet, clinic),
        drawn=_drawn_words(sheet.drawn),
        sheet_href=url_for("infusions.show", infusion_id=sheet.run_sheet_id),
    )


def not_given_page(bearer: Bearer, appointment: Appointment) -> NotGivenPage:
    """Everything that the page shows beside its form."""
    return NotGivenPage(
        banner=banner(bearer),
        title=f"{infusion_title(appointment)}: not given",
        planned=planned_words(appointment),
        problem=_problem(appointment.state),
        course_href=url_for("courses.show", course_id=appointment.course_id),
    )


def planned_words(appointment: Appointment) -> str:
    """ "Planned for Mon 23 Nov 2026, 09:00, Room 2"."""
    parts = [day(appointment.planned_on), clock_time(appointment.planned_time), appointment.room]
    return "Planned for " + ", ".join(part for part in parts if part)


def _last_words(last: LastDose | None, clinic: Clinic) -> str:
    if last is None:
        return "This is the first infusion of the course: there is no earlier weight or dose."
    given = "" if last.given_mg is None else f", {number(last.given_mg)} mg given"
    dosed_by = ""
    if last.weight_basis is not WeightBasis.ACTUAL:
        dosed_by = (
            f" (dosed by {BASIS_WORDS[last.weight_basis]}: {plain(last.dosing_weight_kg)} kg)"
        )
    return (
        f"Last time (infusion {last.number}, {day(clinic.date_of(last.started_at))}): "
        f"{plain(last.weight_kg)} kg{dosed_by}, {plain(last.dose_mg_per_kg)} mg/kg, "
        f"{number(last.ordered_mg)} mg ordered{given}."
    )


def _proposed_words(sheet: StartSheet) -> str:
    """Which dose is filled in, and who set it."""
    protocol = f"{plain(sheet.protocol.dose.dose_mg_per_kg)} mg/kg"
    if sheet.agreed is None:
        return f"Filled in: {protocol}, as the protocol says."
    return (
        f"Filled in: {plain(sheet.agreed.dose_mg_per_kg)} mg/kg, agreed in the review after "
        f"infusion {sheet.agreed.after_infusion}. The protocol says {protocol}."
    )


def _bounds_words(rules: DoseRules) -> str:
    return (
        f"Above {plain(rules.confirm_above_mg_per_kg)} mg/kg this protocol asks for a reason and "
        f"a second confirmation; above {plain(rules.refuse_above_mg_per_kg)} mg/kg it allows no "
        "infusion. These are settings of the clinic, not guideline values."
    )


def _problem(state: PlannedState) -> str:
    if state is PlannedState.PLANNED:
        return ""
    if state is PlannedState.GIVEN:
        return "This infusion was started already."
    return f"This infusion is marked {state}. Plan it again on the course's plan."


def _running(last: LastDose | None) -> str:
    if last is None or last.ended_at is not None:
        return ""
    return f"Infusion {last.number} is still running. End it before you start another."


def _working(dose: Dose) -> Working:
    total = "" if dose.total_ml is None else f" in {plain(dose.total_ml)} mL"
    return Working(result=f"{plain(dose.ordered_mg)} mg{total}", steps=dose.steps)


def _cap_words(rules: DoseRules) -> str:
    if rules.weight_cap_kg is None:
        return "This protocol has no weight cap."
    return f"This protocol caps the weight at {plain(rules.weight_cap_kg)} kg."


def _baseline_words(sheet: StartSheet, clinic: Clinic) -> str:
    """When vital signs were taken before the start; empty when none were."""
    if sheet.measured_at is None:
        return ""
    at = clock_time(clinic.local(sheet.measured_at))
    return f"Taken at {at}; they stand on the run sheet. Enter a set here only if it is newer."


def _drawn_words(drawn: Iterable[Drawn]) -> str:
    """ "Drawn for this infusion: 200 mg from V-0011 (50 mg/mL)."; empty when nothing was drawn."""
    draws = [
        f"{mg_words(each.amount_ug)} from {each.vial_label} ({plain(each.mg_per_ml)} mg/mL)"
        for each in drawn
    ]
    return f"Drawn for this infusion: {', '.join(draws)}." if draws else ""


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
