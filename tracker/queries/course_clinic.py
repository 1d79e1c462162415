"""Which clinic a course belongs to: for the command line, where nobody is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.clinic import Clinic
from tracker.domain.errors import NotFound
from tracker.models.clinics import ClinicRow
from tracker.models.courses import CourseRow
from tracker.models.reach import reaching


@contextmanager
def in_clinic_of_course(db: Session, course_id: UUID) -> Iterator[Clinic]:
    """The clinic of a course; meanwhile the session reaches no other's rows. Raises `NotFound`."""
    clinic = _clinic_of_course(db, course_id)
    with reaching(db, clinic.id):
        yield clinic


def _clinic_of_course(db: Session, course_id: UUID) -> Clinic:
    row = db.execute(
        select(
            ClinicRow.id,
            ClinicRow.name,
            ClinicRow.timezone,
            ClinicRow.address,
            ClinicRow.phone,
            ClinicRow.paper,
            ClinicRow.crisis,
            ClinicRow.is_demo,
        )
        .join(CourseRow, CourseRow.clinic_id == ClinicRow.id)
        .where(CourseRow.id == course_id)
    ).one_or_none()
    if row is None:
        raise NotFound("course")
    return Clinic(**row._mapping)
