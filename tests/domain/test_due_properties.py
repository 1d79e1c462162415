"""What holds of due check-ins whatever the protocol, the plan, the zones and the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, pairwise
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from tests.domain.due_courses import NEW_YORK, Story, series
from tracker.domain.courses import CourseState
from tracker.domain.due import DueCheckIn, DueState
from tracker.domain.instrument_uses import (
    DEFAULT_INSTRUMENTS,
    MONTH_FORM_FROM_DAYS,
    AfterInfusion,
    BeforeInfusion,
    Daily,
    EndOfCourse,
    FollowUp,
    InstrumentUse,
    Intake,
    Maintenance,
    MidCourse,
    NextDay,
    Weekly,
    read_use,
    use_as_dict,
)

RULES = {
    "intake": st.builds(Intake, days_before=st.integers(1, 21)),
    "before": st.builds(BeforeInfusion, with_boosters=st.booleans()),
    "after": st.just(AfterInfusion()),
    "next-day": st.just(NextDay()),
    "daily": st.builds(Daily, every_days=st.integers(1, 5)),
    "weekly": st.builds(Weekly, every_days=st.integers(5, 28), in_maintenance=st.booleans()),
    "mid-course": st.builds(MidCourse, after_number=st.integers(1, 6)),
    "end": st.just(EndOfCourse()),
    "follow-up": st.just(FollowUp()),
    "maintenance": st.builds(Maintenance, every_days=st.integers(7, 28)),
}
ZONES = st.sampled_from(
    ["America/New_York", "America/Los_Angeles", "Europe/London", "Asia/Beirut", "Pacific/Auckland"]
)

SEEDS = st.integers(0, 2**32).map(Random)
# Around a change of the clocks on either side of the ocean.
STARTS = st.dates(date(2026, 2, 20), date(2026, 4, 5)) | st.dates(
    date(2026, 10, 10), date(2026, 11, 10)
)


@st.composite
def uses_of(draw: st.DrawFn, key: str, *, apart: int = 0) -> InstrumentUse:
    kinds = draw(st.sets(st.sampled_from(sorted(RULES)), min_size=1))
    rules = tuple(draw(RULES[kind]) for kind in sorted(kinds))
    return InstrumentUse(key=key, rules=rules, least_days_apart=apart)


@st.composite
def stories(draw: st.DrawFn, *keys: str) -> Story:
    return Story(
        appointments=series(draw(st.integers(2, 6)), draw(STARTS), draw(st.integers(3, 5))),
        uses=[draw(uses_of(key)) for key in keys],
        zone=ZoneInfo(draw(ZONES)),
        patient_zone=draw(st.none() | ZONES.map(ZoneInfo)),
        weekday=draw(st.none() | st.integers(0, 6)),
    )


def days_of(story: Story, chance: Random, count: int = 75) -> Iterator[datetime]:
    """Moments of one course, some hours to some days apart, on which things move."""
    now = datetime.combine(
        story.appointments[0].planned_on - timedelta(days=16), time(3), story.zone
    ).astimezone(UTC)
    last = now + timedelta(days=count)
    while now < last:
        yield now
        story.give_what_is_planned(now)
        now += timedelta(hours=chance.choice([7, 19, 26, 44, 90, 130]))


def move_something(story: Story, chance: Random) -> None:
    """Put off the infusions to come, choose another weekday, go on to maintenance."""
    coming = [each for each in story.appointments if each.given_on is None]
    move = chance.choice(["nothing", "nothing", "infusions", "weekday", "maintain"])
    if move == "infusions":
        off = timedelta(days=chance.randint(-2, 6))
        for each in coming:
            each.planned_on += off
    if move == "weekday":
        story.weekday = chance.randint(0, 6)
    if move == "maintain" and not coming:
        story.state = CourseState.MAINTENANCE


def answer_something(story: Story, now: datetime, chance: Random) -> None:
    for one in story.due(now):
        if one.is_open and chance.random() < 0.6:
            story.answered[one.due_key] = now
            return  # one at a time: the next one is looked at with this answer there


@settings(deadline=None, max_examples=60)
@given_any(stories("phq-9"), SEEDS)
def test_phq_9_is_never_answered_twice_within_two_weeks(story: Story, chance: Random):
    for now in days_of(story, chance):
        move_something(story, chance)
        answer_something(story, now, chance)
    zone = story.patient_zone or story.zone
    on = sorted(at.astimezone(zone).date() for at in story.answered.values())
    assert all((later - earlier).days >= 14 for earlier, later in pairwise(on))


@settings(deadline=None, max_examples=60)
@given_any(stories("pcl-5", "pcl-5-week", "phq-9"), SEEDS)
def test_what_was_answered_stays_answered_and_everything_has_one_state(
    story: Story, chance: Random
):
    for now in days_of(story, chance):
        move_something(story, chance)
        answer_something(story, now, chance)
        found = story.by_key(now)
        assert all(found[key].state is DueState.ANSWERED for key in story.answered)
        counted = sum(one.counts for one in found.values())
        waiting = sum(one.is_open or one.state is DueState.UPCOMING for one in found.values())
        missed = sum(one.state is DueState.MISSED for one in found.values())
        assert counted + waiting == len(found)
        assert counted == len(story.answered) + missed


@settings(deadline=None, max_examples=60)
@given_any(stories("pcl-5-week", "gad-7"), SEEDS)
def test_two_rules_never_ask_for_one_instrument_at_once(story: Story, chance: Random):
    for now in days_of(story, chance):
        move_something(story, chance)
        answer_something(story, now, chance)
        for one, other in combinations(story.due(now), 2):
            if one.instrument_key == other.instrument_key and _are_of_two_rules(one, other):
                assert one.closes_at <= other.opens_at or other.closes_at <= one.opens_at


def _are_of_two_rules(one: DueCheckIn, other: DueCheckIn) -> bool:
    # A rhythm's own slots overlap in the small hours, and an answered one may lie anywhere.
    kinds = {one.due_key.count(":"), other.due_key.count(":")}
    return len(kinds) == 2 and DueState.ANSWERED not in (one.state, other.state)


@settings(deadline=None, max_examples=80)
@given_any(stories("pcl-5"), st.integers(0, 120))
def test_the_form_of_the_month_never_lies_between_infusion_1_and_a_month_after_the_last(
    story: Story, days: int
):
    started_at = datetime.combine(story.appointments[0].planned_on, time(10), story.zone)
    now = started_at + timedelta(days=days)
    story.give_what_is_planned(now)
    last_on = max(each.given_on or each.planned_on for each in story.appointments)
    zone = story.patient_zone or story.zone
    again_at = datetime.combine(last_on + timedelta(days=MONTH_FORM_FROM_DAYS), time(0), zone)
    for one in story.due(now):
        assert one.closes_at <= started_at or one.opens_at >= again_at


@settings(deadline=None, max_examples=60)
@given_any(stories("pcl-5", "phq-9", "daily"), SEEDS)
def test_what_is_due_of_one_instrument_hangs_on_no_other(story: Story, chance: Random):
    for now in days_of(story, chance):
        move_something(story, chance)
        answer_something(story, now, chance)
        found = story.due(now)
        for use in story.uses:
            alone = replace(story, uses=[use]).due(now)
            assert alone == tuple(one for one in found if one.instrument_key == use.key)


@settings(deadline=None, max_examples=25)
@given_any(stories("pcl-5", "daily"), SEEDS)
def test_what_is_looked_for_by_its_key_is_what_the_whole_list_has(story: Story, chance: Random):
    for now in days_of(story, chance):
        move_something(story, chance)
        answer_something(story, now, chance)
        for use in story.uses:
            alone = replace(story, uses=[use])
            everything = alone.due(now)
            for one in chance.sample(everything, min(3, len(everything))):
                found = alone.due(now, looked_for=one.due_key)
                assert one in found
                assert set(found) <= set(everything)


@settings(deadline=None, max_examples=80)
@given_any(stories("pcl-5", "pcl-5-week", "phq-9", "daily"), st.integers(-20, 120))
def test_windows_open_before_they_close_and_keys_are_of_one_thing(story: Story, days: int):
    now = datetime.combine(story.appointments[0].planned_on, time(12), NEW_YORK)
    now += timedelta(days=days)
    story.give_what_is_planned(now)
    for one in story.by_key(now).values():
        assert one.opens_at <= one.late_from <= one.closes_at
        assert one.due_key.startswith(f"{one.instrument_key}:")
        assert one.opens_at.tzinfo is UTC


@given_any(st.sampled_from(["phq-9", "pcl-5", "daily"]).flatmap(uses_of))
def test_a_use_goes_to_the_stored_protocol_and_back(use: InstrumentUse):
    assert read_use(use_as_dict(use)) == use
    assert [read_use(use_as_dict(each)) for each in DEFAULT_INSTRUMENTS] == [*DEFAULT_INSTRUMENTS]
