"""Where scores from before belong: whose they are, of which course, and what is there already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.historic_scores import HistoricScore, LineProblem, quoted
from tracker.domain.local_time import NoSuchLocalTime, to_instant
from tracker.models.check_ins import CheckInRow
from tracker.models.clinics import ClinicRow
from tracker.models.courses import CourseRow
from tracker.models.patients import PatientRow
from tracker.models.score_imports import ScoreImportRow

AT_NOON = time(12)
"""A list has dates only: a score stands at noon of its day, on the clinic's clock."""
_AT_ONCE = 400
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedScore:
    """A score with the record that it goes to. ``occurred_at`` is in UTC."""

    score: HistoricScore
    patient_id: UUID
    course_id: UUID
    occurred_at: datetime


@dataclass(kw_only=True, slots=True)
class _Patient:
    id: UUID
    born_on: date
    courses: list[tuple[UUID, date, date | None]] = field(default_factory=list)
    """Id, start and end of each course, by start."""

    def course_on(self, on: date) -> UUID | None:
        """The course of a date: the first one that had not ended before it, else the last."""
        for course_id, _start_on, ended_on in self.courses:
            if ended_on is None or ended_on >= on:
                return course_id
        return self.courses[-1][0] if self.courses else None


def zone_of(db: Session, clinic_id: UUID) -> ZoneInfo:
    """The clinic's time zone."""
    name = db.execute(select(ClinicRow.timezone).where(ClinicRow.id == clinic_id)).scalar_one()
    return ZoneInfo(name)


def imported_at(db: Session, clinic_id: UUID, content_hash: bytes) -> datetime | None:
    """When the same file was imported before; None if it never was."""
    return db.execute(
        select(ScoreImportRow.recorded_at).where(
            ScoreImportRow.clinic_id == clinic_id, ScoreImportRow.content_hash == content_hash
        )
    ).scalar_one_or_none()


def place_scores(
    db: Session, clinic_id: UUID, scores: Sequence[HistoricScore], zone: ZoneInfo
) -> tuple[tuple[PlacedScore, ...], tuple[LineProblem, ...]]:
    """Each score with its record, and a problem for each one that has no place."""
    patients = _patients(db, clinic_id, {score.record_number for score in scores})
    taken = _days_taken(db, clinic_id, [patient.id for patient in patients.values()])
    placed: list[PlacedScore] = []
    problems: list[LineProblem] = []
    for score in scores:
        found = _place(score, patients.get(score.record_number), taken, zone)
        if isinstance(found, str):
            problems.append(LineProblem(line=score.line, words=found))
        else:
            placed.append(found)
    return tuple(placed), tuple(problems)


def _place(
    score: HistoricScore,
    patient: _Patient | None,
    taken: set[tuple[UUID, str, date]],
    zone: ZoneInfo,
) -> PlacedScore | str:
    """The place of one score, or what is wrong with it."""
    if patient is None:
        return f"There is no patient with the record number {quoted(score.record_number)}."
    if score.on < patient.born_on:
        return f"The date {score.on} is before the patient was born."
    course_id = patient.course_on(score.on)
    if course_id is None:
        return f"The patient {quoted(score.record_number)} has no course yet. Plan one first."
    if (patient.id, score.instrument.key, score.on) in taken:
        return f"There are answers to {score.instrument.title} of {score.on} already."
    try:
        occurred_at = to_instant(score.on, AT_NOON, zone)
    except NoSuchLocalTime as problem:
        return str(problem)
    return PlacedScore(
        score=score, patient_id=patient.id, course_id=course_id, occurred_at=occurred_at
    )


def _patients(db: Session, clinic_id: UUID, numbers: Iterable[str]) -> dict[str, _Patient]:
    found: dict[str, _Patient] = {}
    for some in _batches(sorted(numbers)):
        rows = db.execute(
            select(
                PatientRow.record_number,
                PatientRow.id,
                PatientRow.born_on,
                CourseRow.id.label("course_id"),
                CourseRow.start_on,
                CourseRow.ended_on,
            )
            .outerjoin(CourseRow, CourseRow.patient_id == PatientRow.id)
            .where(PatientRow.clinic_id == clinic_id, PatientRow.record_number.in_(some))
            .order_by(PatientRow.id, CourseRow.start_on, CourseRow.id)
        )
        for row in rows:
            patient = found.setdefault(row.record_number, _Patient(id=row.id, born_on=row.born_on))
            if row.course_id is not None:
                patient.courses.append((row.course_id, row.start_on, row.ended_on))
    return found


def _days_taken(
    db: Session, clinic_id: UUID, patient_ids: Sequence[UUID]
) -> set[tuple[UUID, str, date]]:
    """Patient, instrument and day of every check-in that is there."""
    found: set[tuple[UUID, str, date]] = set()
    for some in _batches(patient_ids):
        rows = db.execute(
            select(CheckInRow.patient_id, CheckInRow.instrument_key, CheckInRow.due_on).where(
                CheckInRow.clinic_id == clinic_id, CheckInRow.patient_id.in_(some)
            )
        )
        found.update((row.patient_id, row.instrument_key, row.due_on) for row in rows)
    return found


def _batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """A statement takes so many values at once, not all of a long list."""
    for first in range(0, len(values), _AT_ONCE):
        yield values[first : first + _AT_ONCE]
