"""Any single change of the trail is found, and its place is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.audit_chain import (
    BEGINNING,
    SEALED,
    Anchor,
    Break,
    Checked,
    Fault,
    check,
    plain,
    plain_detail,
    seal,
    trail_key,
)

KEY = trail_key("s" * 48)
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LENGTH = 9


def event(seq: int) -> dict[str, Any]:
    return {
        "seq": seq,
        "occurred_at": AT + timedelta(seconds=seq),
        "clinic_id": UUID(int=1),
        "user_id": UUID(int=seq),
        "sign_in_id": None,
        "address": "127.0.0.1",
        "event": "page seen",
        "outcome": "done",
        "object_kind": "course",
        "object_id": UUID(int=100 + seq),
        "patient_id": UUID(int=200 + seq),
        "detail": {"page": "courses.show", "count": seq},
    }


def trail(length: int = LENGTH) -> list[tuple[dict[str, Any], bytes | None]]:
    sealed, before = [], BEGINNING
    for seq in range(1, length + 1):
        values = event(seq)
        before = seal(KEY, before, values)
        sealed.append((values, before))
    return sealed


def anchor_at(events: list[Any]) -> Anchor:
    values, sealed = events[-1]
    return Anchor(written_at=AT, seq=values["seq"], seal=sealed)


def places(events: list[Any], *anchors: Anchor) -> list[tuple[int, Break]]:
    return [(fault.seq, fault.what) for fault in checked(events, *anchors).faults]


def checked(events: list[Any], *anchors: Anchor) -> Checked:
    return check([(plain(values), sealed) for values, sealed in events], anchors, key=KEY)


def test_an_untouched_trail_is_whole():
    found = checked(trail(), anchor_at(trail()))
    assert (found.events, found.before_seals, found.faults) == (LENGTH, 0, ())


OTHER_VALUES = {
    "occurred_at": AT - timedelta(days=1),
    "clinic_id": UUID(int=2),
    "user_id": UUID(int=999),
    "sign_in_id": UUID(int=3),
    "address": "10.0.0.1",
    "event": "report printed",
    "outcome": "refused",
    "object_kind": "patient",
    "object_id": None,
    "patient_id": None,
    "detail": {"page": "courses.show"},
}


def test_every_column_is_sealed():
    assert set(OTHER_VALUES) | {"seq"} == set(SEALED)


@pytest.mark.parametrize("column", OTHER_VALUES)
@pytest.mark.parametrize("place", [1, 5, LENGTH])
def test_a_changed_event_is_named_and_no_other(column, place):
    events = trail()
    events[place - 1][0][column] = OTHER_VALUES[column]
    assert places(events) == [(place, Break.CHANGED)]


@pytest.mark.parametrize("place", range(1, LENGTH))
def test_a_missing_event_is_named_and_no_other(place):
    events = trail()
    del events[place - 1]
    assert places(events) == [(place, Break.MISSING)]


def test_both_ends_of_a_gap_are_named():
    events = trail()
    del events[2:6]
    assert places(events) == [(3, Break.MISSING), (6, Break.MISSING)]


@pytest.mark.parametrize("left", range(LENGTH))
def test_a_cut_end_is_found_by_an_anchor(left):
    events = trail()
    assert places(events[:left], anchor_at(events)) == [(LENGTH, Break.CUT)]


def test_a_trail_written_anew_after_a_cut_is_found_by_the_anchor():
    """Even whoever has the key cannot say that the anchored end was another one."""
    events = trail()
    anew = trail()
    anew[-1] = ({**event(LENGTH), "event": "nothing"}, anew[-1][1])
    values = anew[-1][0]
    anew[-1] = (values, seal(KEY, anew[-2][1] or b"", values))
    assert places(anew) == []
    assert places(anew, anchor_at(events)) == [(LENGTH, Break.CHANGED)]


def test_an_event_without_a_seal_is_named_once_the_chain_began():
    events = trail()
    events.append((event(LENGTH + 1), None))
    assert places(events) == [(LENGTH + 1, Break.UNSEALED)]


def test_events_from_before_the_seals_are_counted_apart():
    old = [(event(1), None), (event(2), None)]
    values = event(3)
    found = checked([*old, (values, seal(KEY, BEGINNING, values))])
    assert (found.events, found.before_seals, found.faults) == (3, 2, ())


def test_a_trail_that_lost_all_its_seals_is_not_taken_for_an_old_one():
    events = [(values, None) for values, _ in trail()]
    assert places(events) == [(LENGTH, Break.UNSEALED)]


@pytest.mark.parametrize("lost", range(1, LENGTH))
def test_the_first_seals_cannot_be_taken_off(lost):
    events = [(values, None if values["seq"] <= lost else sealed) for values, sealed in trail()]
    assert places(events) == [(lost + 1, Break.CHANGED)]


@pytest.mark.parametrize("lost", range(1, LENGTH))
def test_a_cut_beginning_is_found(lost):
    assert places(trail()[lost:])[0] == (1, Break.MISSING)


def test_gaps_among_the_events_from_before_are_no_faults():
    """Numbers that a rolled-back transaction had taken, on PostgreSQL."""
    values = event(9)
    found = checked([(event(2), None), (event(5), None), (values, seal(KEY, BEGINNING, values))])
    assert (found.events, found.before_seals, found.faults) == (3, 2, ())


@st.composite
def tampered(draw: st.DrawFn) -> list[Any]:
    events: list[Any] = trail()
    place = draw(st.integers(0, LENGTH - 1))
    what = draw(st.sampled_from(("edit", "delete", "swap", "insert", "append", "reseal")))
    if what == "edit":
        column = draw(st.sampled_from(sorted(OTHER_VALUES)))
        events[place][0][column] = OTHER_VALUES[column]
    elif what == "delete":
        del events[place]
    elif what == "swap":
        other = (place + draw(st.integers(1, LENGTH - 1))) % LENGTH
        for column in SEALED[1:]:
            mine, theirs = events[place][0], events[other][0]
            mine[column], theirs[column] = theirs[column], mine[column]
    elif what == "insert":  # the later ones are numbered anew
        forged = {**event(place + 1), "event": "forged"}
        events.insert(place, (forged, draw(st.binary(min_size=32, max_size=32))))
        for number, (values, _) in enumerate(events, start=1):
            values["seq"] = number
    elif what == "append":
        forged = {**event(LENGTH + 1), "event": "forged"}
        events.append((forged, seal(trail_key("another key"), events[-1][1], forged)))
    else:
        events[place] = (events[place][0], draw(st.binary(min_size=32, max_size=32)))
    return events


@settings(max_examples=1000)
@given(tampered())
def test_any_single_change_without_the_key_is_found(events):
    assert places(events, anchor_at(trail()))


def test_the_same_event_as_each_engine_gives_it_has_one_seal():
    here = event(1)
    there = {**here, "occurred_at": AT.astimezone(tz=None) + timedelta(seconds=1)}
    there["clinic_id"] = here["clinic_id"].hex
    there["detail"] = plain_detail('{"count": 1, "page": "courses.show"}')
    assert seal(KEY, BEGINNING, here) == seal(KEY, BEGINNING, there)


def test_a_fault_is_a_sentence():
    assert f"event 7 {Fault(seq=7, what=Break.MISSING).what}" == "event 7 is missing"


def restored_trail(last: int, *, length: int = 5, **changes: Any) -> list[Any]:
    """Events up to `last`, then that a backup with these was restored, then others."""
    made_at = (AT + timedelta(seconds=last)).isoformat()
    detail = {"made_at": made_at, "last_event": last, "sign_ins_ended": 1} | changes
    events = trail(last)
    before = events[-1][1] if events else BEGINNING
    for seq in range(last + 1, last + 1 + length):
        values = event(seq) | {"occurred_at": AT + timedelta(hours=1, seconds=seq), "address": ""}
        if seq == last + 1:
            values |= {"event": "backup restored", "detail": detail}
        before = seal(KEY, before, values)
        events.append((values, before))
    return events


@pytest.mark.parametrize("last", [1, 4, 7])
def test_a_restore_explains_the_anchors_of_what_came_after_the_backup(last):
    """Whether their numbers are taken again since, are the restore's own, or lie beyond the end."""
    before = [anchor_at(trail(seq)) for seq in (1, last, last + 1, last + 2, last + 40)]
    found = checked(restored_trail(last), *before)
    assert found.faults == ()
    (restoration,) = found.restorations
    assert (restoration.last_seq, restoration.set_aside) == (last, 3)
    assert restoration.backup_made_at == (AT + timedelta(seconds=last)).isoformat()


