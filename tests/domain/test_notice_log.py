"""Notices wait until somebody says what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.notice_log import (
    FIRST_ENTRY,
    OFFERED_ACTIONS,
    SetNotice,
    carried_over,
    carried_words,
    raised_notices,
    waiting_notices,
)
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


def raised_by(one: Taken, *others: Taken) -> tuple[SetNotice, ...]:
    raised = raised_notices([one, *others], RULES, started_at=START)
    return tuple(each for each in raised if each.vital_signs_id == one.id)


def kept(old: Taken, newer: Taken, *others: Taken) -> tuple[SetNotice, ...]:
    """What stays acknowledged when all that the old set reached was."""
    words = {each.key: each.notice.words for each in raised_by(old, *others)}
    return carried_over(words, raised_by(newer, *others))


def test_only_what_is_the_same_as_before_stays_acknowledged() -> None:
    old = taken(10, systolic_mmhg=205, diastolic_mmhg=122, heart_rate_bpm=118)
    newer = taken(10, systolic_mmhg=195, diastolic_mmhg=112, heart_rate_bpm=118)
    assert [each.notice.measure for each in kept(old, newer)] == ["heart_rate_bpm"]


def test_the_same_value_under_another_limit_waits_again() -> None:
    assert kept(pressure(10, 170), pressure(0, 170)) == ()
    first = pressure(5, 182)
    assert kept(pressure(3, 184), pressure(10, 184), first) == ()


def test_what_is_carried_over_says_who_said_what_once() -> None:
    words = carried_words("Ann", "Paused")
    assert words == f"{FIRST_ENTRY} by Ann: Paused"
    assert carried_words("Bob", words) == words
    assert len(carried_words("Ann", "x" * 200)) == 200


numbers = st.fixed_dictionaries(
    {
        "systolic_mmhg": st.integers(125, 210),
        "diastolic_mmhg": st.integers(70, 124),
        "heart_rate_bpm": st.sampled_from([40, 45, 80, 118, 125, 140]),
        "spo2_percent": st.sampled_from([85, 88, 91, 97]),
    }
)
few = st.sampled_from([-5, 4, 10, 11])


@given(
    old=numbers,
    changes=numbers,
    changed=st.sets(st.sampled_from(["systolic_mmhg", "heart_rate_bpm", "spo2_percent"])),
    minutes=st.tuples(few, few),
    other=numbers,
)
def test_a_changed_value_is_never_acknowledged_by_its_correction(
    old: dict[str, int],
    changes: dict[str, int],
    changed: set[str],
    minutes: tuple[int, int],
    other: dict[str, int],
) -> None:
    before, between = taken(-20, **other), taken(7, **other)
    first = taken(minutes[0], **old)
    new_values = old | {name: changes[name] for name in changed}
    newer = taken(minutes[1], **new_values)
    carried = kept(first, newer, before, between)
    assert all(old[each.notice.measure] == new_values[each.notice.measure] for each in carried)
    same_limits = {(each.key, each.notice.words) for each in raised_by(first, before, between)}
    assert {(each.key, each.notice.words) for each in carried} <= same_limits
    if first.occurred_at == newer.occurred_at:
        unchanged = {
            each.key
            for each in raised_by(first, before, between)
            if old[each.notice.measure] == new_values[each.notice.measure]
        }
        assert unchanged == {each.key for each in carried}
