"""Puts a protocol into the words of the run sheet that is written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracker.domain.checklist import list_items
from tracker.domain.clinic import Clinic
from tracker.domain.infusion import plain
from tracker.domain.people import Person
from tracker.domain.protocol import Monitoring, Protocol, SedationScale
from tracker.domain.sheet_log import CheckPhase
from tracker.reports.document import Paper
from tracker.reports.paper_sheet import EmptySheet, PaperSheets
from tracker.reports.progress_report import ReportClinic, SignatureLine
from tracker.web.formatting import moment

AFTERWARDS = (
    "Note every time by the clock on the wall.",
    "When entering is possible again: open the appointment on the board, enter arrival, checks, "
    "dose and start with the times written here, then every set, event and medicine with its own "
    "time. What is more than a day old is asked about once.",
    "Enter drug drawn, given and wasted in the ledger; the witness confirms with their own "
    "password. Compare the entered sheet with this one, sign it, and keep this paper as the "
    "clinic's rules say.",
)


def paper_sheets(
    protocols: Sequence[Protocol], *, clinic: Clinic, who: Person, now: datetime, paper: Paper
) -> PaperSheets:
    """An empty sheet for each protocol, with its checks, intervals and discharge list."""
    lines = tuple(line for line in clinic.address.splitlines() if line.strip())
    return PaperSheets(
        clinic=ReportClinic(name=clinic.name, address_lines=lines, phone=clinic.phone),
        generated_at=now,
        generated_text=f"{moment(now, clinic)} ({clinic.timezone})",
        generated_by=who.name,
        paper=paper,
        sheets=tuple(_sheet(each) for each in protocols),
        afterwards=AFTERWARDS,
        signatures=(SignatureLine(name="Performed by"), SignatureLine(name="Drug witnessed by")),
    )


def _sheet(protocol: Protocol) -> EmptySheet:
    dose, watched = protocol.dose, protocol.monitoring
    is_rass = watched.sedation_scale is SedationScale.RASS
    return EmptySheet(
        protocol=f"{protocol.name}, version {protocol.version}",
        dose=f"Protocol: {plain(dose.dose_mg_per_kg)} mg/kg over {dose.infusion_minutes} min. "
        f"Confirm with a second person above {plain(dose.confirm_above_mg_per_kg)} mg/kg; "
        f"give none above {plain(dose.refuse_above_mg_per_kg)} mg/kg.",
        checks=tuple(each.words for each in list_items(protocol, CheckPhase.BEFORE)),
        monitoring=f"Every {watched.during_every_minutes} min during the infusion, every "
        f"{watched.after_every_minutes} min after it, until {watched.observe_minutes} min from "
        f"the start and {watched.minimum_after_minutes} min from the end at least.",
        minutes=_minutes(watched, dose.infusion_minutes),
        sedation="RASS" if is_rass else "MOAA/S",
        discharge=tuple(each.words for each in list_items(protocol, CheckPhase.DISCHARGE)),
    )


def _minutes(watched: Monitoring, infusion_minutes: int) -> tuple[str, ...]:
    """Minutes from the start: before it, during, after; and rows for what comes between."""
    last = max(watched.observe_minutes, infusion_minutes + watched.minimum_after_minutes)
    every = watched.during_every_minutes
    during = range(every, infusion_minutes + 1, every)
    first_after, every = infusion_minutes + watched.after_every_minutes, watched.after_every_minutes
    after = (*range(first_after, last, every), last)
    planned = (f"T+{minute}" for minute in (*during, *after))
    return ("Before", *planned, "", "", "")
