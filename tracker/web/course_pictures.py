"""The pictures of a course as pages show them: address, words instead, and the same numbers.

Nothing is drawn here. The address of a picture carries the key of its content; the picture is
drawn when a browser asks for it, and kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from urllib.parse import quote
from uuid import UUID

from flask import url_for

from tracker.charts import words
from tracker.charts.course_captions import change_line
from tracker.charts.course_series import CourseSeries, daily_series, groups_series
from tracker.charts.series import DailySeries, Form, GroupsSeries, ProgressSeries
from tracker.charts.table_rows import TableRow, table_rows
from tracker.charts.times import dates_of, day_shares_across, shares_across
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

SERIES_KEPT = 128
"""What is said of a series comes of its values alone: it is kept by them (decision 28)."""

Address = Callable[[str, str], str]
"""Gives the address of a picture from its name and its key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table as the macro takes it."""

    caption: str
    columns: tuple[str | tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A place in a picture, as shares of its width on a screen and on a phone, with its words."""

    at: float
    phone_at: float
    words: str

    @property
    def values(self) -> tuple[float, float, str]:
        """As the readout takes it."""
        return self.at, self.phone_at, self.words


@dataclass(frozen=True, kw_only=True, slots=True)
class Zoom:
    """A link to the picture of one part of the course, with what the picture there shows."""

    label: str
    href: str
    is_current: bool
    sources: Sources
    alt: str
    spots: tuple[Spot, ...]

    @property
    def values(self) -> dict[str, object]:
        """What changes in the page when this part is shown."""
        spots = [spot.values for spot in self.spots]
        return asdict(self.sources) | {"alt": self.alt, "spots": spots}


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
    spots: tuple[Spot, ...] = ()
    zooms: tuple[Zoom, ...] = ()


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


def course_address(course_id: UUID, *, last_on: date | None = None) -> Address:
    """Where the pictures of a course are, for the clinic, as it stood on a day where one is named.
    A page asks for many: one is built.
    """
    to = None if last_on is None else last_on.isoformat()
    built = url_for("progress.chart", course_id=course_id, name="NAME", key="KEY", to=to)

    def address(name: str, key: str) -> str:
        return built.replace("NAME", quote(name)).replace("KEY", quote(key))

    return address


def weekly_picture(
    name: str, series: ProgressSeries, address: Address, *, caption: str, note: str = ""
) -> Picture:
    """The picture of one scale over time. The note says what is compared with what."""
    none = gettext("None")
    rows = tuple(
        (row.when, row.value, row.change.replace("-", "−"), row.note or none)
        for row in table_rows(series)
    )
    columns = (
        gettext("Date"),
        (gettext("Score"), "num"),
        (gettext("Change since start"), "num"),
        gettext("Remarks"),
    )
    table = Table(caption=series.scale_label, columns=columns, rows=rows)
    alt = words.summary_sentence(series)
    found = picture_of(name, series, address, alt=alt, caption=caption, table=table, note=note)
    return replace(found, spots=spots_of(series))


def spots_of(series: ProgressSeries) -> tuple[Spot, ...]:
    """What a readout says, from the rows of the table: where each stands, and its words."""
    return _spots(series, gettext("Change since start"))


@lru_cache(maxsize=SERIES_KEPT)
def _spots(series: ProgressSeries, since: str) -> tuple[Spot, ...]:
    rows = table_rows(series)
    instants = [row.at for row in rows]
    screen = shares_across(series, Form.SCREEN, instants)
    phone = shares_across(series, Form.PHONE, instants)
    return tuple(
        Spot(at=at, phone_at=phone_at, words=_spot_words(row, since))
        for row, at, phone_at in zip(rows, screen, phone, strict=True)
    )


def _spot_words(row: TableRow, since: str) -> str:
    """ "8 Sep 2026: 47. Change since start −11. on paper"."""
    change = row.change.replace("-", "−")
    said = [f"{row.when}: {row.value}"]
    said += [f"{since} {change}"] if change else []
    said += [row.note] if row.note else []
    return ". ".join(said)


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
    found = picture_of(
        "daily",
        series,
        address,
        alt=alt,
        caption=f"0 to 10, darker is harder. {answered} of {due} daily check-ins answered.",
        table=_daily_table(series),
    )
    return replace(found, spots=_daily_spots(series))


@lru_cache(maxsize=SERIES_KEPT)
def _daily_spots(series: DailySeries) -> tuple[Spot, ...]:
    """Each day in words: a square's tint tells no number."""
    answers = [(row.label, dict(row.values)) for row in series.rows]

    def said(on: date) -> str:
        given = [f"{label} {_answer(row[on])}" for label, row in answers if on in row]
        return f"{_plain_day(on)}: {', '.join(given) or 'no check-in'}"

    places = day_shares_across(series, Form.SCREEN), day_shares_across(series, Form.PHONE)
    return tuple(
        Spot(at=at, phone_at=phone_at, words=said(on))
        for on, at, phone_at in zip(dates_of(series), *places, strict=True)
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


@lru_cache(maxsize=SERIES_KEPT)
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
