"""Whether a definition of relapse is met, and since when: facts, never advice.

The definitions are this project's (`tracker/domain/relapse_rules.py`); a protocol chooses among
them. Every one but that of suicidal thoughts needs a gain that can be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tracker.domain.instruments import Scale
from tracker.domain.progress.change import burden, mark
from tracker.domain.progress.marks import Side
from tracker.domain.progress.response import Moment, moment_of, valid_since
from tracker.domain.progress.rules import ChangeRules
from tracker.domain.progress.series import Point
from tracker.domain.relapse_rules import RelapseRule

PCL5_CUT, PCL5_ABOVE_BEST, PCL5_RISE = Decimal(33), Decimal(10), Decimal(15)
PHQ9_RISE, PHQ9_CUT = Decimal(5), Decimal(10)
NOT_MEASURED = "Not measured"
YES_STANDS = timedelta(days=14)
"""How long a yes about one day stands: as long as the PHQ-9 asks back (project default)."""
YES_STILL_STANDS = f"A yes to the daily question stands for {YES_STANDS.days} days"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """The scores of one scale with what they are judged by. ``rules`` None: no rule of change."""

    instrument_key: str
    scale: Scale
    baseline: Decimal | None
    points: tuple[Point, ...]
    rules: ChangeRules | None = None
    is_weekly: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ideation:
    """One answer about suicidal thoughts; ``is_present`` None: skipped.

    ``asked_by`` is the questionnaire: each asks about days of its own, so that a later "no" to one
    does not take back a "yes" to another.
    """

    occurred_at: datetime
    is_present: bool | None
    asked_by: str = ""
    is_of_one_day: bool = False
    """Whether it was asked about the day alone, so that the next day's "no" takes nothing back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RelapseFact:
    """One definition. ``is_met`` is as of the latest score; None: cannot be said, and ``why``.

    What is met has a ``why`` only where a later "no" did not take back the "yes" that it rests on.

    ``since`` begins the present run of scores that meet it; ``on`` names the scale.
    """

    rule: RelapseRule
    is_met: bool | None
    on: str = ""
    since: Moment | None = None
    why: str = ""

    @property
    def is_unmeasured(self) -> bool:
        """Whether nothing in the course could tell of it."""
        return self.is_met is None and self.why == NOT_MEASURED


def relapse_facts(
    chosen: Iterable[RelapseRule],
    scored: Sequence[Scored],
    ideation: Iterable[Ideation],
    infusions_at: Sequence[datetime],
) -> tuple[RelapseFact, ...]:
    """One fact for each chosen rule, in the order in which the rules are defined."""
    wanted = set(chosen)
    answers = list(ideation)
    return tuple(
        _new_ideation(answers, infusions_at)
        if rule is RelapseRule.NEW_IDEATION
        else _of_scales(rule, scored, infusions_at)
        for rule in RelapseRule
        if rule in wanted
    )


def _of_scales(
    rule: RelapseRule, scored: Sequence[Scored], infusions_at: Sequence[datetime]
) -> RelapseFact:
    found = [
        _of_scale(rule, each, infusions_at)
        for each in scored
        if can_show(rule, instrument_key=each.instrument_key, is_weekly=each.is_weekly)
    ]
    found.sort(key=lambda fact: _ORDER[fact.is_met])
    return found[0] if found else RelapseFact(rule=rule, is_met=None, why=NOT_MEASURED)


def can_show(rule: RelapseRule, *, instrument_key: str, is_weekly: bool) -> bool:
    """Whether scores of this instrument can meet the rule at all."""
    return is_weekly if rule not in _KEYS else instrument_key in _KEYS[rule]


_KEYS: Mapping[RelapseRule, tuple[str, ...]] = {
    RelapseRule.PCL5_BACK_ABOVE_CUT: ("pcl-5", "pcl-5-week"),
    RelapseRule.PCL5_RISE: ("pcl-5", "pcl-5-week"),
    RelapseRule.PHQ9_RISE: ("phq-9",),
}
_ORDER = {True: 0, False: 1, None: 2}


def _of_scale(rule: RelapseRule, one: Scored, infusions_at: Sequence[datetime]) -> RelapseFact:
    started_at = infusions_at[0] if infusions_at else None
    scores = valid_since(one.points, started_at)
    if len(scores) < 2:
        return RelapseFact(
            rule=rule, is_met=None, on=one.scale.label, why="Fewer than two scores since infusion 1"
        )
    if rule is RelapseRule.HALF_GAIN_LOST and one.baseline is None:
        return RelapseFact(rule=rule, is_met=None, on=one.scale.label, why="No baseline")
    if rule is RelapseRule.HALF_GAIN_LOST and not _has_a_gain_to_judge(one):
        why = "No value says which gain counts on this form"
        return RelapseFact(rule=rule, is_met=None, on=one.scale.label, why=why)
    met = met_along(rule, one, [value for _, value in scores])
    run = 0
    while run < len(met) and met[-1 - run]:
        run += 1
    since = moment_of(scores[-run][0], infusions_at) if run else None
    return RelapseFact(rule=rule, is_met=bool(run), on=one.scale.label, since=since)


