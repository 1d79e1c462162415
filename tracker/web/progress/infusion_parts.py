"""The two pictures of a course's infusions with their tables: effects, and plan beside given."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.charts import infusion_words as words
from tracker.charts.infusion_series import effects_series, plan_series
from tracker.domain.course_progress import CourseProgress
from tracker.domain.progress import InfusionEffect
from tracker.domain.progress.plan_given import Outcome, PlanRow
from tracker.web import formatting
from tracker.web.course_pictures import Address, Picture, Table, picture_of

EFFECTS_CAPTION = "From the rating before to about a day after, and how many days it stayed lower."
PLAN_CAPTION = "Each infusion: the day first agreed, the day it was given, the gap before it."
_BECAME = {
    Outcome.GIVEN: "Given",
    Outcome.PARTIAL: "Given in part",
    Outcome.PLANNED: "Planned",
    Outcome.NO_DATE: "No new date",
}


def effects_picture(
    progress: CourseProgress, effects: Sequence[InfusionEffect], address: Address, table: Table
) -> Picture:
    """What each infusion did to the daily rating. The table is the page's own."""
    series = effects_series(progress, effects)
    return picture_of(
        "effects",
        series,
        address,
        alt=words.effects_sentence(series),
        caption=" ".join((EFFECTS_CAPTION, words.not_drawn(series))).rstrip(),
        table=table,
        height=_height(len(series.rows), row=39, rest=100),
    )


def plan_picture(progress: CourseProgress, address: Address) -> Picture:
    """The days that were agreed beside those on which something was given."""
    series = plan_series(progress)
    return picture_of(
        "plan",
        series,
        address,
        alt=words.plan_sentence(series),
        caption=" ".join((PLAN_CAPTION, words.not_drawn(series))).rstrip(),
        table=_plan_table(progress.plan_rows),
        height=_height(len(series.lines), row=28, rest=87),
    )


def _height(rows: int, *, row: int, rest: int) -> int:
    """Pixels to keep free at a width of 760."""
    return rest + row * max(1, rows)


def _plan_table(rows: tuple[PlanRow, ...]) -> Table:
    return Table(
        caption="Planned and given",
        columns=("Infusion", "First agreed", "What became of it", ("Gap before", "num"), "Remarks"),
        rows=tuple(_plan_row(row) for row in rows),
    )


def _plan_row(row: PlanRow) -> tuple[str, ...]:
    kind = "Booster" if row.is_booster else "Infusion"
    became = _BECAME[row.outcome]
    on = "" if row.on is None else f", {formatting.day_short(row.on)}"
    return (
        f"{kind} {row.number}",
        formatting.day_short(row.first_on),
        f"{became}{on}",
        _gap(row),
        ", ".join(_remarks(row)) or "None",
    )


def _gap(row: PlanRow) -> str:
    if row.gap_days is None:
        return ""
    return formatting.count(row.gap_days, "day") + {
        "short": ", shorter than agreed",
        "long": ", longer than agreed",
    }.get(row.gap_side, "")


def _remarks(row: PlanRow) -> list[str]:
    said = []
    if row.late_days:
        side = "later" if row.late_days > 0 else "earlier"
        said.append(f"{formatting.count(abs(row.late_days), 'day')} {side}")
    said += [f"missed on {formatting.day_short(on)}" for on in row.missed_on]
    said += [f"cancelled for {formatting.day_short(on)}" for on in row.cancelled_on]
    if row.moves:
        said.append(f"moved {formatting.count(row.moves, 'time')}")
    return said
