"""Changing a course that has begun or is booked: what moves, and what it breaks.

Infusions keep their numbers. A missed or cancelled appointment stays in the record as it is; the
appointment that takes its place has the same number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from tracker.domain.course_plan import Surroundings, check_count, fingerprint
from tracker.domain.courses import PlannedState, TherapyState
from tracker.domain.protocol import Protocol
from tracker.domain.schedule import (
    BrokenGap,
    CannotPlan,
    Move,
    Plan,
    PlanRules,
    Replan,
    day_in_words,
    explain,
    replan,
)
from tracker.domain.therapy_plan import BookedTherapy, TherapyMove, fit_therapy

BOOSTER_WITHIN_DAYS = 731


class ChangeKind(StrEnum):
    """What a clinician does to a plan."""

    MOVE = "move"
    MISSED = "missed"
    CANCELLED = "cancelled"
    COUNT = "count"
    AGAIN = "again"


class WhyChanged(StrEnum):
    """Whose reason it was. The words beside it are free."""

    PATIENT = "patient"
    CLINIC = "clinic"
    CLINICAL_HOLD = "clinical_hold"


@dataclass(frozen=True, kw_only=True, slots=True)
class Booked:
    """One appointment for an infusion, kept or not. `given_on` is when it was in fact given."""

    id: UUID
    number: int
    planned_on: date
    state: PlannedState
    given_on: date | None = None
    is_booster: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingPlan:
    """A course as it stands: appointments by number, then by day."""

    rules: PlanRules
    protocol: Protocol
    infusions: tuple[Booked, ...]
    therapy: tuple[BookedTherapy, ...] = ()
    therapy_weekday: int | None = None

    @property
    def given(self) -> dict[int, date]:
        """Number and true date of each infusion given, boosters left out."""
        return {
            each.number: each.given_on or each.planned_on
            for each in self.infusions
            if each.state is PlannedState.GIVEN and not each.is_booster
        }

    @property
    def live(self) -> dict[int, Booked]:
        """The appointments still to be kept, by number, boosters included."""
        return {each.number: each for each in self.infusions if each.state is PlannedState.PLANNED}

    def numbers_to_come(self, infusion_count: int) -> tuple[int, ...]:
        """The numbers of the course that are not given yet, in order."""
        given = self.given
        return tuple(number for number in range(1, infusion_count + 1) if number not in given)

    @property
    def unbooked(self) -> tuple[int, ...]:
        """Numbers of the course that were missed or cancelled and have no new date."""
        live = self.live
        to_come = self.numbers_to_come(self.rules.infusion_count)
        return tuple(number for number in to_come if number not in live)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeWish:
    """What is to change. `number` and `to_on` belong to one infusion, `count` to the course."""

    kind: ChangeKind
    number: int | None = None
    to_on: date | None = None
    infusion_count: int | None = None
    leave_later: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanChange:
    """The plan after a change. Moves carry the numbers of the course."""

    rules: PlanRules
    dates: Mapping[int, date]
    moves: tuple[Move, ...]
    therapy_moves: tuple[TherapyMove, ...]
    broken: tuple[BrokenGap, ...] = ()
    explanation: tuple[str, ...] = ()
    not_given: tuple[int, ...] = ()
    """Numbers whose present appointment becomes missed or cancelled."""

    @property
    def fingerprint(self) -> str:
        """All dates as text, to tell whether this is still the change that was shown."""
        therapy = (move.to_on for move in self.therapy_moves if move.to_on)
        return fingerprint((self.dates[number] for number in sorted(self.dates)), therapy)

    @property
    def changes_nothing(self) -> bool:
        return not (self.moves or self.therapy_moves or self.not_given)


def change_plan(standing: StandingPlan, wish: ChangeWish, around: Surroundings) -> PlanChange:
    """The plan after `wish`. Raises `CannotPlan`, whose words say what to change."""
    count = standing.rules.infusion_count
    if wish.kind is ChangeKind.COUNT:
        count = wish.infusion_count or 0
        check_count(count, standing.protocol, given_count=max(standing.given, default=0))
    target = _target(standing, wish, around.today)
    if target is not None and target.is_booster:
        return _change_booster(standing, target, wish, around)
    rules = _with_count(standing.rules, count)
    if len(standing.given) == count:
        return _drop_rest(standing, rules)
    made = _replan(standing, rules, wish, target, around)
    return _described(standing, made, wish, target, around)


def problem_with_booster(on: date, today: date) -> str:
    """What is wrong with the day of a booster, in words; "" when nothing is."""
    if on < today:
        return "The day is in the past. Choose today or later."
    if on > today + timedelta(days=BOOSTER_WITHIN_DAYS):
        return "Choose a day within two years."
    return ""


def _target(standing: StandingPlan, wish: ChangeWish, today: date) -> Booked | None:
    if wish.kind in {ChangeKind.COUNT, ChangeKind.AGAIN}:
        return None
    found = standing.live.get(wish.number or 0)
    if found is None:
        raise CannotPlan("This infusion is not one that is still to come.")
    if wish.kind is ChangeKind.MISSED and found.planned_on > today:
        raise CannotPlan(
            f"Infusion {found.number} is still to come, on {day_in_words(found.planned_on)}: "
            "move or cancel it instead."
        )
    return found


def _with_count(rules: PlanRules, count: int) -> PlanRules:
    return PlanRules(
        infusion_count=count,
        min_gap_days=rules.min_gap_days,
        max_gap_days=rules.max_gap_days,
        preferred_gap_days=rules.preferred_gap_days,
    )


def _replan(
    standing: StandingPlan,
    rules: PlanRules,
    wish: ChangeWish,
    target: Booked | None,
    around: Surroundings,
) -> Replan:
    given = standing.given
    to_come = standing.numbers_to_come(rules.infusion_count)
    ordinals = {number: len(given) + n for n, number in enumerate(to_come, start=1)}
    return replan(
        before=_all_before(standing),
        rules=rules,
        start_on=around.today,
        clinic=around.clinic,
        unavailable_on=around.unavailable_on | _lost(standing, wish, target),
        given_on=given.values(),
        pinned=_pins(standing, wish, target, ordinals, around.today),
    )


def _lost(standing: StandingPlan, wish: ChangeWish, target: Booked | None) -> frozenset[date]:
    """Days of appointments that were not kept: the infusion does not go back to the same day."""
    unbooked = frozenset(standing.unbooked)
    lost = {each.planned_on for each in standing.infusions if each.number in unbooked}
    if target is not None and wish.kind is not ChangeKind.MOVE:
        lost.add(target.planned_on)
    return frozenset(lost)


def _all_before(standing: StandingPlan) -> list[date]:
    """The plan as it was: given infusions first, then the booked date of each number to come.

    For a missed or cancelled one it is the date that it had last.
    """
    last = {each.number: each.planned_on for each in standing.infusions}
    last |= {number: each.planned_on for number, each in standing.live.items()}
    to_come = standing.numbers_to_come(standing.rules.infusion_count)
    booked = sorted(last[number] for number in to_come if number in last)
    return [*sorted(standing.given.values()), *booked]


def _pins(
    standing: StandingPlan,
    wish: ChangeWish,
    target: Booked | None,
    ordinals: Mapping[int, int],
    today: date,
) -> dict[int, date]:
    """What the planner may not move: the new day, and every infusion before the one that changes.

    An earlier one whose day is past without a record is free: it needs a day to come.
    """
    if target is None:
        return {}
    fixed = {
        number: each.planned_on
        for number, each in standing.live.items()
        if number in ordinals
        and each.planned_on >= today
        and (number < target.number or (wish.leave_later and number > target.number))
    }
    if wish.kind is ChangeKind.MOVE:
        fixed[target.number] = _new_day(wish, today)
    return {ordinals[number]: on for number, on in fixed.items()}


def _new_day(wish: ChangeWish, today: date) -> date:
    if wish.to_on is None:
        raise CannotPlan("Choose the new date.")
    if wish.to_on < today:
        raise CannotPlan("The new date is in the past. Choose today or later.")
    return wish.to_on


def _described(
    standing: StandingPlan,
    made: Replan,
    wish: ChangeWish,
    target: Booked | None,
    around: Surroundings,
) -> PlanChange:
    rules = made.plan.rules
    to_come = standing.numbers_to_come(rules.infusion_count)
    dates = dict(zip(to_come, made.plan.dates[len(standing.given) :], strict=True))
    drops = target is not None and wish.kind is not ChangeKind.MOVE
    not_given = (target.number,) if target is not None and drops else ()
    return PlanChange(
        rules=rules,
        dates=standing.given | dates,
        moves=tuple(_moves(standing, dates, not_given)),
        therapy_moves=_therapy(standing, made.plan, _all_before(standing), around),
        broken=made.plan.broken_ahead,
        explanation=explain(made.plan),
        not_given=not_given,
    )


def _moves(
    standing: StandingPlan, dates: Mapping[int, date], not_given: tuple[int, ...]
) -> Iterator[Move]:
    live = {number: each.planned_on for number, each in standing.live.items() if number in dates}
    booster_numbers = {each.number for each in standing.infusions if each.is_booster}
    dropped = standing.live.keys() - dates.keys() - booster_numbers
    for number in sorted(dates.keys() | dropped):
        old, new = live.get(number), dates.get(number)
        if number in dropped:
            yield Move(number=number, from_on=standing.live[number].planned_on, to_on=None)
        elif number in not_given or old != new:
            yield Move(number=number, from_on=old, to_on=new)


def _drop_rest(standing: StandingPlan, rules: PlanRules) -> PlanChange:
    """Every infusion of the new count is given: what was still planned falls away."""
    return PlanChange(
        rules=rules,
        dates=standing.given,
        moves=tuple(_moves(standing, {}, ())),
        therapy_moves=(),
    )


def _therapy(
    standing: StandingPlan, made: Plan, before: Sequence[date], around: Surroundings
) -> tuple[TherapyMove, ...]:
    """A course without a therapy session still to come gets none by moving an infusion."""
    if not any(each.state is TherapyState.PLANNED for each in standing.therapy):
        return ()
    return fit_therapy(
        booked=standing.therapy,
        before_on=before,
        infusions_on=made.dates,
        weekday=standing.therapy_weekday,
        clinic=around.clinic,
        unavailable_on=around.unavailable_on,
        today=around.today,
    )


def _change_booster(
    standing: StandingPlan, target: Booked, wish: ChangeWish, around: Surroundings
) -> PlanChange:
    """A booster keeps no gap: it moves alone."""
    rules, dates = standing.rules, standing.given
    if wish.kind is not ChangeKind.MOVE:
        return PlanChange(
            rules=rules,
            dates=dates,
            moves=(Move(number=target.number, from_on=target.planned_on, to_on=None),),
            therapy_moves=(),
            not_given=(target.number,),
        )
    to_on = _new_day(wish, around.today)
    if problem := problem_with_booster(to_on, around.today):
        raise CannotPlan(problem)
    move = Move(number=target.number, from_on=target.planned_on, to_on=to_on)
    return PlanChange(
        rules=rules,
        dates=dates | {target.number: to_on},
        moves=() if move.from_on == move.to_on else (move,),
        therapy_moves=(),
    )
