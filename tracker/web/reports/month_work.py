"""Making the letters that were ordered: one after the other, whoever's they are.

Several workers may run at once, on one machine or on many. Nothing is held between two letters.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy.orm import Session

from tracker.actions import report_claims
from tracker.actions.report_claims import ClaimedLetter, FullBatch
from tracker.domain.clinic import Clinic
from tracker.domain.course_progress import CourseProgress
from tracker.domain.errors import NotFound
from tracker.domain.people import Person, Role
from tracker.domain.report_batches import letter_name
from tracker.interop.zip_files import zip_of
from tracker.queries.course_clinic import in_clinic_of_course
from tracker.queries.progress import get_course_record
from tracker.queries.report_facts import get_report_facts
from tracker.reports.course_report import Making
from tracker.reports.document import Document, Paper
from tracker.reports.printable import ReportTooLarge
from tracker.reports.typesetter import TypesettingFailed
from tracker.web.reports.making import REPORT_SCALES, printed_document

log = logging.getLogger("tracker.reports")

Clock = Callable[[], datetime]
Setter = Callable[[Document], bytes]
_MAKER = "letters_maker"


def have_letters_made_by(app: Flask, ask: Callable[[], None]) -> None:
    """Who is told that letters were ordered, and returns at once. Without it workers look."""
    app.extensions[_MAKER] = ask


def ask_for_letters() -> None:
    """Letters were ordered, and that is stored."""
    ask: Callable[[], None] | None = current_app.extensions.get(_MAKER)
    if ask is not None:
        ask()


@dataclass(kw_only=True, slots=True)
class WorkCounts:
    """What one run did."""

    made: int = 0
    failed: int = 0
    freed: int = 0
    files: int = 0
    expired: int = 0


def work(db: Session, clock: Clock, pdf_of: Setter) -> WorkCounts:
    """Make every letter that waits and every file whose letters are there, then return."""
    counts = WorkCounts()
    counts.expired = report_claims.delete_expired(db, now=clock())
    counts.freed = report_claims.free_interrupted(db, now=clock())
    while claimed := report_claims.claim_letter(db, now=clock()):
        if _make(db, claimed, clock, pdf_of):
            counts.made += 1
        else:
            counts.failed += 1
    while batch := report_claims.next_full_batch(db):
        counts.files += report_claims.store_file(db, batch, _file(batch), now=clock())
    return counts


def _make(db: Session, claimed: ClaimedLetter, clock: Clock, pdf_of: Setter) -> bool:
    """Whether the letter was made; one that fails goes back into the queue, or is given up."""
    try:
        document = _document(db, claimed, clock())
        db.rollback()  # typesetting takes a while: no read stays open
        pdf = pdf_of(document)
    except (TypesettingFailed, ReportTooLarge, NotFound) as problem:
        return _give_back(db, claimed, problem)
    except Exception as problem:  # a fault in one letter is no reason to make none of the others
        log.exception("letter of a batch not made")
        return _give_back(db, claimed, problem)
    return report_claims.settle_made(db, claimed, pdf, now=clock())


def _give_back(db: Session, claimed: ClaimedLetter, problem: Exception) -> bool:
    db.rollback()
    kind = type(problem).__name__
    log.error("letter of a batch not made", extra={"kind": kind})
    report_claims.settle_failed(db, claimed, kind)
    return False


def _document(db: Session, claimed: ClaimedLetter, now: datetime) -> Document:
    course_id = claimed.course_id
    with in_clinic_of_course(db, course_id) as clinic:
        who = _requester(claimed.requester_id, claimed.requester_name, clinic)
        record = get_course_record(db, who, course_id, scales=REPORT_SCALES, with_events=True)
        facts = get_report_facts(db, who, course_id)
    progress = CourseProgress(record=record, zone=clinic.zone, now=now)
    making = Making(
        by=claimed.requester_name,
        at=now,
        paper=Paper(clinic.paper),
        period=claimed.month.period,
        language=claimed.language,
        is_draft=True,
    )
    return printed_document(progress, facts, clinic, claimed.kind, making)


def _requester(user_id: UUID, name: str, clinic: Clinic) -> Person:
    """Whoever ordered the letters, with the role that ordering them took."""
    return Person(
        user_id=user_id, clinic_id=clinic.id, name=name, roles=frozenset({Role.CLINICIAN})
    )


def _file(batch: FullBatch) -> bytes:
    return zip_of(
        (
            (letter_name(each.place, each.record_number, batch.month), each.pdf)
            for each in batch.letters
        ),
        dated=batch.month.last_on,
    )
