"""Proxies: where an arrangement stands, its last day, and what the role includes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tracker.domain.accounts import sign_in_limits
from tracker.domain.errors import Refused
from tracker.domain.people import Person, Role
from tracker.domain.permissions import ROLES_THAT_MAY, Act, NotPermitted, check_may, may
from tracker.domain.proxies import (
    MOST_PROXIES,
    ProxyDates,
    ProxyState,
    check_room_for_one_more,
    state_of,
    until_at,
)

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
DATES = ProxyDates(link_ends_at=NOW + HOUR, accepted_at=None, until_at=None, ended_at=None)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, ProxyState.INVITED),
        ({"link_ends_at": NOW}, ProxyState.LINK_RAN_OUT),
        ({"accepted_at": NOW}, ProxyState.OPEN),
        ({"accepted_at": NOW, "link_ends_at": NOW - HOUR}, ProxyState.OPEN),
        ({"accepted_at": NOW, "until_at": NOW + HOUR}, ProxyState.OPEN),
        ({"accepted_at": NOW, "until_at": NOW}, ProxyState.ENDED),
        ({"until_at": NOW - HOUR}, ProxyState.ENDED),
        ({"accepted_at": NOW, "ended_at": NOW}, ProxyState.ENDED),
    ],
)
def test_where_an_arrangement_stands(changes, state):
    assert state_of(replace(DATES, **changes), NOW) is state


def test_the_last_day_is_read_to_its_end_on_the_clinic_s_clock():
    today = date(2026, 11, 23)
    assert until_at(today, now=NOW, zone=NEW_YORK) == datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert until_at(None, now=NOW, zone=NEW_YORK) is None
    with pytest.raises(Refused, match="from today on"):
        until_at(today - timedelta(days=1), now=NOW, zone=NEW_YORK)


def test_a_day_whose_midnight_the_clocks_skip_has_an_end_too():
    found = until_at(
        date(2026, 4, 23), now=datetime(2026, 4, 1, tzinfo=UTC), zone=ZoneInfo("Africa/Cairo")
    )
    assert found == datetime(2026, 4, 23, 22, tzinfo=UTC)


def test_only_so_many_read_for_one_patient():
    check_room_for_one_more(MOST_PROXIES - 1)
    with pytest.raises(Refused, match="End one first"):
        check_room_for_one_more(MOST_PROXIES)


def person(role):
    return Person(user_id=uuid4(), clinic_id=uuid4(), name="", roles=frozenset({role}))


def test_a_proxy_reads_visits_and_may_nothing_else():
    proxy = person(Role.PROXY)
    assert [act for act in Act if may(proxy, act)] == [Act.READ_AS_PROXY]
    with pytest.raises(NotPermitted):
        check_may(proxy, Act.SEND_OWN_CHECK_IN)
    assert not proxy.is_staff
    assert not proxy.is_patient


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        (Act.ARRANGE_PROXY, {Role.CLINICIAN, Role.NURSE, Role.THERAPIST}),
        (Act.END_OWN_PROXY, {Role.PATIENT}),
        (Act.READ_AS_PROXY, {Role.PROXY}),
    ],
)
def test_who_may_arrange_end_and_read(act, roles):
    assert {role for role in Role if may(person(role), act)} == roles == ROLES_THAT_MAY[act]


def test_a_proxy_is_signed_in_as_long_as_a_patient():
    assert sign_in_limits({Role.PROXY}) == sign_in_limits({Role.PATIENT})
