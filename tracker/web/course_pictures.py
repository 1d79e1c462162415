"""The pictures of a course as pages show them: address, words instead, and the same numbers.

Nothing is drawn here. The address of a picture carries the key of its content; the picture is
drawn when a browser asks for it, and kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for

from tracker.charts import words
from tracker.charts.course_captions import change_line
from tracker.charts.course_series import CourseSeries, daily_series, groups_series
from tracker.charts.series import DailySeries, GroupsSeries, ProgressSeries
from tracker.domain.course_progress import (
    CourseProgress,
    daily_scales,
    group_scales,
    weekly_scales,
)
from tracker.domain.due import DAILY
from tracker.queries.progress import get_course_record
from tracker.web import access, clock, formatting
from tracker.web.languages import gettext
from tracker.web.pictures import Sources, sources

WEEKLY_SCALES = tuple(scale.id for scale in weekly_scales())
ALL_SCALES = (*WEEKLY_SCALES, *(scale.id for scale in daily_scales()))

SIZES = {"progress": (760, 436), "gains": (760, 418), "groups": (760, 158), "daily": (760, 186)}
"""Pixels to keep free while a picture loads: the form for screens, with its usual key."""

Address = Callable[[str, str], str]
"""Gives the address of a picture from its name and its key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table as the macro takes it."""

    caption: str
    columns: tuple[str | tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """One picture with everything that a page says around it."""

    sources: Sources
    alt: str
    caption: str
    note: str
    width: int
    height: int
    table: Table


def kept_name(owner: str, key: str) -> str:
    """Under which name a picture is kept: by its owner and its key together, so that a key alone
    opens nothing. 64 hexadecimal digits.
    """
    return hashlib.sha256(f"{owner} {key}".encode()).hexdigest()


def read_progress(
    course_id: UUID,
    *,
    scales: Sequence[str] = WEEKLY_SCALES,
    with_events: bool = False,
    with_moves: bool = False,
) -> CourseProgress:
    """The course of this address as it stands now. Raises `NotFound`."""
    record = get_course_record(
        access.database(),
        access.who(),
        course_id,
        scales=scales,
        with_events=with_events,
        with_moves=with_moves,
    )
    return CourseProgress(record=record, zone=access.clinic().zone, now=clock.now())


def course_address(course_id: UUID) -> Address:
    """Where the pictures of a course are, for the clinic."""

    def address(name: str, key: str) -> str:
        return url_for("progress.chart", course_id=course_id, name=name, key=key)

    return address


def weekly_picture(
    name: str, series: ProgressSeries, address: Address, *, caption: str, note: str = ""
) -> Picture:
    """The picture of one weekly scale. The note says what is compared with what."""
    rows = tuple(
        (row.when, row.value, row.change.replace("-", "−"), row.note or gettext("None"))
        for row in words.table_rows(series)
    )
    columns = (
        gettext("Date"),
        (gettext("Score"), "num"),
        (gettext("Change since start"), "num"),
        gettext("Remarks"),
    )
    table = Table(caption=series.scale_label, columns=columns, rows=rows)
    alt = words.summary_sentence(series)
    return picture_of(name, series, address, alt=alt, caption=caption, table=table, note=note)


def groups_picture(progress: CourseProgress, address: Address) -> Picture:
    """The four groups of symptoms, each against its own maximum."""
    series = groups_series(progress)
    changes = [progress.changes[scale.id] for scale in group_scales()]
    alt = " ".join(f"{change.scale.label}: {change_line(change)}." for change in changes)
    return picture_of(
        "groups",
        series,
        address,
        alt=alt,
        caption="Each group as a percentage of its own maximum. Lower is better.",
        table=_groups_table(progress, series),
    )


def daily_picture(progress: CourseProgress, address: Address) -> Picture:
    """The five daily ratings as strips."""
    series = daily_series(progress)
    answered, due = progress.answered_of_due(DAILY)
    period = f"{_plain_day(series.first_on)} to {_plain_day(series.last_on)}"
    alt = f"Daily ratings, {period}. {answered} of {due} daily check-ins answered."
    return picture_of(
        "daily",
        series,
        address,
        alt=alt,
        caption=f"0 to 10, darker is harder. {answered} of {due} daily check-ins answered.",
        table=_daily_table(series),
    )


def picture_of(
    name: str,
    series: CourseSeries,
    address: Address,
    *,
    alt: str,
    caption: str,
    table: Table,
    note: str = "",
    height: int = 0,
) -> Picture:
    """A picture with its addresses. ``height`` is for one whose rows are counted."""
    width, usual = SIZES.get(name, SIZES["progress"])
    return Picture(
        sources=sources(name, series, address),
        alt=alt,
        caption=caption,
        note=note,
        width=width,
        height=height or usual,
        table=table,
    )


def _groups_table(progress: CourseProgress, series: GroupsSeries) -> Table:
    by_time: dict[date, dict[str, str]] = {}
    for group in series.groups:
        for point in group.points:
            on = progress.on(point.occurred_at)
            by_time.setdefault(on, {})[group.label] = formatting.number(point.value)
    labels = [group.label for group in series.groups]
    return Table(
        caption="Symptom groups",
        columns=(
            "Date",
            *((f"{group.label} (0–{group.maximum:g})", "num") for group in series.groups),
        ),
        rows=tuple(
            (_plain_day(on), *(values.get(label, "") for label in labels))
            for on, values in sorted(by_time.items())
        ),
    )


def _daily_table(series: DailySeries) -> Table:
    answers = [dict(row.values) for row in series.rows]
    days = sorted({on for row in answers for on in row})
    return Table(
        caption="Daily ratings, 0 to 10",
        columns=("Date", *((row.label, "num") for row in series.rows)),
        rows=tuple(
            (_plain_day(on), *(_answer(row.get(on)) for row in answers))
            for on in days
            if series.first_on <= on <= series.last_on
        ),
    )


def _answer(value: float | None) -> str:
    return "" if value is None else formatting.number(value)


def _plain_day(on: date) -> str:
    return formatting.birthday(on)
