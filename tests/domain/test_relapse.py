"""Definitions of relapse, the facts of a booster, and the fact that nothing improved."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.make.course_record import FIRST_ON, local
from tracker.domain import instruments
from tracker.domain.progress import (
    Ideation,
    Point,
    RelapseFact,
    Scored,
    own_scale_rules,
    published_rules,
    relapse_facts,
    stop_fact,
)
from tracker.domain.protocol import ChangeRules as Settings
from tracker.domain.protocol import default_protocol
from tracker.domain.relapse_rules import RelapseRule

STARTED_AT = local(FIRST_ON)
INFUSIONS = [STARTED_AT + timedelta(days=4 * place) for place in range(6)]
RULES = published_rules(Settings())


def fact(rule: RelapseRule, key: str, start: int | None, *values: int) -> RelapseFact:
    """With weekly scores from day 7 on."""
    instrument = instruments.get(key)
    points = tuple(
        Point(occurred_at=STARTED_AT + timedelta(days=7 * place), value=Decimal(value))
        for place, value in enumerate(values, start=1)
    )
    scored = Scored(
        instrument_key=key,
        scale=instrument.scale(instrument.total),
        baseline=None if start is None else Decimal(start),
        points=points,
        rules=RULES.get(key, own_scale_rules()),
        is_weekly=key == "weekly",
    )
    (found,) = relapse_facts([rule], [scored], [], INFUSIONS)
    return found


@pytest.mark.parametrize(
    ("rule", "key", "values", "is_met"),
    [
        (RelapseRule.HALF_GAIN_LOST, "weekly", (60, 20, 40, 40), True),
        (RelapseRule.HALF_GAIN_LOST, "weekly", (60, 20, 40, 39), False),
        (RelapseRule.HALF_GAIN_LOST, "weekly", (60, 20, 40), False),
        (RelapseRule.HALF_GAIN_LOST, "weekly", (60, 56, 60, 60), False),
        (RelapseRule.PCL5_BACK_ABOVE_CUT, "pcl-5", (60, 23, 33), True),
        (RelapseRule.PCL5_BACK_ABOVE_CUT, "pcl-5", (60, 24, 33), False),
        (RelapseRule.PCL5_BACK_ABOVE_CUT, "pcl-5", (60, 22, 32), False),
        (RelapseRule.PCL5_BACK_ABOVE_CUT, "pcl-5", (60, 34, 50), False),
        (RelapseRule.PCL5_RISE, "pcl-5", (60, 30, 45), True),
        (RelapseRule.PCL5_RISE, "pcl-5", (60, 30, 44), False),
        (RelapseRule.PHQ9_RISE, "phq-9", (18, 5, 10), True),
        (RelapseRule.PHQ9_RISE, "phq-9", (18, 6, 10), False),
        (RelapseRule.PHQ9_RISE, "phq-9", (18, 4, 9), False),
    ],
)
def test_a_definition_is_met_at_its_numbers(
    rule: RelapseRule, key: str, values: tuple[int, ...], is_met: bool
) -> None:
    assert fact(rule, key, *values).is_met is is_met


def test_a_relapse_says_since_when() -> None:
    found = fact(RelapseRule.PCL5_RISE, "pcl-5", 60, 30, 46, 50)
    assert found.since is not None
    assert (found.since.occurred_at - STARTED_AT, found.since.after_infusion) == (
        timedelta(days=14),
        4,
    )


def test_too_few_scores_are_said_as_such() -> None:
    found = fact(RelapseRule.PCL5_RISE, "pcl-5", 60, 30)
    assert (found.is_met, found.why) == (None, "Fewer than two scores since infusion 1")
    assert fact(RelapseRule.HALF_GAIN_LOST, "weekly", None, 20, 50, 50).why == "No baseline"
    assert fact(RelapseRule.PHQ9_RISE, "pcl-5", 60, 30, 50).why == "Not measured"


def ideation(*answers: tuple[int, bool | None] | tuple[int, bool, str]) -> RelapseFact:
    said = [
        Ideation(
            occurred_at=STARTED_AT + timedelta(days=day),
            is_present=present,
            asked_by=asked_by[0] if asked_by else "phq-9",
            is_of_one_day=asked_by == ["daily"],
        )
        for day, present, *asked_by in answers
    ]
    (found,) = relapse_facts([RelapseRule.NEW_IDEATION], [], said, INFUSIONS)
    return found


def test_thoughts_are_new_only_where_they_were_not_there_before() -> None:
    assert ideation((-1, False), (7, True)).is_met is True
    assert ideation((-1, True), (7, True)).is_met is False
    past = ideation((-1, False), (7, True), (14, False))
    assert (past.is_met, past.why) == (False, "Said since infusion 1, not in the last answers")
    assert ideation((-1, False), (7, False)).why == ""
    assert ideation((-7, True), (-1, False), (7, True)).why == "Not new: there before infusion 1"
    assert ideation((7, True)).is_met is None
    assert ideation((-1, False), (7, None)).why == "Not asked since infusion 1"


def test_a_no_to_one_questionnaire_does_not_take_back_a_yes_to_another() -> None:
    found = ideation((-1, False), (7, True), (8, False, "c-ssrs-screener"))
    assert found.is_met is True
    assert found.since is not None
    assert found.since.occurred_at == STARTED_AT + timedelta(days=7)
    assert (
        ideation((-1, False), (7, True), (8, False, "c-ssrs-screener"), (9, False)).is_met is False
    )


def test_a_no_about_one_day_does_not_take_back_a_yes_about_another_for_two_weeks() -> None:
    yes = ((-1, False, "daily"), (7, True, "daily"), (10, True, "daily"))
    for days, is_met in ((8, True), (20, True), (23, True), (24, False), (25, False)):
        last = (days, False, "daily")
        found = ideation(*(each for each in yes if each[0] < days), last)
        assert found.is_met is is_met, days
    found = ideation(*yes, (11, False, "daily"))
    assert found.since is not None
    assert found.since.occurred_at == STARTED_AT + timedelta(days=7)


def test_that_a_yes_still_stands_is_said_where_the_day_after_said_no() -> None:
    before, yes, no = (-1, False, "daily"), (7, True, "daily"), (8, False, "daily")
    assert ideation(before, yes, no).why == "A yes to the daily question stands for 14 days"
    assert ideation(before, yes, no, (9, True, "daily")).why == ideation(before, yes, no).why
    assert ideation(before, yes).why == ""
    assert ideation(before, yes, (8, False, "phq-9")).why == ""
    assert ideation(before, (6, True), yes, no).why == ""


def test_a_gain_that_no_value_judges_is_not_said_to_be_kept() -> None:
    form = instruments.get("pcl-5-week")
    week = Scored(
        instrument_key="pcl-5-week",
        scale=form.scale(form.total),
        baseline=Decimal(60),
        points=tuple(
            Point(occurred_at=STARTED_AT + timedelta(days=7 * number), value=Decimal(value))
            for number, value in enumerate((20, 50, 50), start=1)
        ),
        is_weekly=True,
    )
    (found,) = relapse_facts([RelapseRule.HALF_GAIN_LOST], [week], [], INFUSIONS)
    assert (found.is_met, found.why) == (None, "No value says which gain counts on this form")


def test_only_the_chosen_definitions_are_looked_at() -> None:
    assert relapse_facts([], [], [], INFUSIONS) == ()
    chosen = [RelapseRule(each) for each in default_protocol().change.relapse_rules]
    assert [each.rule for each in relapse_facts(chosen, [], [], INFUSIONS)] == list(RelapseRule)


def test_that_nothing_improved_is_a_fact_only_once_it_is_due() -> None:
    assert stop_fact(4, 3, [("PCL-5", False)]).is_met is None
    assert stop_fact(4, 4, []).is_met is None
    assert stop_fact(4, 4, [("PCL-5", False), ("PHQ-9", False)]).is_met is True
    found = stop_fact(4, 5, [("PCL-5", False), ("PHQ-9", True)])
    assert (found.is_met, found.judged) == (False, ("PHQ-9",))
    assert found.words == "An improvement that counts as one was seen (PHQ-9)."
