"""Letters of a month that were ordered and made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tests.make.world import ClinicPeople
from tracker.interop.zip_files import zip_of
from tracker.models.report_batches import BatchLetterRow, ReportBatchRow


def add_batch(db: Session, people: ClinicPeople, ids: Mapping[str, UUID], now: datetime) -> None:
    """A finished batch with one letter, in the open transaction."""
    file = zip_of([("001.pdf", b"%PDF-1.7")], dated=now.date())
    db.add(
        ReportBatchRow(
            id=ids["report_batch"],
            clinic_id=people.clinic.id,
            month_on=now.date().replace(day=1),
            kind="referrer",
            language="en",
            state="done",
            requester_name=people.clinician.name,
            recorded_at=now,
            recorded_by=people.clinician.user_id,
            finished_at=now,
            expires_at=now + timedelta(days=7),
            file=file,
            file_hash=hashlib.sha256(file).hexdigest(),
        )
    )
    db.flush()
    db.add(
        BatchLetterRow(
            clinic_id=people.clinic.id,
            batch_id=ids["report_batch"],
            course_id=ids["course"],
            place=1,
            state="made",
            attempts=1,
            pdf_hash=hashlib.sha256(b"%PDF-1.7").hexdigest(),
        )
    )
    db.flush()