def met_along(rule: RelapseRule, one: Scored, values: Sequence[Decimal]) -> list[bool]:
    """Whether the rule was met as each of the values had come. ``values`` are the scores since
    infusion 1 in order of time.
    """
    met = []
    best = None
    for place, latest in enumerate(values):
        if best is None or burden(one.scale, latest) < burden(one.scale, best):
            best = latest
        last_two = values[place - 1 : place + 1] if place >= 2 else ()
        met.append(_is_met(rule, one, best, latest, last_two))
    return met


def _is_met(
    rule: RelapseRule, one: Scored, best: Decimal, latest: Decimal, last_two: Sequence[Decimal]
) -> bool:
    """As the scores stood when the latest had come; ``last_two`` is empty below three scores."""
    if rule is RelapseRule.PCL5_BACK_ABOVE_CUT:
        return best < PCL5_CUT <= latest and latest - best >= PCL5_ABOVE_BEST
    if rule is RelapseRule.PCL5_RISE:
        return latest - best >= PCL5_RISE
    if rule is RelapseRule.PHQ9_RISE:
        return latest - best >= PHQ9_RISE and latest >= PHQ9_CUT
    return bool(last_two) and _half_lost_twice(one, best, last_two)


def has_something_to_lose(rule: RelapseRule, one: Scored, values: Sequence[Decimal]) -> bool:
    """Whether scores so far leave something to relapse from: the best of them is an improvement on
    the baseline by the rules of change, and below the cut where the definition has one.
    """
    if not values or one.baseline is None or one.rules is None:
        return False
    best = min(values, key=lambda value: burden(one.scale, value))
    if rule is RelapseRule.PCL5_BACK_ABOVE_CUT and best >= PCL5_CUT:
        return False
    return mark(one.scale, one.baseline, best, one.rules).side is Side.BETTER


def _has_a_gain_to_judge(one: Scored) -> bool:
    return one.rules is not None and one.rules.large is not None


def _half_lost_twice(one: Scored, best: Decimal, last_two: Sequence[Decimal]) -> bool:
    if one.baseline is None or one.rules is None:
        return False
    floor = burden(one.scale, best)
    gain = burden(one.scale, one.baseline) - floor
    if any(2 * (burden(one.scale, each) - floor) < gain for each in last_two):
        return False
    return mark(one.scale, one.baseline, best, one.rules).side is Side.BETTER


def _new_ideation(answers: Sequence[Ideation], infusions_at: Sequence[datetime]) -> RelapseFact:
    """New: nobody said yes before infusion 1, and the last answer to any of the questionnaires is
    yes. A yes to a question about one day stands for two weeks (this project's definition: default,
    needs clinical review).
    """
    rule = RelapseRule.NEW_IDEATION
    if not infusions_at:
        return RelapseFact(rule=rule, is_met=None, why="No infusion was given yet")
    said = [each for each in answers if each.is_present is not None]
    before = [each for each in said if each.occurred_at < infusions_at[0]]
    after = [each for each in said if each.occurred_at >= infusions_at[0]]
    if not after:
        return RelapseFact(rule=rule, is_met=None, why="Not asked since infusion 1")
    if not before:
        why = "Not asked before infusion 1, so new cannot be told from old"
        return RelapseFact(rule=rule, is_met=None, why=why)
    if any(each.is_present for each in before):
        return RelapseFact(rule=rule, is_met=False, why="Not new: there before infusion 1")
    keys = sorted({each.asked_by for each in after})
    began = [(at, key) for key in keys if (at := _present_since(after, key))]
    if not began:
        return RelapseFact(rule=rule, is_met=False, why=_past(after))
    first_at, asked_by = min(began)
    since = moment_of(Point(occurred_at=first_at, value=None), infusions_at)
    why = YES_STILL_STANDS if _said_no_since(after, asked_by, first_at) else ""
    return RelapseFact(rule=rule, is_met=True, since=since, why=why)


def _said_no_since(answers: Iterable[Ideation], asked_by: str, since: datetime) -> bool:
    own = (each for each in answers if each.asked_by == asked_by)
    return any(not each.is_present and each.occurred_at > since for each in own)


def _past(answers: Sequence[Ideation]) -> str:
    """That there was a yes which the last answers no longer say."""
    is_past = any(each.is_present for each in answers)
    return "Said since infusion 1, not in the last answers" if is_past else ""


def _present_since(answers: Sequence[Ideation], asked_by: str) -> datetime | None:
    """The first of the answers to one questionnaire that have said yes ever since."""
    own = _without_next_days(
        sorted(
            (each for each in answers if each.asked_by == asked_by),
            key=lambda each: (each.occurred_at, bool(each.is_present)),
        )
    )
    run = 0
    while run < len(own) and own[-1 - run].is_present:
        run += 1
    return own[-run].occurred_at if run else None


def _without_next_days(answers: Sequence[Ideation]) -> list[Ideation]:
    """Without what is no about one day while a yes about another still stands."""
    kept: list[Ideation] = []
    said_at = None
    for each in answers:
        if each.is_present:
            said_at = each.occurred_at
        stands = said_at is not None and each.occurred_at - said_at < YES_STANDS
        if each.is_present or not (each.is_of_one_day and stands):
            kept.append(each)
    return kept
