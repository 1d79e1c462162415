"""The infusions that were given: dose, vital signs with their rise, and what happened."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tracker.actions.demo.moments import Present, Row, at, dice, known_id
from tracker.actions.demo.plans import (
    EARLIER_BY_MINUTES,
    RUNNING_FOR_MINUTES,
    Appointment,
    Layout,
)
from tracker.actions.demo.story import Story, TodayIs
from tracker.domain.courses import GivenState
from tracker.domain.infusion import TENTH_MG, Dose
from tracker.domain.protocol import default_protocol
from tracker.domain.sheet_log import Relatedness

VIAL_MG_PER_ML = Decimal(50)
_BAG_ML = Decimal(50)
_STOPPED_AFTER_MINUTES = 22
_BEFORE = -4
_SETS_AT = (_BEFORE, 10, 20, 30, 40, 55, 70, 85, 100, 120)
"""Minutes from the start: every ten during, every fifteen after (the protocol's intervals)."""
_CADSS6 = {_BEFORE: 1, 40: 9, 120: 1}
"""Totals before, at the end and before leaving."""
_PEAK_AT, _PEAK_WIDTH = 35, 24

_WENT = (
    "Calm throughout, eyes closed, music. Described warmth and distance from the memories.",
    "Tearful for some minutes, then settled. Steady on the feet before leaving.",
    "Quiet. Light dissociation from minute 20, gone half an hour after the end.",
    "Talked a little at the start, then rested. Left with the escort, well oriented.",
    "Some restlessness in the first ten minutes; breathing exercise helped.",
)
_EVENTS = (
    ("Dissociation", 1, "", "Expected, short."),
    ("Dizziness", 1, "Lay back, slower to stand up", ""),
    ("Nausea", 1, "Ondansetron as ordered", "Gone after 20 minutes."),
    ("Blurred or double vision", 1, "", ""),
    ("Headache", 1, "Water, rest", ""),
    ("Anxiety or panic", 2, "Stayed beside, grounding exercise", "Settled within minutes."),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Infusion:
    """One given infusion: its appointment, when it ran, and its dose."""

    id: str
    appointment: Appointment
    started_at: datetime
    ended_at: datetime | None
    dose: Dose
    is_stopped: bool

    @property
    def given_mg(self) -> Decimal | None:
        if self.ended_at is None:
            return None
        if not self.is_stopped:
            return self.dose.ordered_mg
        part = self.dose.ordered_mg * _STOPPED_AFTER_MINUTES / self.dose.planned_minutes
        return part.quantize(TENTH_MG, ROUND_HALF_UP)

    @property
    def infused_ml(self) -> Decimal | None:
        """What ran in of the bag: the same share as of the dose."""
        if self.given_mg is None:
            return None
        return (_BAG_ML * self.given_mg / self.dose.ordered_mg).quantize(TENTH_MG, ROUND_HALF_UP)

    @property
    def state(self) -> GivenState:
        if self.ended_at is None:
            return GivenState.RUNNING
        return GivenState.STOPPED_EARLY if self.is_stopped else GivenState.ENDED


def given_infusions(story: Story, layout: Layout, present: Present) -> tuple[Infusion, ...]:
    """What was given, in order."""
    return tuple(_infusion(story, each, present) for each in layout.given)


def _infusion(story: Story, each: Appointment, present: Present) -> Infusion:
    chance = dice(f"{story.key} infusion {each.number}")
    rules = default_protocol().dose
    weight_kg = story.weight_kg + Decimal(chance.randint(-6, 6)) / 10
    is_stopped = story.stopped_infusion == each.number
    minutes = _STOPPED_AFTER_MINUTES if is_stopped else rules.infusion_minutes
    started_at = at(each.on, each.clock) + timedelta(minutes=chance.randint(-4, 14))
    ended_at: datetime | None = started_at + timedelta(minutes=minutes)
    if each.on == present.today:
        is_running = story.today is TodayIs.RUNNING
        started_at = present.ago(RUNNING_FOR_MINUTES if is_running else EARLIER_BY_MINUTES)
        ended_at = None if is_running else started_at + timedelta(minutes=minutes)
    return Infusion(
        id=f"{story.key} given {each.number}",
        appointment=each,
        started_at=started_at,
        ended_at=ended_at,
        dose=Dose(
            weight_kg=weight_kg,
            dose_mg_per_kg=rules.dose_mg_per_kg,
            planned_minutes=rules.infusion_minutes,
        ),
        is_stopped=is_stopped,
    )


def infusion_row(story: Story, infusion: Infusion) -> Row:
    """The row of `given_infusions`, without the clinic's and the recorder's ids."""
    is_over = infusion.ended_at is not None
    went = dice(f"{infusion.id} went").choice(_WENT)
    return {
        "id": known_id(infusion.id),
        "course_id": known_id(f"{story.key} course"),
        "planned_infusion_id": infusion.appointment.id,
        "state": infusion.state,
        "occurred_at": infusion.started_at,
        "ended_at": infusion.ended_at,
        "end_recorded_at": infusion.ended_at,
        "end_recorded_by": known_id("clinician") if is_over else None,
        "weight_kg": infusion.dose.weight_kg,
        "dosing_weight_kg": infusion.dose.weight_kg,
        "dose_mg_per_kg": infusion.dose.dose_mg_per_kg,
        "ordered_mg": infusion.dose.ordered_mg,
        "given_mg": infusion.given_mg,
        "planned_minutes": infusion.dose.planned_minutes,
        "vial_mg_per_ml": VIAL_MG_PER_ML,
        "total_ml": _BAG_ML,
        "infused_ml": infusion.infused_ml,
        "course_of_infusion": went if is_over and not infusion.is_stopped else "",
        "stop_reason": "Nausea and rising blood pressure; patient asked to stop"
        if infusion.is_stopped
        else "",
        "recorded_at": infusion.started_at + timedelta(minutes=is_over),
        "version": 2 if is_over else 1,
    }


def vital_sign_rows(story: Story, infusion: Infusion, present: Present) -> Iterator[Row]:
    """Every set that was measured by now; one in some infusions was mistyped and corrected."""
    chance = dice(f"{infusion.id} signs")
    wrong_at = 30 if chance.random() < 0.12 else None
    for minutes in _SETS_AT:
        occurred_at = infusion.started_at + timedelta(minutes=minutes)
        if occurred_at > present.moment:
            return
        row = _signs(story, infusion, minutes, occurred_at)
        if minutes != wrong_at:
            yield row
            continue
        mistyped = row | {"systolic_mmhg": row["systolic_mmhg"] + 70}
        yield mistyped
        later = row["recorded_at"] + timedelta(minutes=4)
        yield row | {
            "id": known_id(f"{infusion.id} signs {minutes} corrected"),
            "corrects_id": mistyped["id"],
            "correction_reason": "Typing slip: read again from the device",
            "recorded_at": later,
        }


def _signs(story: Story, infusion: Infusion, minutes: int, occurred_at: datetime) -> Row:
    chance = dice(f"{infusion.id} signs {minutes}")
    rise = _rise(minutes) * story.peak_rise_mmhg * (1.5 if infusion.is_stopped else 1)
    systolic, diastolic = story.resting_mmhg
    is_late = minutes > 60 and chance.random() < 0.15
    return {
        "id": known_id(f"{infusion.id} signs {minutes}"),
        "run_sheet_id": known_id(infusion.id),
        "corrects_id": None,
        "correction_reason": "",
        "cadss6": _CADSS6.get(minutes),
        "systolic_mmhg": round(systolic + rise + chance.gauss(0, 2.5)),
        "diastolic_mmhg": round(diastolic + rise * 0.7 + chance.gauss(0, 2)),
        "heart_rate_bpm": round(71 + rise * 0.45 + chance.gauss(0, 3)),
        "spo2_percent": min(99, round(97.6 + chance.gauss(0, 0.7))),
        "respiration_per_minute": round(14 + chance.gauss(0, 1)),
        "rass": -1 if 15 <= minutes <= 55 and chance.random() < 0.7 else 0,
        "occurred_at": occurred_at,
        "recorded_at": occurred_at + timedelta(minutes=25 if is_late else 1),
    }


def _rise(minutes: int) -> float:
    """The share of the peak at a time: highest at 30 to 40 minutes, gone by about 90.

    Mean peaks of 3 mmHg at 30 minutes (Riva-Posse 2018) to 16 mmHg at 40 minutes (a Yale series,
    2024) frame what the stories ask for.
    """
    if minutes <= 0:
        return 0.0
    return math.exp(-(((minutes - _PEAK_AT) / _PEAK_WIDTH) ** 2))


def event_rows(infusion: Infusion, present: Present) -> Iterator[Row]:
    """Side effects that were noted, each while or after the infusion ran."""
    chance = dice(f"{infusion.id} events")
    happened = [event for event in _EVENTS if chance.random() < 0.17]
    if infusion.is_stopped:
        happened = [("Nausea", 2, "Ondansetron as ordered; infusion stopped", "Gone in 40 min.")]
    for count, (term, grade, action, note) in enumerate(happened):
        minutes = 20 if infusion.is_stopped else 14 + chance.randint(0, 45)
        occurred_at = infusion.started_at + timedelta(minutes=minutes)
        if occurred_at <= present.moment:
            yield {
                "id": known_id(f"{infusion.id} event {count}"),
                "run_sheet_id": known_id(infusion.id),
                "term": term,
                "grade": grade,
                "action": action,
                "note": note,
                "relatedness": Relatedness.PROBABLE,
                "ended_at": min(occurred_at + timedelta(minutes=18), present.moment),
                "occurred_at": occurred_at,
                "recorded_at": occurred_at + timedelta(minutes=2),
            }
