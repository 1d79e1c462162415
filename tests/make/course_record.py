"""Records of courses without a database, for tests of what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.make.world import known_id
from tracker.domain.course_progress import CourseProgress
from tracker.domain.course_record import (
    CoursePatient,
    CourseRecord,
    GivenInfusion,
    PlannedInfusion,
    SentCheckIn,
    StoredScore,
)
from tracker.domain.courses import CourseState, GivenState, PlannedState
from tracker.domain.medicines import Change, MedicineEntry
from tracker.domain.protocol import default_protocol
from tracker.domain.treatment_decisions import MedicineChange

ZONE = ZoneInfo("America/New_York")
FIRST_ON = date(2026, 10, 26)
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def local(on: date, hour: int = 9) -> datetime:
    """An hour of a local date."""
    return datetime.combine(on, time(hour), ZONE)


def infusion(number: int, *, on: date | None = None, is_given: bool = True, **changes: Any) -> Any:
    """An infusion of the series: four days after the one before, given as planned."""
    day = on or FIRST_ON + timedelta(days=4 * (number - 1))
    values: dict[str, Any] = {
        "id": known_id(f"planned {number}"),
        "number": number,
        "planned_on": day,
        "planned_time": time(9),
        "state": PlannedState.GIVEN if is_given else PlannedState.PLANNED,
        "is_booster": False,
        "given": given_infusion(number, local(day)) if is_given else None,
    }
    return PlannedInfusion(**(values | changes))


def given_infusion(number: int, started_at: datetime, **changes: Any) -> GivenInfusion:
    """80 kg, 0.5 mg/kg, 40 minutes."""
    values: dict[str, Any] = {
        "id": known_id(f"given {number}"),
        "state": GivenState.ENDED,
        "started_at": started_at,
        "ended_at": started_at + timedelta(minutes=40),
        "weight_kg": Decimal("80.00"),
        "dose_mg_per_kg": Decimal("0.500"),
        "ordered_mg": Decimal("40.000"),
        "given_mg": Decimal("40.000"),
        "planned_minutes": 40,
        "peak_systolic_mmhg": 151,
        "peak_diastolic_mmhg": 93,
        "lowest_spo2_percent": 95,
    }
    return GivenInfusion(**(values | changes))


def weekly(on: date, symptoms: int | None, *, gains: int = 6, **changes: Any) -> Any:
    """A weekly rating that was sent, with the scores that it gave."""
    is_baseline = on < FIRST_ON
    name = f"weekly {on}"
    values: dict[str, Any] = {
        "id": known_id(name),
        "instrument_key": "weekly",
        "instrument_version": 1,
        "due_key": f"weekly:baseline:{known_id('course')}" if is_baseline else f"weekly:{on}",
        "due_on": on,
        "mode": "self",
        "occurred_at": local(on, 19),
        "recorded_at": local(on, 19),
    }
    check_in = SentCheckIn(**(values | changes))
    return check_in, {"weekly_symptoms": symptoms, "weekly_gains": gains}


def medicine(
    on: date,
    dose: str,
    *,
    name: str = "Sertraline",
    change: MedicineChange = MedicineChange.DOSE_CHANGED,
    **changes: Any,
) -> MedicineEntry:
    """An entry in the list of concurrent medicines."""
    values: dict[str, Any] = {
        "id": known_id(f"{name} {on} {dose}"),
        "change": Change(medicine=name, change=change, changed_on=on, dose=dose),
        "recorded_at": local(on),
        "recorded_by": "Kim A",
    }
    return MedicineEntry(**(values | changes))


def record(
    infusions: Sequence[PlannedInfusion] = (), ratings: Sequence[Any] = (), **changes: Any
) -> CourseRecord:
    """A course from Mon 26 Oct 2026 with these infusions and weekly ratings."""
    scores: dict[str, list[StoredScore]] = {
        scale: []
        for scale in (
            "weekly_symptoms",
            "intrusion",
            "avoidance",
            "mood_and_thinking",
            "arousal",
            "weekly_gains",
        )
    }
    for check_in, values in ratings:
        for scale, value in values.items():
            scores[scale].append(score(check_in, scale, value))
    values: dict[str, Any] = {
        "id": known_id("course"),
        "patient": CoursePatient(
            id=known_id("patient"),
            given_name="Robin",
            family_name="Testcase",
            born_on=date(1980, 2, 29),
            record_number="T-1",
        ),
        "state": CourseState.ACTIVE,
        "course_number": 1,
        "infusion_count": 6,
        "min_gap_days": 3,
        "max_gap_days": 5,
        "start_on": FIRST_ON,
        "ended_on": None,
        "end_reason": "",
        "indication": "",
        "recorded_at": local(date(2026, 10, 12)),
        "protocol": default_protocol(),
        "infusions": tuple(infusions),
        "check_ins": tuple(check_in for check_in, _ in ratings),
        "scores": {scale: tuple(found) for scale, found in scores.items()},
    }
    return CourseRecord(**(values | changes))


def score(check_in: SentCheckIn, scale: str, value: int | None) -> StoredScore:
    """A score of a check-in, with every question answered or too few."""
    count = 20 if scale == "weekly_symptoms" else 6
    return StoredScore(
        check_in_id=check_in.id,
        occurred_at=check_in.occurred_at,
        value=None if value is None else Decimal(value),
        answered=count if value is not None else 3,
        item_count=count,
        is_prorated=False,
    )


def progress(found: CourseRecord, *, now: datetime = NOW) -> CourseProgress:
    """The course as it stands on 23 Nov 2026."""
    return CourseProgress(record=found, zone=ZONE, now=now)


def _asked_daily(on: date, has_thoughts: bool) -> SentCheckIn:
    sent, _ = weekly(on, None, instrument_key="daily")
    return replace(sent, has_thoughts=has_thoughts)


ASKED_DAILY = (
    _asked_daily(date(2026, 10, 24), False),
    _asked_daily(date(2026, 11, 18), True),
    _asked_daily(date(2026, 11, 19), False),
)
"""Suicidal thoughts: none before infusion 1, then on one day, and none about the day after it."""
