"""Outcomes that are asked for again: read once, and again when something can have changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.make.progress import make_better_course, make_running_course, weekly_answers
from tests.statements import count_reads
from tracker.actions import audit
from tracker.actions.check_ins import enter_for_patient
from tracker.domain import instruments
from tracker.domain.audit import AuditEvent
from tracker.domain.check_ins import Mode
from tracker.domain.instruments import check_answers
from tracker.domain.permissions import NotPermitted
from tracker.models.database import transaction
from tracker.queries.outcomes import list_cohort
from tracker.queries.outcomes_kept import MOST_KEPT, read_cohort

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SCALE = "weekly_symptoms"
WEEKLY = instruments.get("weekly")


def asked(db, who, *, now=NOW, scale=SCALE):
    found = []
    count = count_reads(
        db, lambda: found.append(read_cohort(db, who, scale=scale, zone=ZONE, now=now))
    )
    assert found[0] == list_cohort(db, who, scale=scale, zone=ZONE, now=now)
    return found[0], count


def test_what_nothing_has_changed_is_read_once(db, world):
    make_better_course(db, world.a)
    first, reads = asked(db, world.a.clinician)
    again, reads_again = asked(db, world.a.clinician)
    assert reads > 1
    assert reads_again == 1
    assert again is first
    assert [score.value for score in first[0].scores] == [40, 20]


def test_a_score_that_came_is_there_at_once(db, world):
    course_id = make_better_course(db, world.a)
    before, _ = asked(db, world.a.clinician)
    enter_for_patient(
        db,
        world.a.clinician,
        course_id,
        check_answers(WEEKLY, weekly_answers(3)),
        mode=Mode.PAPER,
        answered_at=NOW - timedelta(days=3),
        submission_id=uuid4(),
        now=NOW,
    )
    after, reads = asked(db, world.a.clinician)
    assert reads > 1
    assert len(after[0].scores) == len(before[0].scores) + 1


@pytest.mark.parametrize(
    ("event", "is_read_again"),
    [
        (AuditEvent.OUTCOMES_SEEN, False),
        (AuditEvent.SIGNED_IN, False),
        (AuditEvent.VITAL_SIGNS_RECORDED, False),
        (AuditEvent.INFUSION_EVENT_RECORDED, True),
        (AuditEvent.COURSE_ENDED, True),
        (AuditEvent.THERAPY_RECORDED, True),
    ],
)
def test_only_what_can_change_the_numbers_has_them_read_again(db, world, event, is_read_again):
    make_better_course(db, world.a)
    asked(db, world.a.clinician)
    with transaction(db):
        audit.record(db, world.a.clinician, event, now=NOW)
    _, reads = asked(db, world.a.clinician)
    assert (reads > 1) is is_read_again


def test_ten_minutes_later_it_is_read_again(db, world):
    make_better_course(db, world.a)
    first, _ = asked(db, world.a.clinician)
    later, reads = asked(db, world.a.clinician, now=NOW + timedelta(minutes=10))
    assert reads > 1
    assert later[0].observed_days > first[0].observed_days


def test_each_clinic_and_each_scale_has_its_own(db, world):
    make_better_course(db, world.a)
    make_running_course(db, world.b, given=2)
    ours, _ = asked(db, world.a.clinician)
    theirs, _ = asked(db, world.b.clinician)
    other, _ = asked(db, world.a.clinician, scale="daily_mood")
    assert (ours[0].given, theirs[0].given) == (3, 2)
    assert other[0].scores != ours[0].scores


def test_no_more_are_kept_than_there_is_room_for(db, world):
    make_better_course(db, world.a)
    for number in range(MOST_KEPT + 1):
        asked(db, world.a.clinician, scale=f"scale {number}")
    _, newest = asked(db, world.a.clinician, scale=f"scale {MOST_KEPT}")
    _, oldest = asked(db, world.a.clinician, scale="scale 0")
    assert newest == 1
    assert oldest > 1


@pytest.mark.parametrize("who", ["patient", "administrator"])
def test_who_may_not_see_outcomes_is_handed_none_that_are_kept(db, world, who):
    make_better_course(db, world.a)
    asked(db, world.a.clinician)
    with pytest.raises(NotPermitted):
        read_cohort(db, getattr(world.a, who), scale=SCALE, zone=ZONE, now=NOW)
