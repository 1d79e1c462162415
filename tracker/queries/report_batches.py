"""Batches of letters: what was ordered, how far it is, and the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.clinic import Clinic
from tracker.domain.courses import TherapyState
from tracker.domain.errors import NotFound
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.domain.report_batches import BatchCounts, BatchState, BatchWish, LetterState, Month
from tracker.domain.report_kinds import ReportKind
from tracker.models.check_ins import CheckInRow
from tracker.models.courses import CourseRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.report_batches import BatchLetterRow as Letter
from tracker.models.report_batches import ReportBatchRow as Batch
from tracker.models.therapy_sessions import TherapySessionRow

MOST_LISTED = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredBatch:
    """What was ordered and how far it is."""

    id: UUID
    wish: BatchWish
    state: BatchState
    counts: BatchCounts
    requester_name: str
    ordered_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None

    def can_be_downloaded(self, now: datetime) -> bool:
        return self.expires_at is not None and now < self.expires_at


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedLetter:
    """A letter that was given up, and about whom."""

    course_id: UUID
    patient_name: str
    record_number: str


def list_batches(db: Session, who: Person) -> tuple[StoredBatch, ...]:
    """The latest batches of the clinic, the newest first."""
    rows = db.execute(_batches(who).order_by(Batch.recorded_at.desc(), Batch.id).limit(MOST_LISTED))
    return tuple(_batch(row) for row in rows)


def first_record_on(db: Session, who: Person, clinic: Clinic) -> date | None:
    """The day of the first infusion, therapy session or check-in that a letter could be about."""
    given = select(func.min(GivenInfusionRow.occurred_at)).where(
        GivenInfusionRow.clinic_id == who.clinic_id
    )
    held = select(func.min(TherapySessionRow.planned_on)).where(
        TherapySessionRow.clinic_id == who.clinic_id, TherapySessionRow.state == TherapyState.HELD
    )
    sent = select(func.min(CheckInRow.due_on)).where(CheckInRow.clinic_id == who.clinic_id)
    started_at = db.scalars(given).one()
    days = [db.scalars(held).one(), db.scalars(sent).one()]
    days += [clinic.date_of(started_at)] if started_at is not None else []
    return min((on for on in days if on is not None), default=None)


def get_batch(db: Session, who: Person, report_batch_id: UUID) -> StoredBatch:
    """One batch. Raises `NotFound`."""
    row = db.execute(_batches(who).where(Batch.id == report_batch_id)).one_or_none()
    if row is None:
        raise NotFound("report batch")
    return _batch(row)


def get_batch_file(db: Session, who: Person, report_batch_id: UUID) -> tuple[bytes, str]:
    """The file and the hash that it was stored with. Raises `NotFound`."""
    row = db.execute(
        select(Batch.file, Batch.file_hash).where(
            Batch.id == report_batch_id, Batch.clinic_id == who.clinic_id
        )
    ).one_or_none()
    if row is None or row.file is None:
        raise NotFound("report batch")
    return row.file, row.file_hash or ""


def list_failed(db: Session, who: Person, report_batch_id: UUID) -> tuple[FailedLetter, ...]:
    """The letters that were given up."""
    rows = db.execute(
        select(
            Letter.course_id,
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.record_number,
        )
        .join(CourseRow, CourseRow.id == Letter.course_id)
        .join(PatientRow, PatientRow.id == CourseRow.patient_id)
        .where(
            Letter.batch_id == report_batch_id,
            Letter.clinic_id == who.clinic_id,
            Letter.state == LetterState.FAILED,
        )
        .order_by(Letter.place)
    )
    return tuple(
        FailedLetter(
            course_id=row.course_id,
            patient_name=f"{row.given_name} {row.family_name}".strip(),
            record_number=row.record_number,
        )
        for row in rows
    )


def _batches(who: Person) -> Any:
    counted = select(func.count()).where(Letter.batch_id == Batch.id).correlate(Batch)
    return select(
        Batch.id,
        Batch.month_on,
        Batch.kind,
        Batch.language,
        Batch.state,
        Batch.requester_name,
        Batch.recorded_at,
        Batch.finished_at,
        Batch.expires_at,
        counted.scalar_subquery().label("all"),
        counted.where(Letter.state == LetterState.MADE).scalar_subquery().label("made"),
        counted.where(Letter.state == LetterState.FAILED).scalar_subquery().label("failed"),
    ).where(Batch.clinic_id == who.clinic_id)


def _batch(row: Any) -> StoredBatch:
    return StoredBatch(
        id=row.id,
        wish=BatchWish(
            month=Month.of(row.month_on),
            kind=ReportKind(row.kind),
            language=Language(row.language),
        ),
        state=BatchState(row.state),
        counts=BatchCounts(all=row.all, made=row.made, failed=row.failed),
        requester_name=row.requester_name,
        ordered_at=row.recorded_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
    )
