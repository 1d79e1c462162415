"""Taking a letter of a batch to make it, and writing down what became of it.

One letter is taken at a time, in a transaction of its own, by whoever's claim is stored: of several
workers only one gets it, and one that dies loses one letter at the most. Claimed for longer than
the lease, it goes back into the queue.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.actions.report_batches import empty_batch
from tracker.domain.audit import AuditEvent
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.domain.report_batches import (
    KEPT_FOR,
    LEASE,
    MOST_TRIES,
    BatchState,
    LetterState,
    Month,
)
from tracker.domain.report_kinds import ReportKind
from tracker.models.courses import CourseRow
from tracker.models.database import transaction
from tracker.models.patients import PatientRow
from tracker.models.report_batches import BatchLetterRow as Letter
from tracker.models.report_batches import ReportBatchRow as Batch

_UNSETTLED = (LetterState.QUEUED, LetterState.MAKING)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedLetter:
    """A letter that one worker has, to be made now."""

    id: UUID
    claim_id: UUID
    batch_id: UUID
    clinic_id: UUID
    course_id: UUID
    attempts: int
    month: Month
    kind: ReportKind
    language: Language
    requester_id: UUID
    requester_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeLetter:
    """A letter that waits for the others of its batch."""

    place: int
    record_number: str
    pdf: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class FullBatch:
    """A batch of which every letter is settled; its file is to be put together."""

    id: UUID
    month: Month
    letters: tuple[MadeLetter, ...]


def is_any_batch_open(db: Session) -> bool:
    """Whether letters wait, are being made, or were left half made by a worker that died."""
    found = db.scalar(select(exists().where(Batch.state == BatchState.QUEUED)))
    db.rollback()
    return bool(found)


def claim_letter(db: Session, *, now: datetime) -> ClaimedLetter | None:
    """The next letter, claimed; None when nothing is left."""
    claim_id = uuid4()
    with transaction(db):
        row = db.execute(
            select(
                Letter.id,
                Letter.batch_id,
                Letter.clinic_id,
                Letter.course_id,
                Letter.attempts,
                Batch.month_on,
                Batch.kind,
                Batch.language,
                Batch.recorded_by,
                Batch.requester_name,
            )
            .join(Batch, Batch.id == Letter.batch_id)
            .where(Letter.state == LetterState.QUEUED)
            .order_by(Batch.recorded_at, Letter.place, Letter.id)
            .limit(1)
            .with_for_update(of=Letter, skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        db.execute(
            update(Letter)
            .where(Letter.id == row.id)
            .values(
                state=LetterState.MAKING,
                claim_id=claim_id,
                claimed_until=now + LEASE,
                attempts=row.attempts + 1,
            )
        )
    return ClaimedLetter(
        id=row.id,
        claim_id=claim_id,
        batch_id=row.batch_id,
        clinic_id=row.clinic_id,
        course_id=row.course_id,
        attempts=row.attempts + 1,
        month=Month.of(row.month_on),
        kind=ReportKind(row.kind),
        language=Language(row.language),
        requester_id=row.recorded_by,
        requester_name=row.requester_name,
    )


def settle_made(db: Session, claimed: ClaimedLetter, pdf: bytes, *, now: datetime) -> bool:
    """Keep a letter; whether the claim still held. The patient's trail says that it was made."""
    with transaction(db):
        pdf_hash = hashlib.sha256(pdf).hexdigest()
        if not _release(db, claimed, state=LetterState.MADE, pdf=pdf, pdf_hash=pdf_hash):
            return False
        patient = select(CourseRow.patient_id).where(CourseRow.id == claimed.course_id)
        requester = Person(
            user_id=claimed.requester_id,
            clinic_id=claimed.clinic_id,
            name=claimed.requester_name,
            roles=frozenset(),
        )
        audit.record(
            db,
            requester,
            AuditEvent.REPORT_PRINTED,
            now=now,
            kind="course",
            object_id=claimed.course_id,
            patient_id=db.scalar(patient),
            detail={"batch": str(claimed.batch_id)},
        )
    return True


