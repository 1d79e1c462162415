"""What a letter needs beside the record of the course itself."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from tracker.domain.course_assessments import Assessment
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.prior_treatments import standing_trials
from tracker.domain.report_facts import ReportFacts
from tracker.models import ownership
from tracker.queries.course_assessments import find_assessment
from tracker.queries.prior_treatments import list_trials


def get_report_facts(db: Session, who: Person, course_id: UUID) -> ReportFacts:
    """The facts of a course of the person's clinic. Raises `NotFound`."""
    check_may(who, Act.MAKE_REPORT)
    patient_id = ownership.patient_of(db, who, "course", course_id)
    found = find_assessment(db, who, course_id)
    trials = list_trials(db, who, patient_id) if patient_id else ()
    return ReportFacts(
        assessment=found.assessment if found else Assessment(),
        trials=tuple(each.trial for each in standing_trials(trials)),
    )
