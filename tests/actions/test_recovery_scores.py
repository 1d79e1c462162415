"""Scoring the recovery: after the end, once, and corrected in the open."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.make.infusions import course_of_today, make_end, make_infusion, planned_id
from tests.make.patients import NOW
from tracker.actions import recovery_scores
from tracker.actions.submissions import Submission
from tracker.domain.confirmation import NeedsConfirmation
from tracker.domain.errors import NotFound, Refused, SubmittedDifferently
from tracker.domain.permissions import NotPermitted
from tracker.domain.sheet_log import RecoveryScale
from tracker.models.run_sheets import RecoveryScoreRow
from tracker.models.sheet_facts import latest_recovery_total

ENDED = NOW + timedelta(minutes=40)
LATER = ENDED + timedelta(minutes=60)
POINTS = (2, 2, 1, 2, 2)


@pytest.fixture
def who(world):
    return world.a.clinician


@pytest.fixture
def running(db, world, who):
    return make_infusion(db, who, planned_id(db, course_of_today(db, who, world.a.patient_id)))


@pytest.fixture
def ended(db, who, running):
    make_end(db, who, running, now=ENDED)
    return running


def score(db, who, sheet_id, items=POINTS, **more):
    values = {"scored_at": LATER, "submission": None, "now": LATER} | more
    return recovery_scores.record_score(db, who, sheet_id, RecoveryScale.ALDRETE, items, **values)


def correct(db, who, score_id, items, **more):
    values = {"scored_at": LATER, "reason": "Slip", "submission": None, "now": LATER} | more
    return recovery_scores.correct_score(db, who, score_id, RecoveryScale.ALDRETE, items, **values)


def stored(db):
    db.rollback()
    found = db.scalars(select(RecoveryScoreRow)).all()
    db.rollback()
    return found


def test_a_score_that_is_sent_twice_is_stored_once(db, who, ended):
    form = Submission(id=uuid4(), payload_hash=b"a" * 32)
    assert score(db, who, ended, submission=form) == score(db, who, ended, submission=form)
    assert len(stored(db)) == 1
    assert latest_recovery_total(db, ended) == 9
    db.rollback()
    with pytest.raises(SubmittedDifferently):
        score(db, who, ended, submission=Submission(id=form.id, payload_hash=b"b" * 32))


def test_a_corrected_score_stays_and_counts_no_more(db, who, ended):
    first = score(db, who, ended)
    assert correct(db, who, first, (2, 2, 2, 2, 2)) == ended
    assert latest_recovery_total(db, ended) == 10
    new = next(each for each in stored(db) if each.id != first)
    assert (new.corrects_id, new.correction_reason) == (first, "Slip")


def test_a_score_that_was_corrected_meanwhile_is_not_corrected_again(db, who, ended):
    first = score(db, who, ended)
    correct(db, who, first, (2, 2, 2, 2, 2))
    with pytest.raises(Refused, match="corrected"):
        correct(db, who, first, (0, 0, 0, 0, 0))
    assert len(stored(db)) == 2


@pytest.mark.parametrize(
    ("items", "more", "words"),
    [
        ((2, 2, 2, 2), {}, "Choose one of the three"),
        ((2, 2, 2, 2, 3), {}, "Choose one of the three"),
        ((2, 2, 2, 2, -1), {}, "Choose one of the three"),
        (POINTS, {"scored_at": ENDED - timedelta(minutes=1)}, "before the end"),
        (POINTS, {"scored_at": LATER + timedelta(minutes=6)}, "in the future"),
    ],
)
def test_a_score_that_cannot_be_is_refused(db, who, ended, items, more, words):
    with pytest.raises(Refused, match=words):
        score(db, who, ended, items, **more)
    assert stored(db) == []


def test_nothing_is_scored_while_the_infusion_runs(db, who, running):
    with pytest.raises(Refused, match="after the end"):
        score(db, who, running)
    assert stored(db) == []


def test_a_score_of_days_ago_is_asked_about(db, who, ended):
    with pytest.raises(NeedsConfirmation):
        score(db, who, ended, now=LATER + timedelta(days=2))
    assert stored(db) == []


def test_other_clinics_and_other_roles_score_nothing(db, world, who, ended):
    first = score(db, who, ended)
    with pytest.raises(NotFound):
        score(db, world.b.clinician, ended)
    with pytest.raises(NotFound):
        correct(db, world.b.clinician, first, POINTS)
    for nobody in (world.a.therapist, world.a.administrator, world.a.patient):
        with pytest.raises(NotPermitted):
            score(db, nobody, ended)
    assert len(stored(db)) == 1
