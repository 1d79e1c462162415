"""What has to be true of the instruments of a protocol before it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tracker.domain.errors import Refused
from tracker.domain.instrument_uses import (
    MONTH_FORM_FROM_DAYS,
    MONTH_FORMS,
    AfterInfusion,
    Daily,
    FollowUp,
    InstrumentUse,
    Intake,
    MidCourse,
    NextDay,
    Weekly,
    own_days_apart,
)
from tracker.domain.instruments import definitions

LEAST_FOLLOW_UP_DAYS = 14
"""Nearer to the last infusion it is the end of the course, and nearer to each other one window
would run into the next."""
MOST_FOLLOW_UP_DAYS = 730


def check_uses(uses: Sequence[InstrumentUse], most_infusions: int) -> None:
    """Raise `Refused`, naming the answer, for rules that contradict each other."""
    keys = [use.key for use in uses]
    if len(set(keys)) != len(keys):
        raise Refused("An instrument is in the protocol twice.")
    for use in uses:
        if use.key not in definitions():
            raise Refused(f"There is no instrument {use.key}.")
        _check_spacing(use)
        _check_month_form(use)
        _check_numbers(use, most_infusions)


def _check_spacing(use: InstrumentUse) -> None:
    own = own_days_apart(use.key)
    if own and use.least_days_apart < own:
        raise Refused(
            f"This instrument looks back over days: leave at least {own} between two.",
            field="least_days_apart",
        )
    if use.rule(Daily) and use.rule(Weekly):
        raise Refused("Choose one rhythm: every day, or every so many days.", field="asked")


def _check_month_form(use: InstrumentUse) -> None:
    """Only around the course: in between, the form of the week belongs."""
    if use.key not in MONTH_FORMS:
        return
    if any(not isinstance(rule, Intake | FollowUp) for rule in use.rules):
        raise Refused(
            "This form looks back over a month. Ask it before infusion 1 and in the follow-up, "
            "and the form of the week in between.",
            field="asked",
        )
    follow_up = use.rule(FollowUp)
    if isinstance(follow_up, FollowUp) and min(follow_up.days) < MONTH_FORM_FROM_DAYS:
        raise Refused(
            f"This form looks back over a month: from day {MONTH_FORM_FROM_DAYS} on.",
            field="follow_up_days",
        )


def _check_numbers(use: InstrumentUse, most_infusions: int) -> None:
    for rule in use.rules:
        if isinstance(rule, FollowUp):
            _check_follow_up(rule)
        if isinstance(rule, MidCourse) and rule.after_number > most_infusions:
            raise Refused(
                f"Enter the number of an infusion from 1 to {most_infusions}.",
                field="after_number",
            )
        if isinstance(rule, AfterInfusion | NextDay):
            hours = (rule.opens_hours, rule.late_hours, rule.closes_hours)
            if not all(earlier < later for earlier, later in pairwise(hours)):
                raise Refused(
                    "It opens first, then it is late, then it closes.", field="late_hours"
                )


def _check_follow_up(rule: FollowUp) -> None:
    steps = [0, *rule.days]
    apart = [later - earlier for earlier, later in pairwise(steps)]
    if not rule.days or min(apart) < LEAST_FOLLOW_UP_DAYS or max(rule.days) > MOST_FOLLOW_UP_DAYS:
        raise Refused(
            f"Enter days in their order, each at least {LEAST_FOLLOW_UP_DAYS} after the one "
            "before, such as 30, 60, 90.",
            field="follow_up_days",
        )
