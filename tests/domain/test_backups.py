"""Which backups stay, and how two copies of one database are told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.backups import Facts, Retention

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MOMENTS = st.lists(
    st.integers(0, 60 * 24 * 500).map(lambda minutes: NOON - timedelta(minutes=minutes)),
    max_size=60,
)


def test_a_day_of_hours_two_weeks_of_days_and_a_year_of_months_stay():
    hourly = [NOON - timedelta(hours=number) for number in range(24 * 400)]
    kept = Retention.of((24, 14, 12)).kept(hourly)
    assert {each for each in hourly if each > NOON - timedelta(hours=24)} <= kept
    days = {each.date() for each in kept}
    assert {NOON.date() - timedelta(days=number) for number in range(14)} <= days
    assert len({(each.year, each.month) for each in kept}) == 12
    assert len(kept) < 24 + 14 + 12
    assert datetime(2026, 10, 31, 23, tzinfo=UTC) in kept


@given(made=MOMENTS, newest=st.integers(1, 20), days=st.integers(0, 20), months=st.integers(0, 20))
def test_the_newest_always_stay_and_nothing_is_kept_that_was_not_made(made, newest, days, months):
    kept = Retention(newest=newest, days=days, months=months).kept(made)
    assert set(sorted(set(made), reverse=True)[:newest]) <= kept <= set(made)
    assert len(kept) <= newest + days + months


@given(made=MOMENTS, later=st.integers(1, 5))
def test_what_went_once_would_not_have_stayed_later(made, later):
    """Making room after each backup keeps the same as making room once at the end."""
    rule = Retention(newest=3, days=5, months=4)
    more = [NOON + timedelta(hours=number) for number in range(1, later + 1)]
    step = rule.kept(made)
    for each in more:
        step = rule.kept({*step, each})
    assert step == rule.kept([*made, *more])


FACTS = Facts(revision="1", rows={"a": 1, "audit_events": 2}, digests={"audit_events": "d"})


def test_copies_differ_by_schema_rows_and_trail():
    assert FACTS.differs_in(FACTS) == ""
    assert "schema" in FACTS.differs_in(replace(FACTS, revision="2"))
    assert FACTS.differs_in(replace(FACTS, rows={"audit_events": 2})) == "a has None rows, not 1"
    assert "audit_events" in FACTS.differs_in(replace(FACTS, digests={"audit_events": "e"}))
    assert "audit_events" in FACTS.differs_in(replace(FACTS, digests={}))
