"""The finished words beside the forms of a rate and of the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.infusion import plain
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import RateChange
from tracker.web.dose_words import dose_of, flow_of
from tracker.web.infusions.words import banner, infusion_title, local_time


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryPage:
    """A form about the infusion as a whole; `running` says at which rate it runs."""

    banner: dict[str, object]
    title: str
    working: str
    running: str
    old: str
    sheet_href: str
    other_href: str


def entry_page(
    sheet: RunSheet, *, now: datetime | None = None, old: str = "", other_href: str = ""
) -> EntryPage:
    """What stands beside a form. `old` is the entry that a correction is about."""
    working = dose_of(sheet.given, sheet.protocol).working if sheet.given else ""
    return EntryPage(
        banner=banner(sheet.bearer),
        title=infusion_title(sheet.appointment),
        working=working,
        running=running_words(sheet, now) if now else "",
        old=old,
        sheet_href=url_for("infusions.show", infusion_id=sheet.id),
        other_href=other_href,
    )


def running_words(sheet: RunSheet, now: datetime) -> str:
    """ "Runs at 75 mL/h. By now 21.5 mL of 50 mL have run in, computed …"; empty without volumes.

    Computed is said every time: nobody measured it.
    """
    flow = flow_of(sheet)
    if flow is None:
        return ""
    by_now = f"{plain(flow.infused_ml(now))} mL of {plain(flow.total_ml)} mL"
    computed = "computed from start, rates and pauses"
    if flow.ended_at is not None:
        return f"By the rates {by_now} ran in, {computed}."
    rate = flow.ml_per_h(now)
    runs = f"Runs at {plain(rate)} mL/h." if rate else "Nothing runs now: it is paused."
    return f"{runs} By now {by_now} have run in, {computed}."


def rate_words(change: RateChange, clinic: Clinic, sheet: RunSheet) -> str:
    """ "75 mL/h from 14:20: nausea"."""
    rate = "" if change.rate_ml_per_h is None else f"{plain(change.rate_ml_per_h)} mL/h"
    at = local_time(change.occurred_at, clinic, beside=sheet.began_at)
    return f"{rate} from {at}" + (f": {change.reason}" if change.reason else "")
