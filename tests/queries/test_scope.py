"""Every look-up by id answers for one's own clinic and record only, whoever calls it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from tests.conventions.test_code import PARTS, functions
from tests.make.everything import ids_of, make_everything
from tests.make.patients import NOW, make_patient
from tests.make.world import known_id
from tracker.domain.errors import NotFound
from tracker.domain.signing import SigningKey
from tracker.models import ownership
from tracker.models.report_batches import BatchLetterRow
from tracker.models.run_sheets import RunSheetRow
from tracker.models.treatment_decisions import CourseReviewRow
from tracker.queries import (
    accounts,
    alerts,
    board,
    board_duties,
    check_ins,
    clinics,
    course_assessments,
    course_reviews,
    drug_ledger,
    medicines,
    patients,
    prior_treatments,
    report_batches,
    run_sheets,
    signed_reports,
)


@pytest.fixture
def full(db: Any, world: Any, clock: Any) -> Any:
    make_everything(db, world, now=clock())
    db.rollback()
    return db


NEEDS_A_WISH = {"queries.courses.preview_change"}  # reads the course as `get_plan` does
OWN_TESTS = {"queries.private_notes.find_own_note"}  # needs a key, and asks who wrote it
SAYS_NOTHING = {  # an empty answer instead of `NotFound`: its page looked the record up before
    "queries.board_duties.list_unsigned_of_course",
    "queries.course_assessments.find_assessment",
    "queries.course_assessments.list_assessments",
    "queries.course_reviews.list_reviews",
    "queries.medicines.list_changes",
    "queries.patient_alerts.list_open_of_patient",
    "queries.prior_treatments.list_trials",
    "queries.questionnaire_scores.list_questionnaires",
    "queries.report_batches.list_failed",
    "queries.restrictions.find_open_until",
    "queries.run_sheets.find_run_sheet_id",
    "queries.signed_reports.list_signed_reports",
    "queries.therapy_sessions.find_last_held",
}


def lookups() -> Iterator[tuple[str, Callable[..., Any], str]]:
    """Queries of a person by the id of a record: name, function, kind of record."""
    for name, function in functions("queries"):
        names = list(inspect.signature(function).parameters)
        if names[:2] != ["db", "who"] or name.rsplit(".", 1)[0] in PARTS or len(names) < 3:
            continue
        if name in NEEDS_A_WISH | OWN_TESTS | SAYS_NOTHING:
            continue
        kind = names[2].removesuffix("_id")
        if names[2].endswith("_id") and kind in ownership.KINDS:
            yield name, function, kind


def arguments(function: Callable[..., Any], world: Any, clock: Any) -> dict[str, Any]:
    """What else the query takes, from what every test has."""
    known = {
        "now": clock(),
        "key": SigningKey(secret="s" * 48),
        "today": clock().date(),
        "clinic": world.a.clinic,
        "zone": world.a.clinic.zone,
        "scales": ["memories"],
    }
    wanted = list(inspect.signature(function).parameters.values())[3:]
    return {
        each.name: known[each.name] for each in wanted if each.default is inspect.Parameter.empty
    }


def test_there_are_lookups_to_try() -> None:
    assert len(list(lookups())) >= 6


@pytest.mark.parametrize(
    ("function", "kind"), [pytest.param(each, kind, id=name) for name, each, kind in lookups()]
)
def test_a_lookup_finds_one_s_own_and_nothing_of_another_clinic(
    full: Any, world: Any, clock: Any, function: Any, kind: str
) -> None:
    more = arguments(function, world, clock)
    assert function(full, world.a.clinician, ids_of("a")[kind], **more) is not None
    for foreign in (ids_of("b")[kind], uuid4()):
        with pytest.raises(NotFound):
            function(full, world.a.clinician, foreign, **more)


def test_an_empty_answer_is_empty_about_another_clinic_too(full: Any, world: Any) -> None:
    course_id, patient_id = ids_of("b")["course"], world.b.patient_id
    full.add(
        CourseReviewRow(
            clinic_id=world.b.clinic.id,
            course_id=course_id,
            after_infusion=2,
            decision="change_dose",
            dose_mg_per_kg=Decimal("0.6"),
            reason="Little relief",
            occurred_at=NOW,
            recorded_at=NOW,
            recorded_by=world.b.clinician.user_id,
        )
    )
    of_b = RunSheetRow.clinic_id == world.b.clinic.id
    full.execute(update(RunSheetRow).where(of_b).values(stage="left"))
    letters_of_b = BatchLetterRow.clinic_id == world.b.clinic.id
    full.execute(update(BatchLetterRow).where(letters_of_b).values(state="failed", pdf_hash=None))
    full.flush()
    for ask in (
        lambda who: board_duties.list_unsigned_of_course(full, who, course_id),
        lambda who: course_assessments.find_assessment(full, who, course_id),
        lambda who: course_assessments.list_assessments(full, who, course_id),
        lambda who: prior_treatments.list_trials(full, who, patient_id),
        lambda who: course_reviews.list_reviews(full, who, course_id),
        lambda who: medicines.list_changes(full, who, patient_id),
        lambda who: signed_reports.list_signed_reports(full, who, course_id),
        lambda who: report_batches.list_failed(full, who, ids_of("b")["report_batch"]),
        lambda who: run_sheets.find_run_sheet_id(full, who, known_id("given_planned b")),
    ):
        assert ask(world.b.clinician)
        assert not ask(world.a.clinician)


@pytest.mark.parametrize("kind", sorted(ownership.OF_NO_PATIENT))
def test_a_record_of_no_patient_is_its_clinic_s_people_s_only(
    full: Any, world: Any, kind: str
) -> None:
    own, foreign = ids_of("a")[kind], ids_of("b")[kind]
    for staff in (world.a.clinician, world.a.therapist, world.a.administrator):
        assert ownership.patient_of(full, staff, kind, own) is None
    for other, record in (
        (world.a.clinician, foreign),
        (world.a.clinician, uuid4()),
        (world.a.patient, own),
        (world.b.patient, own),
    ):
        with pytest.raises(NotFound):
            ownership.patient_of(full, other, kind, record)


@pytest.mark.parametrize("kind", sorted(ownership.KINDS - ownership.OF_NO_PATIENT))
def test_a_record_is_its_clinic_s_and_its_patient_s_only(
    full: Any, world: Any, clock: Any, kind: str
) -> None:
    own, foreign = ids_of("a")[kind], ids_of("b")[kind]
    for staff in (world.a.clinician, world.a.therapist, world.a.administrator):
        assert ownership.patient_of(full, staff, kind, own) == world.a.patient_id
        with pytest.raises(NotFound):
            ownership.patient_of(full, staff, kind, foreign)
    assert ownership.patient_of(full, world.a.patient, kind, own) == world.a.patient_id
    full.rollback()
    neighbour = replace(world.a.patient, patient_id=make_patient(full, world.a.clinician))
    nobody = replace(world.a.patient, patient_id=None)
    for other in (neighbour, nobody, world.b.patient):
        with pytest.raises(NotFound):
            ownership.patient_of(full, other, kind, own)


def answers_of_a(db: Any, world: Any, now: datetime) -> list[Any]:
    """What the lists of clinic A hold, as its people see them at a moment."""
    who, clinic, today = world.a.clinician, world.a.clinic, now.date()
    found = [
        board.get_board(db, who, clinic, now=now),
        alerts.list_open(db, who),
        alerts.list_closed(db, who),
        patients.list_patients(db, who, today=today),
        patients.search_patients(db, who, "Sam", today=today),
        check_ins.get_home(db, world.a.patient, now=now),
        check_ins.find_last_sent(db, world.a.patient, now=now),
        check_ins.get_open_days(db, world.a.patient, since=date(2020, 1, 1)),
        clinics.list_closures(db, who, since=date(2020, 1, 1)),
        drug_ledger.get_ledger(db, who),
        clinics.list_protocols(db, who),
        accounts.list_accounts(db, who),
    ]
    db.rollback()
    return found


@pytest.mark.parametrize("days_later", [-2, -1, 0, 1, 6, 30])
def test_what_happens_in_one_clinic_changes_no_answer_in_another(
    db: Any, world: Any, clock: Any, days_later: int
) -> None:
    now = clock() + timedelta(days=days_later)
    make_everything(db, replace(world, b=None), now=clock())
    db.rollback()
    alone = answers_of_a(db, world, now)
    assert alone[3].total == 1
    assert alone[4].total == 1
    make_everything(db, replace(world, a=None), now=clock())
    for sql in (
        "INSERT INTO clinic_closures (clinic_id, closed_on, reason) VALUES (:c, '2026-12-24', 'x')",
        "UPDATE safety_alerts SET closed_at = raised_at, done_at = raised_at, closed_by = :by,"
        " action_taken = 'x'"
        " WHERE clinic_id = :c",
    ):
        db.execute(text(sql), {"c": world.b.clinic.id.hex, "by": world.b.clinician.user_id.hex})
    db.commit()
    make_patient(db, world.b.clinician, given_name="Sam")
    db.rollback()
    assert answers_of_a(db, world, now) == alone
