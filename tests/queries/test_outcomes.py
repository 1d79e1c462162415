"""A clinic's courses as numbers: baselines, later scores, whose they are. On both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.make.progress import make_better_course, make_running_course, make_weekly
from tests.make.world import make_world
from tests.models.conftest import postgres_database, postgres_engine, postgres_url  # noqa: F401 - a fixture
from tracker.actions.infusion_events import Happening, record_event
from tracker.domain.cohort.courses import Happenings
from tracker.domain.courses import CourseState
from tracker.domain.permissions import NotPermitted
from tracker.models import schema
from tracker.models.courses import PlannedInfusionRow
from tracker.models.database import transaction
from tracker.queries.outcomes import list_cohort
from tracker.queries.progress import get_course_record

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SCALE = "weekly_symptoms"


@pytest.fixture
def postgres(postgres_engine: Any) -> Iterator[Session]:  # noqa: F811
    schema.upgrade(postgres_engine)
    with Session(postgres_engine) as session:
        yield session


def check_cohort(db: Session, world: Any) -> None:
    make_better_course(db, world.a)
    (found,) = list_cohort(db, world.a.clinician, scale=SCALE, zone=ZONE, now=NOW)
    assert (found.baseline, found.given, found.planned) == (60, 3, 6)
    assert (found.state, found.started_on) == (CourseState.ACTIVE, date(2026, 10, 26))
    assert [(score.infusion, score.value) for score in found.scores] == [(3, 40), (3, 20)]
    assert found.scores[0].day == pytest.approx(7.4, abs=0.3)
    assert (found.gaps, found.gaps_inside) == (2, 2)
    assert (found.therapy_held, found.happenings.with_events, found.terms) == (0, 0, ())
    assert (found.response_percent, found.worse_percent) == (50, 30)
    assert list_cohort(db, world.b.clinician, scale=SCALE, zone=ZONE, now=NOW) == ()


def test_a_course_is_read_as_numbers(db, world):
    check_cohort(db, world)


@pytest.mark.postgres
def test_a_course_is_read_as_the_same_numbers_on_postgresql(postgres):
    check_cohort(postgres, make_world(postgres, now=datetime(2026, 10, 1, 12, tzinfo=UTC)))


def test_a_baseline_is_not_older_than_the_protocol_says(db, world):
    course_id = make_running_course(db, world.a, given=1)
    make_weekly(db, world.a, course_id, 4, on=date(2026, 10, 5))
    (found,) = list_cohort(db, world.a.clinician, scale=SCALE, zone=ZONE, now=NOW)
    assert (found.baseline, found.scores) == (None, ())


def test_a_course_that_is_only_planned_is_not_there(db, world):
    make_running_course(db, world.a, given=0)
    assert list_cohort(db, world.a.clinician, scale=SCALE, zone=ZONE, now=NOW) == ()


@pytest.mark.parametrize("who", ["patient", "administrator"])
def test_only_clinical_staff_may_read_it(db, world, who):
    with pytest.raises(NotPermitted):
        list_cohort(db, getattr(world.a, who), scale=SCALE, zone=ZONE, now=NOW)


def make_third_a_booster(db: Session, course_id: Any) -> None:
    of_third = (PlannedInfusionRow.course_id == course_id, PlannedInfusionRow.number == 3)
    with transaction(db):
        db.execute(update(PlannedInfusionRow).where(*of_third).values(is_booster=True))


def test_boosters_are_no_infusions_of_the_course_but_are_told_apart(db, world):
    make_third_a_booster(db, make_better_course(db, world.a))
    (found,) = list_cohort(db, world.a.clinician, scale=SCALE, zone=ZONE, now=NOW)
    assert (found.given, found.boosters.given) == (2, 1)
    assert found.boosters.first_day == pytest.approx(7, abs=1.5)
    assert found.last_day < found.boosters.first_day
    assert found.is_boosted_by(20)
    assert not found.is_boosted_by(found.boosters.first_day)


def happen(
    db: Session, people: Any, course_id: Any, number: int, grade: int, *, is_serious: bool = False
) -> None:
    """Nausea in the infusion of this number."""
    given = get_course_record(db, people.clinician, course_id, scales=[SCALE]).given[number - 1]
    at = given.started_at + timedelta(minutes=15)
    what = Happening(term="Nausea", occurred_at=at, grade=grade, is_serious=is_serious)
    record_event(db, people.clinician, given.id, what, submission=None, now=at)


def test_an_infusion_with_two_severe_events_counts_once(db, world):
    course_id = make_running_course(db, world.a, given=3)
    make_third_a_booster(db, course_id)
    for number, grade in ((1, 3), (1, 4), (2, 1), (3, 3)):
        happen(db, world.a, course_id, number, grade, is_serious=grade == 4)
    (found,) = list_cohort(db, world.a.clinician, scale=SCALE, zone=ZONE, now=NOW)
    assert found.happenings == Happenings(with_events=2, with_severe=1, with_serious=1)
    assert found.boosters.happenings == Happenings(with_events=1, with_severe=1)
    assert found.boosters.terms == (frozenset({"Nausea"}),)
