"""A course that has run for some weeks, stored through the actions that pages use and, for what
patients send, row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make.courses import make_course
from tests.make.infusions import make_end, make_infusion, make_vital_signs, planned_id
from tests.make.world import ClinicPeople
from tracker.domain import instruments, scoring
from tracker.models.check_ins import CheckInRow, InstrumentRow, ScoreRow
from tracker.models.courses import PlannedInfusionRow
from tracker.models.database import transaction

AGREED = datetime(2026, 10, 12, 14, 0, tzinfo=ZoneInfo("America/New_York"))
FIRST_ON = date(2026, 10, 26)


def make_running_course(
    db: Session, people: ClinicPeople, *, given: int = 3, patient_id: UUID | None = None
) -> UUID:
    """Six infusions from Mon 26 Oct 2026, the first ones given as planned; returns the id."""
    course_id = make_course(
        db,
        people.clinician,
        patient_id or people.patient_id,
        now=AGREED,
        start_on=FIRST_ON,
        indication="PTSD (F43.12)",
    )
    for number in range(1, given + 1):
        give(db, people, course_id, number)
    return course_id


def give(db: Session, people: ClinicPeople, course_id: UUID, number: int) -> UUID:
    """The infusion of this number as planned, with two sets of vital signs and its end."""
    planned = planned_id(db, course_id, number)
    row = db.execute(
        select(PlannedInfusionRow.planned_on, PlannedInfusionRow.planned_time).where(
            PlannedInfusionRow.id == planned
        )
    ).one()
    db.rollback()
    zone = ZoneInfo(people.clinic.timezone)
    started_at = datetime.combine(row.planned_on, row.planned_time, zone)
    infusion_id = make_infusion(db, people.clinician, planned, now=started_at)
    make_vital_signs(db, people.clinician, infusion_id, now=started_at + timedelta(minutes=10))
    make_vital_signs(
        db,
        people.clinician,
        infusion_id,
        now=started_at + timedelta(minutes=20),
        systolic_mmhg=151,
        diastolic_mmhg=93,
        spo2_percent=95,
    )
    make_end(db, people.clinician, infusion_id, now=started_at + timedelta(minutes=40))
    return infusion_id


def make_check_in(
    db: Session,
    people: ClinicPeople,
    course_id: UUID,
    raw: Mapping[str, Any],
    *,
    key: str = "weekly",
    due_key: str,
    at: datetime,
    mode: str = "self",
    recorded_at: datetime | None = None,
) -> UUID:
    """A check-in with its scores, computed as they always are; what `raw` lacks is skipped."""
    instrument = instruments.get(key)
    answers = instruments.check_answers(
        instrument, {item.id: raw.get(item.id) for item in instrument.items}
    )
    check_in_id = uuid4()
    recorded = {"clinic_id": people.clinic.id, "course_id": course_id}
    with transaction(db):
        if db.get(InstrumentRow, (key, instrument.version)) is None:
            db.add(
                InstrumentRow(
                    key=key,
                    version=instrument.version,
                    title=instrument.title,
                    definition=instruments.to_json(instrument),
                    recorded_at=at,
                )
            )
            db.flush()
        db.add(
            CheckInRow(
                id=check_in_id,
                patient_id=people.patient_id,
                instrument_key=key,
                instrument_version=instrument.version,
                due_key=due_key,
                due_on=at.date(),
                mode=mode,
                answers=answers.to_json(),
                submission_id=uuid4(),
                payload_hash=b"x" * 32,
                occurred_at=at,
                recorded_at=recorded_at or at,
                recorded_by=people.patient.user_id,
                **recorded,
            )
        )
        db.flush()
        for score in scoring.score(instrument, answers):
            db.add(
                ScoreRow(
                    check_in_id=check_in_id,
                    scale=score.scale,
                    value=score.value,
                    minimum=score.minimum,
                    maximum=score.maximum,
                    answered=score.answered,
                    item_count=score.of,
                    is_prorated=score.prorated,
                    occurred_at=at,
                    **recorded,
                )
            )
    return check_in_id


def weekly_answers(symptom: int, gain: int = 1, *, skip: int = 0) -> dict[str, int | None]:
    """The same answer to all twenty lines on symptoms, and to all six on gains."""
    weekly = instruments.get("weekly")
    symptoms = weekly.scale("weekly_symptoms").items
    gains = weekly.scale("weekly_gains").items
    answers: dict[str, int | None] = dict.fromkeys(symptoms, symptom) | dict.fromkeys(gains, gain)
    return answers | dict.fromkeys(symptoms[:skip])


def make_weekly(
    db: Session,
    people: ClinicPeople,
    course_id: UUID,
    symptom: int,
    *,
    on: date,
    gain: int = 1,
    skip: int = 0,
    **changes: Any,
) -> UUID:
    """A weekly rating; before the first infusion it answers the baseline."""
    is_baseline = on < FIRST_ON
    due_key = f"weekly:baseline:{course_id}" if is_baseline else f"weekly:{on.isoformat()}"
    at = datetime.combine(on, time(19), ZoneInfo(people.clinic.timezone))
    raw = weekly_answers(symptom, gain, skip=skip)
    return make_check_in(db, people, course_id, raw, due_key=due_key, at=at, **changes)


def make_daily(db: Session, people: ClinicPeople, course_id: UUID, value: int, *, on: date) -> UUID:
    """A daily check-in with the same number in every rating, and no thoughts of self-harm."""
    raw = dict.fromkeys(("memories", "sleep", "anxiety", "mood", "safety"), value)
    return make_check_in(
        db,
        people,
        course_id,
        raw | {"self_harm": 0},
        key="daily",
        due_key=f"daily:{on.isoformat()}",
        at=datetime.combine(on, time(20), ZoneInfo(people.clinic.timezone)),
    )


def make_better_course(db: Session, people: ClinicPeople) -> UUID:
    """58-ish at the start, half of it after three infusions, one week missed."""
    course_id = make_running_course(db, people)
    make_weekly(db, people, course_id, 3, on=date(2026, 10, 23), gain=1)
    make_weekly(db, people, course_id, 2, on=date(2026, 11, 2), gain=2)
    make_weekly(db, people, course_id, 1, on=date(2026, 11, 16), gain=3, skip=2)
    for day in range(6):
        make_daily(db, people, course_id, 7 - day, on=FIRST_ON + timedelta(days=day))
    return course_id
