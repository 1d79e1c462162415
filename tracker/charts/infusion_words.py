"""What the charts of a course's infusions say in words, from the same numbers."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.charts.axes import day_month, full_date, number_words
from tracker.charts.infusion_series import (
    EffectRow,
    EffectsSeries,
    PlanLine,
    PlanSeries,
)
from tracker.charts.series import InfusionMark
from tracker.domain.progress import Lasting
from tracker.domain.progress.plan_given import GapSide

NOT_ENOUGH = "not enough ratings"
NO_INFUSION = "No infusion was given yet"
NO_PLAN = "No infusion is planned"
_GIVEN = (InfusionMark.GIVEN, InfusionMark.PARTIAL)


def change_of(row: EffectRow) -> float | None:
    """Points from the rating before to the one about a day after; negative is better."""
    if row.before is None or row.next_day is None:
        return None
    return row.next_day - row.before


def lasting_words(row: EffectRow) -> str:
    """How long the gain lasted, in the few words that a row has room for."""
    if row.lasting is Lasting.NOT_ENOUGH:
        return NOT_ENOUGH
    if row.lasting is Lasting.NO_GAIN:
        return "no lower rating the day after"
    if row.lasting is Lasting.NOT_BACK:
        return f"still lower on day {row.better_days}, last rated"
    if (row.back_days or 0) - (row.better_days or 0) > 1:
        return f"back between day {row.better_days} and {row.back_days}"
    return f"back on day {row.back_days}"


def hours_words(row: EffectRow, maximum: float) -> str:
    """ "22 → 14 of 40", the four questions that are asked again within hours."""
    if row.hours_after is None:
        return "not rated"
    before = "?" if row.four_before is None else number_words(row.four_before)
    return f"{before} → {number_words(row.hours_after)} of {number_words(maximum)}"


def effects_sentence(series: EffectsSeries) -> str:
    """ "Daily rating … lower about a day after 4 of 6 infusions, …" with how long it lasted."""
    if not series.rows:
        return f"{series.title}: no infusion was given yet."
    changes = [change_of(row) for row in series.every]
    lower = sum(change is not None and change < 0 for change in changes)
    same = sum(change == 0 for change in changes)
    higher = sum(change is not None and change > 0 for change in changes)
    unknown = sum(change is None for change in changes)
    counts = [f"lower after {lower}"]
    counts += [f"the same after {same}"] if same else []
    counts += [f"higher after {higher}"]
    counts += [f"{NOT_ENOUGH} for {unknown}"] if unknown else []
    return (
        f"{series.title}: of {_infusions(len(changes))}, {', '.join(counts)}, about a day "
        f"later. {_lasting_sentence(series.every)} 0 to {number_words(series.maximum)}, lower is "
        f"better. {not_drawn(series)}".rstrip()
    )


def effects_description(series: EffectsSeries) -> str:
    """Every row in words."""
    rows = " ".join(_effect_sentence(series, row) for row in series.every)
    return f"{rows} The table with this chart has the same numbers.".strip()


def _effect_sentence(series: EffectsSeries, row: EffectRow) -> str:
    before = "not rated" if row.before is None else number_words(row.before)
    after = "not rated" if row.next_day is None else number_words(row.next_day)
    return (
        f"{row.label}, {full_date(row.on)}: before {before}, about a day after {after}, "
        f"{lasting_words(row)}; hours after {hours_words(row, series.four_maximum)}."
    )


def _lasting_sentence(rows: Sequence[EffectRow]) -> str:
    back = [row.back_days for row in rows if row.lasting is Lasting.BACK and row.back_days]
    still = sum(row.lasting is Lasting.NOT_BACK for row in rows)
    parts = []
    if back:
        days = f"day {min(back)}" if min(back) == max(back) else f"day {min(back)} to {max(back)}"
        parts.append(f"Back at the level before after {len(back)}, on {days}.")
    if still:
        parts.append(f"Still lower at the last rating that counts after {still}.")
    return " ".join(parts) or "How long it lasted cannot be told."


def plan_sentence(series: PlanSeries) -> str:
    """ "Planned and given: 5 of 6 infusions given. Gaps inside 3 to 5 days: 3 of 4 …" """
    if not series.lines:
        return f"{series.title}: no infusion is planned."
    course = [line for line in series.every if not line.is_booster]
    gaps = [line for line in course if line.gap_days is not None and line.mark in _GIVEN]
    inside = sum(line.gap_side is GapSide.INSIDE for line in gaps)
    window = f"{series.min_gap_days} to {series.max_gap_days} days"
    counted = f"{inside} of {len(gaps)}" if gaps else "none yet"
    parts = [f"{series.title}: {_given_words(series)}.", f"Gaps inside {window}: {counted}."]
    parts += [f"{line.label}: {gap_words(line)}." for line in gaps if is_outside(line)]
    moved = [line.label for line in series.every if _is_moved(line)]
    parts += [f"Not on the day first agreed: {', '.join(moved)}."] if moved else []
    missed = sum(len(line.missed_on) for line in series.every)
    cancelled = sum(len(line.cancelled_on) for line in series.every)
    parts += [f"Missed: {missed}."] if missed else []
    parts += [f"Cancelled: {cancelled}."] if cancelled else []
    return " ".join((*parts, not_drawn(series))).rstrip()


def _given_words(series: PlanSeries) -> str:
    course = [line for line in series.every if not line.is_booster]
    return given_of_planned(
        given=sum(line.mark in _GIVEN for line in course),
        planned=len(course),
        boosters=sum(line.mark in _GIVEN for line in series.every if line.is_booster),
    )


def given_of_planned(*, given: int, planned: int, boosters: int) -> str:
    """ "6 of 6 infusions and 18 boosters given" """
    more = f" and {boosters} booster{'' if boosters == 1 else 's'}" if boosters else ""
    return f"{given} of {_infusions(planned)}{more} given"


def plan_description(series: PlanSeries) -> str:
    """Every line in words."""
    said = " ".join(
        f"{line.label}: first planned {full_date(line.first_on)}, {day_words(line)}"
        f"{f', {gap_words(line)}' if line.gap_days is not None else ''}."
        for line in series.every
    )
    return f"{said} The table with this chart has the same numbers.".strip()


def day_words(line: PlanLine) -> str:
    """What became of the day that was agreed first: "given as planned", "given 2 days later"."""
    if line.on is None:
        return "no new date"
    what = {InfusionMark.PARTIAL: "given in part", InfusionMark.PLANNED: "planned"}
    said = what.get(line.mark or InfusionMark.GIVEN, "given")
    days = (line.on - line.first_on).days
    if not days:
        return f"{said} as agreed" if said != "planned" else "planned"
    return f"{said} {_days(abs(days))} {'later' if days > 0 else 'earlier'}"


def gap_words(line: PlanLine) -> str:
    """ "gap 9 days, longer than agreed"; empty where there is no gap."""
    if line.gap_days is None:
        return ""
    side = {GapSide.SHORT: ", shorter than agreed", GapSide.LONG: ", longer than agreed"}
    return f"gap {_days(line.gap_days)}{side.get(line.gap_side, '')}"


def short_gap(line: PlanLine) -> str:
    """ "4 d", "9 d, long": for the edge of a row."""
    if line.gap_days is None:
        return ""
    side = {GapSide.SHORT: ", short", GapSide.LONG: ", long"}
    return f"{line.gap_days} d{side.get(line.gap_side, '')}"


def is_outside(line: PlanLine) -> bool:
    """Whether the gap before it leaves the window that was agreed."""
    return line.gap_days is not None and line.gap_side is not GapSide.INSIDE


def fallen_words(line: PlanLine) -> str:
    """ "missed 4 Nov, cancelled 9 Nov", with how often it was moved."""
    said = [f"missed {day_month(on)}" for on in line.missed_on]
    said += [f"cancelled {day_month(on)}" for on in line.cancelled_on]
    said += [f"moved {line.moves}×"] if line.moves else []
    return ", ".join(said)


def _is_moved(line: PlanLine) -> bool:
    return line.on is not None and line.on != line.first_on


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _infusions(count: int) -> str:
    return f"{count} infusion" if count == 1 else f"{count} infusions"


def not_drawn(series: EffectsSeries | PlanSeries) -> str:
    """ "Not drawn: booster 9 to booster 16. The table has all."; empty where everything is."""
    if not series.hidden:
        return ""
    ends = (series.hidden[0].label.lower(), series.hidden[-1].label.lower())
    return f"Not drawn: {' to '.join(dict.fromkeys(ends))}. The table has all."
