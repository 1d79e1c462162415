"""Fifty people at once: what is said of them afterwards is what happened."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from bench import seed
from bench.load import SHARES, Load, compare, said
from tests.bench.conftest import NOW
from tests.make.trail import FIELD_KEYS
from tracker.models.database import sqlite_driver

pytestmark = pytest.mark.sqlite("the bench fills a file of its own")


@pytest.fixture
def filled(database):
    seed.seed(database, courses=4, busy=2, adherence=0.2, now=NOW, keys=FIELD_KEYS)
    return database


def compared(database, sent, saved=()):
    found = Load(engine="sqlite")
    compare(found, f"sqlite:///{database}", sent, saved)
    return found.lost, found.twice


def test_what_was_acknowledged_and_is_not_stored_is_lost(filled):
    stored = [each.submission_id for each in seed.sent_check_ins(filled)]
    assert compared(filled, stored) == (0, 0)
    assert compared(filled, [*stored, uuid4()], [uuid4()]) == (2, 0)


def test_what_is_stored_under_one_id_for_two_patients_is_there_twice(filled):
    one = seed.sent_check_ins(filled)[0]
    connection = sqlite_driver().connect(str(filled))
    with connection:
        connection.execute(
            "UPDATE check_ins SET submission_id = ? WHERE submission_id = ? AND patient_id <> ?",
            [_bound(one.submission_id), _bound(_of_another(filled, one).submission_id), "-"],
        )
    connection.close()
    assert compared(filled, []) == (0, 1)


def _of_another(database, one):
    return next(each for each in seed.sent_check_ins(database) if each.patient_id != one.patient_id)


def _bound(key: UUID) -> str:
    return key.hex


def test_the_memory_is_compared_between_two_parts_of_the_time():
    found = Load(engine="sqlite", took=100, memory_mb=[(5, 90), (20, 100), (30, 110), (90, 120)])
    assert found.memory_between(0.15, 0.35) == 105
    assert found.memory_between(0.8, 1) == 120
    assert found.memory_between(0.4, 0.5) == 0


def test_everything_that_went_wrong_is_said():
    found = Load(engine="sqlite", took=10, lost=3, twice=1)
    for name, _ in SHARES:
        found.seconds[name] += [0.01] * 99 + [0.2]
    found.problems["reads: board answered 500, not 200"] += 2
    words = said(found)
    assert "2 x reads: board answered 500, not 200; lost 3, stored twice 1" in words
    assert "300 answers (30 a second)" in words
    assert "too short to tell" in words


def test_the_shares_of_the_acts_are_the_whole():
    assert sum(share for _, share in SHARES) == pytest.approx(1)
