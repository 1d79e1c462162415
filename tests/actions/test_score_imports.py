"""Importing scores from before: all of a list or nothing, once, in the right record."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.make.courses import make_course
from tests.make.patients import NOW
from tracker.actions.score_imports import ImportRefused, import_scores
from tracker.domain import instruments
from tracker.domain.errors import Refused
from tracker.domain.permissions import NotPermitted
from tracker.interop.score_lists import UnreadableList, read_score_list
from tracker.models.audit import AuditEventRow
from tracker.models.check_ins import CheckInRow, SafetyAlertRow, ScoreRow
from tracker.models.score_imports import ScoreImportRow
from tracker.queries.score_imports import preview_import

HEAD = "record_number,instrument,date,total," + ",".join(f"q{n}" for n in range(1, 10))
TWO = f"{HEAD}\nA-1001,phq-9,2026-03-02,,2,2,2,2,2,2,2,2,1\nA-1001,pcl-5,2026-03-02,41" + "," * 9


@pytest.fixture
def course(db, world):
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return course_id


def bring_in(db, who, text, *, name=b"list", now=NOW):
    return import_scores(
        db,
        who,
        read_score_list(text.encode()),
        file_name="old.csv",
        content_hash=(name * 32)[:32],
        now=now,
    )


def counts(db):
    rows = (ScoreImportRow, CheckInRow, ScoreRow, SafetyAlertRow, AuditEventRow)
    found = [db.scalar(select(func.count()).select_from(row)) for row in rows]
    db.rollback()
    return found


def test_answers_are_scored_and_a_total_is_taken_as_it_is(db, world, course):
    done = bring_in(db, world.a.clinician, TWO)
    assert (done.score_count, done.patient_count, done.worrying) == (2, 1, 1)
    rows = {row.instrument_key: row for row in db.scalars(select(CheckInRow))}
    assert rows["phq-9"].answers["q9"] == 1
    assert rows["pcl-5"].answers == {}
    for row in rows.values():
        assert (row.mode, row.import_id, row.course_id) == ("paper", done.import_id, course)
        assert row.due_key == f"{row.instrument_key}:import:2026-03-02"
        assert row.occurred_at == datetime(2026, 3, 2, 17, tzinfo=row.occurred_at.tzinfo)
        assert row.recorded_by == world.a.clinician.user_id
    scores = {row.scale: row for row in db.scalars(select(ScoreRow))}
    pcl = instruments.get("pcl-5")
    assert scores[instruments.get("phq-9").total].value == 17
    assert scores[pcl.total].value == Decimal(41)
    assert {scale.id for scale in pcl.scales} & set(scores) == {pcl.total}


def test_no_alert_is_raised_for_the_past_and_one_event_is_left_for_each_patient(db, world, course):
    bring_in(db, world.a.clinician, TWO)
    assert db.scalar(select(func.count()).select_from(SafetyAlertRow)) == 0
    events = db.execute(
        select(AuditEventRow.patient_id, AuditEventRow.detail).where(
            AuditEventRow.event == "scores imported"
        )
    ).all()
    assert [tuple(each) for each in events] == [(world.a.patient_id, {"scores": 2})]


def test_the_same_file_is_not_imported_twice(db, world, course):
    bring_in(db, world.a.clinician, TWO)
    before = counts(db)
    with pytest.raises(Refused, match="was imported on 23 Nov 2026"):
        bring_in(db, world.a.clinician, TWO)
    assert counts(db) == before


def test_every_line_that_is_wrong_is_named_and_nothing_is_stored(db, world, course):
    text = TWO + (
        "\nX-9,phq-9,2026-03-03,5" + "," * 9
        + "\nA-1001,phq-9,2026-03-04,99" + "," * 9
        + "\nA-1001,phq-9,1983-01-01,9" + "," * 9
    )  # fmt: skip
    before = counts(db)
    with pytest.raises(ImportRefused) as refused:
        bring_in(db, world.a.clinician, text)
    assert [each.line for each in refused.value.problems] == [4, 5, 6]
    said = " ".join(each.words for each in refused.value.problems)
    assert "There is no patient with the record number “X-9”." in said
    assert "The date 1983-01-01 is before the patient was born." in said
    assert counts(db) == before


def test_what_is_there_already_is_a_problem_by_line(db, world, course):
    bring_in(db, world.a.clinician, TWO)
    other = TWO.replace("2026-03-02,41", "2026-03-09,41")
    with pytest.raises(ImportRefused) as refused:
        bring_in(db, world.a.clinician, other, name=b"other")
    assert [each.line for each in refused.value.problems] == [2]
    assert "There are answers to PHQ-9 of 2026-03-02 already." in refused.value.problems[0].words


def test_a_patient_without_a_course_is_a_problem(db, world):
    with pytest.raises(ImportRefused) as refused:
        bring_in(db, world.a.clinician, TWO)
    assert "has no course yet" in refused.value.problems[0].words


def test_patients_of_another_clinic_are_unknown(db, world, course):
    with pytest.raises(ImportRefused) as refused:
        bring_in(db, world.b.clinician, TWO)
    assert "There is no patient" in refused.value.problems[0].words


def test_only_clinicians_import(db, world, course):
    for person in (world.a.therapist, world.a.administrator, world.a.patient):
        with pytest.raises(NotPermitted):
            bring_in(db, person, TWO)


def test_a_list_without_lines_is_refused(db, world, course):
    with pytest.raises(Refused, match="no lines below its header"):
        bring_in(db, world.a.clinician, HEAD)


def test_a_score_goes_to_the_course_that_was_under_way_then(db, world):
    first = make_course(db, world.a.clinician, world.a.patient_id)
    from tracker.models.courses import CourseRow
    from tracker.models.database import transaction

    with transaction(db):
        row = db.get_one(CourseRow, first)
        row.state, row.ended_on, row.end_reason = "completed", date(2026, 12, 30), "done"
    later = NOW + timedelta(days=100)
    second = make_course(
        db, world.a.clinician, world.a.patient_id, now=later, start_on=date(2027, 3, 9)
    )
    text = f"{HEAD}\n" + "\n".join(
        f"A-1001,phq-9,{day},5" + "," * 9 for day in ("2026-01-02", "2026-12-30", "2027-01-02")
    )
    bring_in(db, world.a.clinician, text, now=later)
    found = {row.due_on: row.course_id for row in db.scalars(select(CheckInRow))}
    assert found[date(2026, 1, 2)] == first
    assert found[date(2026, 12, 30)] == first
    assert found[date(2027, 1, 2)] == second


def test_a_preview_says_the_same_and_stores_nothing(db, world, course):
    lines = read_score_list((TWO + "\nX-9,phq-9,2026-03-03,5" + "," * 9).encode())
    before = counts(db)
    found = preview_import(db, world.a.clinician, lines, content_hash=b"x" * 32, now=NOW)
    assert (found.score_count, found.patient_count, found.worrying) == (2, 1, 1)
    assert [each.line for each in found.problems] == [4]
    assert found.imported_at is None
    assert counts(db) == before


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A-1001", "B-1001", "X", ""]),
        st.sampled_from(["phq-9", "gad-7", "pcl-5", "daily", "x"]),
        st.sampled_from(["2026-01-02", "2026-01-03", "2026-01-04", "2027-01-01", "x"]),
        st.sampled_from(["", "5", "28", "x", "7.5"]),
        st.lists(st.sampled_from(["", "0", "3", "4", "-1"]), min_size=9, max_size=9),
    ),
    max_size=4,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_any_list_is_stored_whole_or_not_at_all(db, world, course, rows):
    text = "\n".join([HEAD, *(",".join([*row[:4], *row[4]]) for row in rows)])
    before = counts(db)
    try:
        done = bring_in(db, world.a.clinician, text, name=uuid4().bytes)
    except (ImportRefused, Refused, UnreadableList):
        assert counts(db) == before
        return
    assert done.score_count == len(rows)
    assert counts(db)[1] == before[1] + len(rows)
