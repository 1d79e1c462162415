"""Notices wait until somebody says what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.notice_log import OFFERED_ACTIONS, raised_notices, waiting_notices
from tracker.domain.protocol import default_protocol
from tracker.domain.vital_signs import VitalSigns

RULES = default_protocol()
START = datetime(2026, 11, 23, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Taken:
    id: UUID
    occurred_at: datetime
    signs: VitalSigns


@dataclass(frozen=True)
class Seen:
    vital_signs_id: UUID
    notice_key: str


def taken(minute: int, **values: int) -> Taken:
    return Taken(uuid4(), START + timedelta(minutes=minute), VitalSigns(**values))


def pressure(minute: int, systolic: int, diastolic: int = 80) -> Taken:
    return taken(minute, systolic_mmhg=systolic, diastolic_mmhg=diastolic)


def keys(*sets: Taken, started_at: datetime | None = START) -> list[str]:
    return [each.key for each in raised_notices(sets, RULES, started_at=started_at)]


def test_a_set_that_reaches_a_limit_waits_until_it_is_acknowledged() -> None:
    high = pressure(10, 170)
    (waiting,) = waiting_notices([high], [], RULES, started_at=START)
    assert (waiting.vital_signs_id, waiting.key) == (high.id, "systolic_mmhg notice")
    seen = [Seen(high.id, waiting.key)]
    assert waiting_notices([high], seen, RULES, started_at=START) == ()


def test_an_acknowledgement_counts_for_its_own_set_and_level_only() -> None:
    first, second = pressure(10, 182), pressure(15, 184)
    seen = [Seen(first.id, "systolic_mmhg notice"), Seen(second.id, "systolic_mmhg notice")]
    (waiting,) = waiting_notices([first, second], seen, RULES, started_at=START)
    assert (waiting.vital_signs_id, waiting.key) == (second.id, "systolic_mmhg urgent")


def test_the_limits_before_the_start_count_until_it_starts() -> None:
    assert keys(pressure(0, 150)) == ["systolic_mmhg notice"]
    assert keys(pressure(1, 150)) == []
    assert keys(pressure(1, 150), started_at=None) == ["systolic_mmhg notice"]


def test_a_second_high_set_is_urgent_also_when_one_between_did_not_measure_pressure() -> None:
    between = taken(12, spo2_percent=98)
    assert keys(pressure(10, 182), between, pressure(15, 181))[-1] == "systolic_mmhg urgent"


def test_a_rise_is_held_against_the_last_set_before_the_start() -> None:
    assert keys(pressure(-20, 139), pressure(-5, 100), pressure(10, 130)) == [
        "systolic_mmhg notice"
    ]
    assert keys(pressure(-20, 100), pressure(-5, 139), pressure(10, 130)) == []


def test_sets_may_come_in_any_order() -> None:
    late = [pressure(15, 184), pressure(10, 182)]
    assert keys(*late) == keys(*reversed(late)) == ["systolic_mmhg notice", "systolic_mmhg urgent"]


def test_urgent_ones_stand_first_and_then_the_newest() -> None:
    sets = [pressure(10, 170), pressure(20, 205), pressure(30, 171)]
    waiting = waiting_notices(sets, [], RULES, started_at=START)
    assert [each.vital_signs_id for each in waiting] == [sets[1].id, sets[2].id, sets[0].id]


def test_every_offered_action_together_leaves_room_for_words_of_ones_own() -> None:
    assert len("; ".join(OFFERED_ACTIONS)) <= 98


@given(
    st.lists(
        st.tuples(st.integers(-60, 120), st.integers(60, 220), st.integers(20, 59)), max_size=8
    )
)
def test_what_is_acknowledged_is_all_that_stops_waiting(rows: list[tuple[int, int, int]]) -> None:
    sets = [pressure(minute, systolic, diastolic) for minute, systolic, diastolic in rows]
    raised = raised_notices(sets, RULES, started_at=START)
    assert sorted(each.key for each in waiting_notices(sets, [], RULES, started_at=START)) == (
        sorted(each.key for each in raised)
    )
    seen = [Seen(each.vital_signs_id, each.key) for each in raised]
    assert waiting_notices(sets, seen, RULES, started_at=START) == ()
