"""The words where an open safety alert holds an infusion."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from tracker.domain.infusion_hold import HELD
from tracker.domain.run_sheet_stages import BEFORE_START
from tracker.queries import infusion_holds
from tracker.queries.run_sheets import RunSheet
from tracker.web import access


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldPart:
    """Why the infusion cannot start yet, and where each alert is looked at."""

    heading: str
    links: tuple[tuple[str, str], ...]  # words, address


def hold_of_patient(patient_id: UUID) -> HoldPart | None:
    """What holds the next infusion of a patient; None when nothing does."""
    found = infusion_holds.list_holds(access.database(), access.who(), patient_id)
    if not found:
        return None
    links = tuple(
        (
            f"Open the safety alert {place} of {len(found)}"
            if len(found) > 1
            else "Open the safety alert",
            url_for("alerts.close", alert_id=alert_id),
        )
        for place, alert_id in enumerate(found, 1)
    )
    return HoldPart(heading=HELD, links=links)


def hold_of_sheet(sheet: RunSheet) -> HoldPart | None:
    """The same on a run sheet, as long as its infusion has not started."""
    if sheet.stage not in BEFORE_START:
        return None
    return hold_of_patient(sheet.bearer.patient_id)
