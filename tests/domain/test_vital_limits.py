"""Site limits as notices, and when the next set is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.protocol import default_protocol
from tracker.domain.vital_limits import (
    Level,
    Phase,
    next_set,
    notices,
)
from tracker.domain.vital_signs import Measure, VitalSigns

RULES = default_protocol()
START = datetime(2026, 11, 23, 15, tzinfo=UTC)


def pressure(systolic: int, diastolic: int) -> VitalSigns:
    return VitalSigns(systolic_mmhg=systolic, diastolic_mmhg=diastolic)


def levels(signs: VitalSigns, phase: Phase, **known: VitalSigns) -> dict[Measure, Level]:
    return {n.measure: n.level for n in notices(signs, RULES, phase=phase, **known)}


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (pressure(139, 89), {}),
        (pressure(140, 89), {Measure.SYSTOLIC: Level.NOTICE}),
        (pressure(159, 100), {Measure.SYSTOLIC: Level.NOTICE, Measure.DIASTOLIC: Level.URGENT}),
        (pressure(89, 60), {Measure.SYSTOLIC: Level.URGENT}),
        (VitalSigns(heart_rate_bpm=50), {}),
        (VitalSigns(heart_rate_bpm=49), {Measure.HEART_RATE: Level.NOTICE}),
        (VitalSigns(heart_rate_bpm=111), {Measure.HEART_RATE: Level.URGENT}),
        (VitalSigns(spo2_percent=95), {}),
        (VitalSigns(spo2_percent=94), {Measure.OXYGEN: Level.NOTICE}),
        (VitalSigns(spo2_percent=91), {Measure.OXYGEN: Level.URGENT}),
    ],
)
def test_limits_before_the_start(signs: VitalSigns, expected: dict[Measure, Level]) -> None:
    assert levels(signs, Phase.BEFORE) == expected


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (pressure(164, 99), {}),
        (pressure(165, 99), {Measure.SYSTOLIC: Level.NOTICE}),
        (pressure(185, 99), {Measure.SYSTOLIC: Level.NOTICE}),
        (pressure(200, 99), {Measure.SYSTOLIC: Level.URGENT}),
        (pressure(164, 120), {Measure.DIASTOLIC: Level.URGENT}),
        (VitalSigns(heart_rate_bpm=131), {Measure.HEART_RATE: Level.URGENT}),
        (VitalSigns(heart_rate_bpm=44), {Measure.HEART_RATE: Level.URGENT}),
        (VitalSigns(heart_rate_bpm=45), {}),
        (VitalSigns(spo2_percent=93), {Measure.OXYGEN: Level.NOTICE}),
        (VitalSigns(spo2_percent=89), {Measure.OXYGEN: Level.URGENT}),
        (VitalSigns(rass=-4), {Measure.RASS: Level.URGENT}),
        (VitalSigns(rass=-3), {}),
    ],
)
def test_limits_during_the_infusion(signs: VitalSigns, expected: dict[Measure, Level]) -> None:
    assert levels(signs, Phase.DURING) == expected


def test_high_pressure_is_urgent_when_the_set_before_was_high_too() -> None:
    found = levels(pressure(182, 100), Phase.DURING, before=pressure(181, 90))
    assert found[Measure.SYSTOLIC] is Level.URGENT
    assert found[Measure.DIASTOLIC] is Level.NOTICE
    assert (
        levels(pressure(182, 90), Phase.DURING, before=pressure(179, 90))[Measure.SYSTOLIC]
        is Level.NOTICE
    )


def test_a_rise_of_thirty_percent_over_the_own_baseline_is_a_notice() -> None:
    baseline = pressure(110, 60)
    assert levels(pressure(143, 70), Phase.DURING, baseline=baseline) == {
        Measure.SYSTOLIC: Level.NOTICE
    }
    assert levels(pressure(142, 77), Phase.DURING, baseline=baseline) == {}


def test_a_notice_states_the_fact_and_the_limit() -> None:
    (notice,) = notices(pressure(170, 90), RULES, phase=Phase.DURING)
    assert notice.words == "Systolic 170 mmHg: the site's limit is 165 mmHg or above"


def test_the_most_urgent_notice_comes_first() -> None:
    signs = VitalSigns(systolic_mmhg=170, diastolic_mmhg=90, spo2_percent=85)
    assert [n.level for n in notices(signs, RULES, phase=Phase.DURING)] == [
        Level.URGENT,
        Level.NOTICE,
    ]


@pytest.mark.parametrize(
    ("ended", "last", "now", "due", "late"),
    [
        (None, None, 3, 10, 0),
        (None, -5, 3, 10, 0),
        (None, 12, 22, 22, 0),
        (None, 12, 24, 22, 2),
        (40, 30, 41, 55, 0),
        (40, 55, 72, 70, 2),
    ],
)
def test_next_set_is_ten_minutes_after_the_last_and_fifteen_after_the_end(
    ended: int | None, last: int | None, now: int, due: int, late: int
) -> None:
    def at(minutes: int) -> datetime:
        return START + timedelta(minutes=minutes)

    found = next_set(
        RULES.monitoring,
        started_at=START,
        ended_at=None if ended is None else at(ended),
        last_measured_at=None if last is None else at(last),
        now=at(now),
    )
    assert found is not None
    assert (found.due_at, found.overdue_minutes, found.is_overdue) == (at(due), late, late > 0)


def test_no_set_is_due_once_the_time_after_is_over() -> None:
    ended = START + timedelta(minutes=40)
    over = ended + timedelta(minutes=80)
    kept = {"started_at": START, "ended_at": ended, "last_measured_at": None}
    assert next_set(RULES.monitoring, **kept, now=over) is None
    assert next_set(RULES.monitoring, **kept, now=over - timedelta(minutes=1)) is not None
