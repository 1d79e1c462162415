"""What a link and a date of birth open, for how long, and what stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.check_in_links import (
    LASTS_AT_MOST,
    REMEMBERED_FOR,
    WRONG_DATES_UNTIL_LOCKED,
    LinkFacts,
    LinkState,
    TryResult,
    ends_at,
    judge,
    state_of,
)
from tracker.domain.people import OneCheckIn, Person, Role
from tracker.domain.permissions import ACTS_BY_LINK, Act, NotPermitted, check_may_answer, may

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
BORN = date(1984, 5, 6)
LIVE = LinkFacts(
    born_on=BORN,
    created_at=NOW,
    expires_at=NOW + timedelta(hours=10),
    wrong_dates=0,
    locked_at=None,
    revoked_at=None,
)


def test_the_right_date_opens_a_live_link():
    assert judge(LIVE, BORN, NOW) is TryResult.OPENS


def test_the_right_date_opens_a_link_that_has_ended_so_that_its_patient_learns_why():
    assert judge(LIVE, BORN, LIVE.expires_at + REMEMBERED_FOR - timedelta(1)) is TryResult.OPENS
    assert judge(LIVE, BORN, LIVE.expires_at + REMEMBERED_FOR) is TryResult.STAYS_SHUT


@pytest.mark.parametrize(
    "link", [None, replace(LIVE, revoked_at=NOW), replace(LIVE, locked_at=NOW)]
)
def test_no_date_opens_what_is_unknown_taken_back_or_locked(link):
    for born_on in (BORN, date(1985, 5, 6)):
        assert judge(link, born_on, NOW) is TryResult.STAYS_SHUT


def test_the_fifth_wrong_date_locks():
    wrong = date(1985, 5, 6)
    results = [judge(replace(LIVE, wrong_dates=count), wrong, NOW) for count in range(5)]
    assert WRONG_DATES_UNTIL_LOCKED == 5
    assert results == [TryResult.WRONG_DATE] * 4 + [TryResult.LOCKS]


@given(st.dates(), st.integers(0, 4))
def test_only_one_date_opens(born_on, wrong_dates):
    opens = judge(replace(LIVE, wrong_dates=wrong_dates), born_on, NOW) is TryResult.OPENS
    assert opens == (born_on == BORN)


@given(st.timedeltas(timedelta(minutes=1), timedelta(days=400)))
def test_a_link_ends_with_its_check_in_and_after_a_week_at_the_latest(open_for):
    ends = ends_at(NOW + open_for, NOW)
    assert ends <= NOW + open_for
    assert ends - NOW == min(open_for, LASTS_AT_MOST)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, LinkState.LIVE),
        ({"now": NOW + timedelta(days=1)}, LinkState.ENDED),
        ({"revoked_at": NOW}, LinkState.REVOKED),
        ({"locked_at": NOW}, LinkState.LOCKED),
        ({"is_answered": True, "revoked_at": NOW}, LinkState.ANSWERED),
    ],
)
def test_staff_read_what_became_of_it(changes, state):
    facts = {"expires_at": LIVE.expires_at, "locked_at": None, "revoked_at": None}
    assert state_of(**(facts | {"is_answered": False, "now": NOW} | changes)) is state


def who(only=None, roles=frozenset({Role.PATIENT})):
    from uuid import UUID

    ids = UUID(int=1)
    return Person(user_id=ids, clinic_id=ids, name="", roles=roles, patient_id=ids, only=only)


ONE = OneCheckIn(
    link_id=who().user_id, instrument_key="daily", due_key="daily:2026-11-23", ends_at=NOW
)


@pytest.mark.parametrize("act", list(Act))
def test_a_link_is_good_for_one_act_whatever_the_roles_say(act):
    everybody = frozenset(Role)
    assert may(who(ONE, everybody), act) == (act in ACTS_BY_LINK)
    assert may(who(ONE), act) == (act is Act.SEND_OWN_CHECK_IN)


def test_a_link_is_good_for_one_check_in():
    check_may_answer(who(), "weekly", "weekly:2026-11-30")
    check_may_answer(who(ONE), "daily", "daily:2026-11-23")
    for key, due_key in (("daily", "daily:2026-11-24"), ("weekly", "daily:2026-11-23")):
        with pytest.raises(NotPermitted):
            check_may_answer(who(ONE), key, due_key)


def test_a_clock_that_was_set_back_opens_no_link_that_is_not_made_yet():
    a_second_more = timedelta(minutes=1, seconds=1)
    assert judge(LIVE, BORN, NOW - timedelta(minutes=1)) is TryResult.OPENS
    assert judge(LIVE, BORN, NOW - a_second_more) is TryResult.STAYS_SHUT
    assert judge(LIVE, BORN, NOW - timedelta(days=20_000)) is TryResult.STAYS_SHUT