def settle_failed(db: Session, claimed: ClaimedLetter, problem: str) -> bool:
    """Put a letter back into the queue, or give it up after the last try."""
    is_over = claimed.attempts >= MOST_TRIES
    state = LetterState.FAILED if is_over else LetterState.QUEUED
    with transaction(db):
        return _release(db, claimed, state=state, problem=problem[:80])


def _release(db: Session, claimed: ClaimedLetter, **values: object) -> bool:
    changed = db.execute(
        update(Letter)
        .where(Letter.id == claimed.id, Letter.claim_id == claimed.claim_id)
        .values(claim_id=None, claimed_until=None, **values)
        .returning(Letter.id)
    ).all()
    return bool(changed)


def free_interrupted(db: Session, *, now: datetime) -> int:
    """Put back what other workers took and left; returns how many."""
    left = (Letter.state == LetterState.MAKING) & (Letter.claimed_until <= now)
    common = {"claim_id": None, "claimed_until": None, "problem": "interrupted"}
    with transaction(db):
        given_up = db.execute(
            update(Letter)
            .where(left, Letter.attempts >= MOST_TRIES)
            .values(state=LetterState.FAILED, **common)
            .returning(Letter.id)
        ).all()
        freed = db.execute(
            update(Letter)
            .where(left)
            .values(state=LetterState.QUEUED, **common)
            .returning(Letter.id)
        ).all()
    return len(given_up) + len(freed)


def next_full_batch(db: Session) -> FullBatch | None:
    """A batch that waits for its file only. Two workers may both get it; one file is stored."""
    unsettled = exists().where(Letter.batch_id == Batch.id, Letter.state.in_(_UNSETTLED))
    with transaction(db):
        row = db.execute(
            select(Batch.id, Batch.month_on)
            .where(Batch.state == BatchState.QUEUED, ~unsettled)
            .order_by(Batch.recorded_at, Batch.id)
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        letters = db.execute(
            select(Letter.place, PatientRow.record_number, Letter.pdf)
            .join(CourseRow, CourseRow.id == Letter.course_id)
            .join(PatientRow, PatientRow.id == CourseRow.patient_id)
            .where(Letter.batch_id == row.id, Letter.pdf.is_not(None))
            .order_by(Letter.place)
        ).all()
    return FullBatch(
        id=row.id,
        month=Month.of(row.month_on),
        letters=tuple(MadeLetter(**each._mapping) for each in letters),
    )


def store_file(db: Session, batch: FullBatch, file: bytes, *, now: datetime) -> bool:
    """Keep the file with its hash and drop the single letters; whether it was the first."""
    file_hash = hashlib.sha256(file).hexdigest()
    with transaction(db):
        stored = db.execute(
            update(Batch)
            .where(Batch.id == batch.id, Batch.state == BatchState.QUEUED)
            .values(
                state=BatchState.DONE,
                file=file,
                file_hash=file_hash,
                finished_at=now,
                expires_at=now + KEPT_FOR,
            )
            .returning(Batch.clinic_id)
        ).one_or_none()
        if stored is None:
            return False
        db.execute(update(Letter).where(Letter.batch_id == batch.id).values(pdf=None))
        audit.record(
            db,
            None,
            AuditEvent.REPORTS_MADE,
            now=now,
            kind="report_batch",
            object_id=batch.id,
            clinic_id=stored.clinic_id,
            detail={"letters": len(batch.letters), "file_hash": file_hash},
        )
    return True


def delete_expired(db: Session, *, now: datetime) -> int:
    """Throw away the files whose time is over; returns how many."""
    with transaction(db):
        rows = db.execute(
            select(Batch.id, Batch.clinic_id).where(
                Batch.state == BatchState.DONE, Batch.expires_at <= now
            )
        ).all()
        for row in rows:
            empty_batch(db, row.id)
            audit.record(
                db,
                None,
                AuditEvent.REPORTS_DELETED,
                now=now,
                kind="report_batch",
                object_id=row.id,
                clinic_id=row.clinic_id,
                detail={"why": "expired"},
            )
    return len(rows)
