"""What a letter needs beside the record of the course itself."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.domain.course_assessments import Assessment
from tracker.domain.courses import TherapyState
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.prior_treatments import standing_trials
from tracker.domain.report_facts import Decided, Draw, Homework, ReportFacts
from tracker.models import ownership
from tracker.models.drug_ledger import DrawAccountRow, VialEntryRow
from tracker.models.run_sheets import RunSheetRow
from tracker.models.therapy_sessions import TherapySessionRow
from tracker.queries.course_assessments import list_assessments
from tracker.queries.course_reviews import list_reviews
from tracker.queries.prior_treatments import list_trials
from tracker.queries.questionnaire_scores import list_questionnaires

UG_A_MG = 1000


def get_report_facts(db: Session, who: Person, course_id: UUID) -> ReportFacts:
    """The facts of a course of the person's clinic. Raises `NotFound`. Eight statements."""
    check_may(who, Act.MAKE_REPORT)
    patient_id = ownership.patient_of(db, who, "course", course_id)
    versions = list_assessments(db, who, course_id)
    trials = list_trials(db, who, patient_id) if patient_id else ()
    return ReportFacts(
        assessment=versions[-1].assessment if versions else Assessment(),
        versions=versions,
        trials=tuple(each.trial for each in standing_trials(trials)),
        forms=list_questionnaires(db, who, course_id),
        homework=_homework(db, who, course_id),
        decided=tuple(
            Decided(
                after_infusion=each.after_infusion,
                decision=each.decision,
                reason=each.reason,
                decided_at=each.recorded_at,
            )
            for each in list_reviews(db, who, course_id)
        ),
        draws=_draws(db, who, course_id),
    )


def _homework(db: Session, who: Person, course_id: UUID) -> tuple[Homework, ...]:
    row = TherapySessionRow
    rows = db.execute(
        select(row.planned_on, row.homework, row.homework_done, row.occurred_at)
        .where(
            row.clinic_id == who.clinic_id,
            row.course_id == course_id,
            row.state == TherapyState.HELD,
            or_(row.homework != "", row.homework_done != ""),
        )
        .order_by(row.planned_on, row.id)
    )
    return tuple(
        Homework(on=on, agreed=agreed, done=done, held_at=held_at)
        for on, agreed, done, held_at in rows
    )


def _draws(db: Session, who: Person, course_id: UUID) -> tuple[Draw, ...]:
    """The draws for the course's run sheets, with what became of each."""
    draw, account = VialEntryRow, DrawAccountRow
    rows = db.execute(
        select(
            draw.occurred_at.label("drawn_at"),
            draw.amount_ug,
            account.given_ug,
            account.wasted_ug,
            account.occurred_at.label("accounted_at"),
        )
        .select_from(draw)
        .join(RunSheetRow, RunSheetRow.id == draw.run_sheet_id)
        .outerjoin(account, account.entry_id == draw.id)
        .where(draw.clinic_id == who.clinic_id, RunSheetRow.course_id == course_id)
        .order_by(draw.occurred_at, draw.id)
    )
    return tuple(
        Draw(
            drawn_at=row.drawn_at,
            drawn_mg=_mg(-row.amount_ug),
            given_mg=_mg(row.given_ug or 0),
            wasted_mg=_mg(row.wasted_ug or 0),
            accounted_at=row.accounted_at,
        )
        for row in rows
    )


def _mg(micrograms: int) -> Decimal:
    return Decimal(micrograms) / UG_A_MG
