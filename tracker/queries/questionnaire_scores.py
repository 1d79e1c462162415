"""The published questionnaires that were answered in one course, with their scores."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain import instruments
from tracker.domain.course_record import StoredScore
from tracker.domain.instruments import Instrument, UnknownInstrument, WordingState
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.questionnaire_scores import QuestionnaireForm
from tracker.models.check_ins import CheckInRow, ScoreRow
from tracker.models.database import is_one_of, read_rows
from tracker.models.prepared import Prepared

_FORMS = select(
    CheckInRow.id,
    CheckInRow.instrument_key,
    CheckInRow.instrument_version,
    CheckInRow.occurred_at,
    CheckInRow.recorded_at,
    CheckInRow.mode,
    CheckInRow.import_id,
    CheckInRow.answers,
).order_by(CheckInRow.occurred_at.desc(), CheckInRow.instrument_key, CheckInRow.id)
_SCORES = select(
    ScoreRow.scale,
    ScoreRow.check_in_id,
    ScoreRow.occurred_at,
    ScoreRow.value,
    ScoreRow.answered,
    ScoreRow.item_count,
    ScoreRow.is_prorated,
).join(CheckInRow, CheckInRow.id == ScoreRow.check_in_id)


def list_questionnaires(db: Session, who: Person, course_id: UUID) -> tuple[QuestionnaireForm, ...]:
    """Every one of a course of the person's clinic, the newest in front. Two statements, one
    where there is none.

    The project's own ratings are not among them: `tracker/queries/progress.py` has those.
    """
    check_may(who, Act.SEE_COURSE)
    forms_statement, scores_statement = _statements()
    wanted = {"clinic_id": who.clinic_id, "course_id": course_id}
    forms = read_rows(db, forms_statement, wanted).all()
    if not forms:
        return ()
    scores: dict[UUID, dict[str, StoredScore]] = defaultdict(dict)
    for row in read_rows(db, scores_statement, wanted).mappings():
        values = dict(row)
        scale = values.pop("scale")
        scores[row["check_in_id"]][scale] = StoredScore(**values)
    return tuple(
        _form(row, instrument, scores[row.id])
        for row in forms
        if (instrument := _definition(row)) is not None
    )


@cache
def _statements() -> tuple[Prepared, Prepared]:
    """Forms and scores. Built once the definitions are read, and not again: that takes longer than
    running them.
    """
    known = instruments.definitions().values()
    published = sorted(each.key for each in known if each.wording is not WordingState.OWN)
    of_course = (
        CheckInRow.clinic_id == bindparam("clinic_id"),
        CheckInRow.course_id == bindparam("course_id"),
        is_one_of(CheckInRow.instrument_key, published),
    )
    return Prepared(_FORMS.where(*of_course)), Prepared(_SCORES.where(*of_course))


def _definition(row: Any) -> Instrument | None:
    try:
        return instruments.get(row.instrument_key, row.instrument_version)
    except UnknownInstrument:
        return None


def _form(row: Any, instrument: Instrument, scores: dict[str, StoredScore]) -> QuestionnaireForm:
    return QuestionnaireForm(
        check_in_id=row.id,
        instrument=instrument,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        mode=row.mode,
        is_imported=row.import_id is not None,
        answers=row.answers,
        scores=scores,
    )
