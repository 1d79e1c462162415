"""The part of a run sheet about the dose: its working, the rates, and what ran in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.dosing_weight import BASIS_WORDS
from tracker.domain.infusion import plain
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.run_sheet_stages import ON_THE_DRIP
from tracker.domain.weight_basis import WeightBasis
from tracker.queries.run_sheets import Given, RunSheet
from tracker.queries.sheet_entries import RateChange
from tracker.web.dose_words import dose_of
from tracker.web.infusions.rate_pages import rate_words, running_words
from tracker.web.infusions.words import is_late, local_time, two_clocks


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLine:
    """One change of rate. A struck one names what became of it."""

    words: str
    by: str
    notes: tuple[str, ...]
    is_struck: bool
    correct_href: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DosePart:
    """`steps` is the working, line by line; `running` what the rates give by now."""

    steps: tuple[str, ...]
    running: str
    rates: tuple[RateLine, ...]
    facts: tuple[tuple[str, str], ...]
    rate_href: str | None


def dose_part(sheet: RunSheet, *, clinic: Clinic, who: Person, now: datetime) -> DosePart | None:
    """The words of the part; None before the start."""
    if sheet.given is None:
        return None
    may_log = may(who, Act.LOG_INFUSION) and not sheet.is_signed
    may_change = may_log and sheet.stage in ON_THE_DRIP and sheet.given.total_ml is not None
    return DosePart(
        steps=dose_of(sheet.given, sheet.protocol).steps,
        running=running_words(sheet, now),
        rates=tuple(
            _rate_line(each, sheet, clinic, may_log)
            for each in sheet.entries.rates
            if not each.is_struck
        ),
        facts=_facts(sheet.given, clinic),
        rate_href=url_for("infusions.add_rate", infusion_id=sheet.id) if may_change else None,
    )


def _rate_line(each: RateChange, sheet: RunSheet, clinic: Clinic, may_log: bool) -> RateLine:
    href = url_for("infusions.correct_rate", rate_change_id=each.id)
    return RateLine(
        words=rate_words(each, clinic, sheet),
        by=each.recorded_by,
        notes=tuple(_rate_notes(each, sheet, clinic)),
        is_struck=not each.stands,
        correct_href=href if may_log and each.stands else None,
    )


def _rate_notes(each: RateChange, sheet: RunSheet, clinic: Clinic) -> list[str]:
    notes = []
    newer = next((rate for rate in sheet.entries.rates if rate.id == each.corrected_by), None)
    if newer is not None:
        verb = "Struck out" if newer.is_struck else "Corrected"
        at = local_time(newer.recorded_at, clinic, beside=sheet.began_at)
        notes.append(f"{verb} at {at} by {newer.recorded_by}: {newer.correction_reason}")
    if is_late(each.occurred_at, each.recorded_at):
        notes.append(f"Entered {local_time(each.recorded_at, clinic, beside=sheet.began_at)}")
    return notes


def _facts(given: Given, clinic: Clinic) -> tuple[tuple[str, str], ...]:
    started = two_clocks(
        given.started_at, given.recorded_at, clinic, verb="started", beside=given.started_at
    )
    facts = [
        ("Start", f"{started}, by {given.recorded_by}"),
        ("Dosing weight", _weight_words(given)),
        ("Reason for the dose", given.dose_reason),
        ("End", _end_words(given, clinic)),
        ("Given", _given_words(given)),
        ("Stopped early because", given.stop_reason),
        ("How it went", given.course_of_infusion),
    ]
    return tuple((label, words) for label, words in facts if words)


def _weight_words(given: Given) -> str:
    basis = BASIS_WORDS[given.weight_basis]
    if given.weight_basis is WeightBasis.ACTUAL:
        return f"{plain(given.weight_kg)} kg, {basis}"
    return (
        f"{plain(given.dosing_weight_kg)} kg, {basis}; measured today: {plain(given.weight_kg)} kg"
    )


def _given_words(given: Given) -> str:
    if given.given_mg is None:
        return ""
    words = f"{plain(given.given_mg)} mg of {plain(given.ordered_mg)} mg"
    if given.infused_ml is None or given.total_ml is None:
        return words
    return f"{words}; {plain(given.infused_ml)} mL of {plain(given.total_ml)} mL infused"


def _end_words(given: Given, clinic: Clinic) -> str:
    if given.ended_at is None or given.end_recorded_at is None:
        return ""
    ended = two_clocks(
        given.ended_at, given.end_recorded_at, clinic, verb="ended", beside=given.started_at
    )
    return f"{ended}, by {given.end_recorded_by}"
