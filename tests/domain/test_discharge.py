"""When a patient may leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.discharge import (
    ComputedKey,
    DischargeFacts,
    computed_items,
    discharge_rules,
    may_leave_from,
)
from tracker.domain.protocol import Protocol
from tracker.domain.vital_signs import VitalSigns

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
END = START + timedelta(minutes=40)
RULES = discharge_rules(Protocol())


@dataclass(frozen=True)
class Set:
    occurred_at: datetime
    signs: VitalSigns
    id: UUID


def at(minute, **values):
    return Set(START + timedelta(minutes=minute), VitalSigns(**values), uuid4())


def pressure(minute, systolic, diastolic):
    return at(minute, systolic_mmhg=systolic, diastolic_mmhg=diastolic)


def met(*sets, score=10, minute=150):
    facts = DischargeFacts(score=score, sets=sets, started_at=START, ended_at=END)
    now = START + timedelta(minutes=minute)
    return {item.key: item.is_met for item in computed_items(facts, RULES, now=now)}


@pytest.mark.parametrize(("score", "is_met"), [(None, False), (8, False), (9, True), (10, True)])
def test_a_score_below_nine_keeps_the_patient(score, is_met):
    assert met(score=score)[ComputedKey.SCORE] is is_met


@pytest.mark.parametrize(
    ("before", "after", "is_met"),
    [
        ((120, 80), (144, 96), True),
        ((120, 80), (145, 80), False),
        ((120, 80), (96, 64), True),
        ((120, 80), (95, 70), False),
        ((150, 95), (164, 99), True),
        ((150, 95), (165, 95), False),  # within 20 % and yet at the site's limit
    ],
)
def test_pressure_is_near_the_one_before_and_below_the_limit(before, after, is_met):
    found = met(pressure(-5, *before), pressure(60, *after))
    assert found[ComputedKey.PRESSURE] is is_met


def test_pressure_that_was_not_measured_is_never_near():
    assert not met(pressure(-5, 120, 80))[ComputedKey.PRESSURE]
    assert not met(pressure(60, 120, 80))[ComputedKey.PRESSURE]
    during = pressure(20, 120, 80)
    assert not met(pressure(-5, 120, 80), during)[ComputedKey.PRESSURE]


def test_the_last_pressure_counts():
    first, last = pressure(50, 160, 99), pressure(70, 122, 80)
    assert met(last, pressure(-5, 120, 80), first)[ComputedKey.PRESSURE]


@pytest.mark.parametrize(("minute", "is_met"), [(99, False), (119, False), (120, True)])
def test_two_hours_from_the_start_are_kept(minute, is_met):
    assert met(minute=minute)[ComputedKey.OBSERVED] is is_met


@given(st.integers(0, 300))
def test_an_hour_after_a_late_end_is_kept_too(minutes):
    end = START + timedelta(minutes=minutes)
    facts = DischargeFacts(score=10, sets=(), started_at=START, ended_at=end)
    ready = may_leave_from(facts, RULES)
    assert ready >= START + timedelta(minutes=120)
    assert ready >= end + timedelta(minutes=60)
    for now, is_met in ((ready, True), (ready - timedelta(seconds=1), False)):
        items = computed_items(facts, RULES, now=now)
        assert next(each for each in items if each.key == ComputedKey.OBSERVED).is_met is is_met


def test_cadss6_is_asked_for_only_if_it_was_measured():
    assert ComputedKey.CADSS6 not in met(at(-5, cadss6=3))
    assert met(at(-5, cadss6=3), at(80, cadss6=5))[ComputedKey.CADSS6]
    assert not met(at(-5, cadss6=3), at(80, cadss6=6))[ComputedKey.CADSS6]
    assert met(at(80, cadss6=2))[ComputedKey.CADSS6]
    assert not met(at(80, cadss6=3))[ComputedKey.CADSS6]