def test_a_cut_that_no_restore_explains_is_still_one():
    anchors = [anchor_at(trail(8))]
    assert places(trail(4), *anchors) == [(8, Break.CUT)]


def test_a_restore_does_not_explain_a_cut_after_it():
    events = restored_trail(4, length=8)
    late = Anchor(written_at=AT + timedelta(hours=2), seq=12, seal=events[-1][1])
    assert places(events, anchor_at(trail(9)), late) == []
    assert places(events[:-3], anchor_at(trail(9)), late) == [(12, Break.CUT)]


def test_a_restore_does_not_explain_what_is_missing_in_the_backup():
    """Its own anchors stay: an older backup that was cut before it was restored is found out."""
    events = restored_trail(4)
    other = Anchor(written_at=AT, seq=3, seal=b"x" * 32)
    assert places(events, other) == [(3, Break.CHANGED)]


def test_a_restore_that_nobody_sealed_explains_nothing():
    events = restored_trail(4)
    events[4] = (events[4][0], b"x" * 32)
    found = checked(events, anchor_at(trail(40)))
    assert found.restorations == ()
    assert (40, Break.CUT) in [(each.seq, each.what) for each in found.faults]


@pytest.mark.parametrize("changes", [{"last_event": 2}, {"last_event": "4"}, {"made_at": None}])
def test_a_restore_that_names_another_place_explains_nothing(changes):
    detail = {"made_at": AT.isoformat(), "last_event": 4} | changes
    kept = {name: value for name, value in detail.items() if value is not None}
    events = restored_trail(4)[:4]
    values = event(5) | {"event": "backup restored", "detail": kept}
    events.append((values, seal(KEY, events[-1][1], values)))
    assert (9, Break.CUT) in places(events, anchor_at(trail(9)))


def test_a_second_restore_explains_what_the_first_did_not():
    first = restored_trail(4, length=9)
    anchors = [
        anchor_at(trail(8)),
        Anchor(written_at=AT + timedelta(minutes=90), seq=12, seal=first[11][1]),
    ]
    values = event(7) | {
        "occurred_at": AT + timedelta(hours=2),
        "event": "backup restored",
        "detail": {"made_at": AT.isoformat(), "last_event": 6},
    }
    events = first[:6]
    events.append((values, seal(KEY, events[-1][1], values)))
    found = checked(events, *anchors)
    assert found.faults == ()
    assert [(each.last_seq, each.set_aside) for each in found.restorations] == [(4, 1), (6, 1)]
