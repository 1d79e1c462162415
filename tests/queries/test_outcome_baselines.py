"""The outcomes and the course's own page have one baseline, whatever was entered when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from tests.make.progress import make_check_in, make_running_course, make_weekly, weekly_answers
from tracker.domain.course_progress import CourseProgress
from tracker.models.check_ins import CheckInRow, ScoreRow
from tracker.models.database import transaction
from tracker.queries.outcomes import list_cohort
from tracker.queries.progress import get_course_record

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SCALE = "weekly_symptoms"


def on_the_course_page(db, people, course_id):
    """The baseline and the change since, as the course's page says them."""
    record = get_course_record(db, people.clinician, course_id, scales=[SCALE])
    found = CourseProgress(record=record, zone=ZONE, now=NOW).changes[SCALE]
    start = found.baseline
    return None if start is None else start.value, found.change


def in_the_outcomes(db, people):
    """The same of the only course of the clinic; the change of its last score."""
    (found,) = list_cohort(db, people.clinician, scale=SCALE, zone=ZONE, now=NOW)
    if found.baseline is None or not found.scores:
        return found.baseline, None
    return found.baseline, found.scores[-1].value - found.baseline


def enter_anything(db, people, course_id, started_at, random):
    """Some ratings around infusion 1, several of them paper forms that were entered late."""
    edges = [started_at - timedelta(days=14), started_at, started_at - timedelta(seconds=1)]
    for number in range(random.randint(0, 6)):
        at = started_at + timedelta(minutes=random.randint(-16 * 1440, 6 * 1440))
        at = random.choice([at, at, at, *edges])
        late = random.choice([0, 0, 5, 60, 60 * 24 * 3, 60 * 24 * 20])
        make_check_in(
            db,
            people,
            course_id,
            weekly_answers(random.randint(0, 4), skip=random.choice([0, 0, 2, 20])),
            due_key=f"weekly:{number}",
            at=at,
            mode="paper" if late else "self",
            recorded_at=at + timedelta(minutes=late),
        )


@pytest.mark.parametrize("seed", range(3))
def test_they_agree_on_whatever_was_entered(db, world, seed):
    random = Random(seed)
    course_id = make_running_course(db, world.a, given=2)
    record = get_course_record(db, world.a.clinician, course_id, scales=[SCALE])
    baselines = set()
    for _ in range(25):
        enter_anything(db, world.a, course_id, record.first_started_at, random)
        page = on_the_course_page(db, world.a, course_id)
        assert in_the_outcomes(db, world.a) == page
        baselines.add(page[0])
        with transaction(db):
            db.execute(delete(ScoreRow))
            db.execute(delete(CheckInRow))
    assert len(baselines) > 3


def enter(db, people, course_id, day, symptom, *, entered_on):
    """A paper form of October, filled in on one day and entered on another."""
    make_check_in(
        db,
        people,
        course_id,
        weekly_answers(symptom),
        due_key=f"weekly:2026-10-{day}",
        at=datetime(2026, 10, day, 12, tzinfo=UTC),
        mode="paper",
        recorded_at=datetime(2026, 10, entered_on, 13, tzinfo=UTC),
    )


def test_a_paper_form_that_is_entered_after_infusion_1_does_not_move_it(db, world):
    course_id = make_running_course(db, world.a, given=1)
    enter(db, world.a, course_id, 20, 3, entered_on=20)
    enter(db, world.a, course_id, 24, 4, entered_on=30)
    make_weekly(db, world.a, course_id, 2, on=date(2026, 11, 9))
    assert in_the_outcomes(db, world.a) == (60, -20)
    assert on_the_course_page(db, world.a, course_id) == (60, -20)


def test_where_nothing_was_entered_before_the_forms_entered_first_stand_for_it(db, world):
    course_id = make_running_course(db, world.a, given=1)
    enter(db, world.a, course_id, 20, 1, entered_on=28)
    enter(db, world.a, course_id, 24, 4, entered_on=30)
    assert in_the_outcomes(db, world.a) == (20, None)
    assert on_the_course_page(db, world.a, course_id) == (20, None)
