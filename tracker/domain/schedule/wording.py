"""A plan in plain English, for pages, prints and the command line. Dates as "Tue 24 Nov 2026"."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from tracker.domain.schedule.planning import BrokenGap, Plan
from tracker.domain.schedule.rules import Block, BlockRule, PlanRules

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REASONS = {
    BlockRule.BEFORE_START: "nothing is planned on {} (before the first day asked for)",
    BlockRule.WEEKDAY: "the clinic does not open on {} (weekday)",
    BlockRule.CLOSED: "the clinic is closed on {} (closed date)",
    BlockRule.UNAVAILABLE: "the patient is not available on {}",
    BlockRule.FIXED_ELSEWHERE: "the infusion is fixed on another day than {}",
    BlockRule.GAP: "starting on {} would break a later gap",
}


def explain(plan: Plan) -> tuple[str, ...]:
    """What a reader must know beyond the dates; empty when there is nothing to say."""
    return tuple(_sentences(plan))


def _sentences(plan: Plan) -> Iterator[str]:
    if plan.passed_over:
        yield (
            f"The first infusion is on {day_in_words(plan.dates[0])}, not on "
            f"{day_in_words(plan.start_on)}: {_why(plan.passed_over)}."
        )
    if plan.blocks:
        yield _stuck(plan)
    for gap in plan.broken:
        yield _broken(gap)
    for clash in plan.clashes:
        yield (
            f"Infusion {clash.after_number + 1} is fixed on {day_in_words(clash.on)}, but "
            f"{_why([clash])}."
        )


def day_in_words(day: date) -> str:
    """ "Tue 24 Nov 2026", the same whatever the machine's language."""
    return f"{_short(day)} {day.year}"


def in_days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def window_in_words(rules: PlanRules) -> str:
    """ "3 to 5 days", or "4 days" when only one gap is allowed."""
    if rules.min_gap_days == rules.max_gap_days:
        return in_days(rules.max_gap_days)
    return f"{rules.min_gap_days} to {in_days(rules.max_gap_days)}"


def _stuck(plan: Plan) -> str:
    number = plan.blocks[0].after_number
    days = sorted({block.on for block in plan.blocks})
    text = (
        f"With every earlier gap kept, infusion {number + 1} must come "
        f"{window_in_words(plan.rules)} after infusion {number}, which leaves {_spans(days)} "
        f"{days[-1].year}, and no such day works: {_why(plan.blocks)}."
    )
    if plan.later_starts_tried_days:
        text += f" Starting up to {in_days(plan.later_starts_tried_days)} later does not help."
    return text


def _broken(gap: BrokenGap) -> str:
    off = max(gap.min_gap_days - gap.gap_days, gap.gap_days - gap.max_gap_days)
    limit = gap.max_gap_days if gap.gap_days > gap.max_gap_days else gap.min_gap_days
    compared = "more" if gap.gap_days > gap.max_gap_days else "less"
    allowed = "at most" if compared == "more" else "at least"
    verb = "Already given:" if gap.already_given else "The nearest plan has"
    return (
        f"{verb} {in_days(gap.gap_days)} between infusion {gap.after_number} "
        f"({day_in_words(gap.from_on)}) and infusion {gap.before_number} "
        f"({day_in_words(gap.to_on)}), {in_days(off)} {compared} than the rule allows "
        f"({allowed} {limit})."
    )


def _why(blocks: Iterable[Block]) -> str:
    """Each rule once, in the order of its first day, with its days as spans."""
    days_by_rule: dict[BlockRule, list[date]] = {}
    for block in sorted(blocks, key=lambda block: block.on):
        days_by_rule.setdefault(block.rule, []).append(block.on)
    return "; ".join(_REASONS[rule].format(_spans(days)) for rule, days in days_by_rule.items())


def _spans(days: list[date]) -> str:
    """ "Fri 27 Nov, Sun 29 Nov to Tue 1 Dec": runs of days, ascending, without the year."""
    runs = [
        [day for _, day in run]
        for _, run in groupby(enumerate(days), key=lambda pair: pair[1].toordinal() - pair[0])
    ]
    return ", ".join(
        _short(run[0]) if len(run) == 1 else f"{_short(run[0])} to {_short(run[-1])}"
        for run in runs
    )


def _short(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
