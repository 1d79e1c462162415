"""Sending a check-in: which due check-in an answer belongs to, and what comes of sending it.

A form that was opened in time may arrive late: a phone loses its signal, somebody falls asleep
over it. Such answers are taken for some hours after the check-in has closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from tracker.domain.due import (
    MAINTENANCE_DAILY_DAYS,
    Cadence,
    CourseDates,
    DueCheckIn,
    DueState,
    due_check_ins,
)
from tracker.domain.protocol import InstrumentUse
from tracker.domain.safety import AlertLevel

ARRIVES_LATE_WITHIN = timedelta(hours=6)
"""How long after closing the answers of an open form are still taken. A choice of the project."""


class Mode(StrEnum):
    """How the answers came in."""

    SELF = "self"
    ASSISTED = "assisted"
    PAPER = "paper"


class WhyNot(StrEnum):
    """Why a check-in cannot be answered now."""

    NO_COURSE = "no course"
    NOT_ASKED = "not asked"
    NOT_OPEN_YET = "not open yet"
    CLOSED = "closed"
    OTHER_VERSION = "other version"


class CannotAnswer(Exception):
    """Nothing was stored: there is nothing that these answers could belong to."""

    def __init__(self, why: WhyNot, due: DueCheckIn | None = None) -> None:
        super().__init__(str(why))
        self.why = why
        self.due = due


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What came of sending. ``received_at`` is when the stored answers came in.

    ``is_new`` is false when answers were there already; ``is_same`` says whether they are equal.
    ``raised`` is the highest level that this sending raised, stored or not.
    """

    check_in_id: UUID
    received_at: datetime
    is_new: bool = True
    is_same: bool = True
    raised: AlertLevel | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckInPlan:
    """The facts of one course that its due check-ins follow from."""

    course_id: UUID
    patient_id: UUID
    zone: ZoneInfo
    open_weekdays: frozenset[int]
    dates: CourseDates
    cadence: Cadence
    has_open_state: bool

    def due(self, now: datetime, answered: Collection[str] = ()) -> tuple[DueCheckIn, ...]:
        """Every check-in of the course, in the order in which they open."""
        return due_check_ins(
            self.dates, zone=self.zone, now=now, answered=answered, cadence=self.cadence
        )


def find_to_answer(
    plan: CheckInPlan, instrument_key: str, due_key: str, now: datetime
) -> DueCheckIn:
    """The due check-in that a sent form names. Raises `CannotAnswer`."""
    fitting = [
        due
        for due in plan.due(now)
        if due.due_key == due_key and due.instrument_key == instrument_key
    ]
    if not fitting or not plan.has_open_state:
        raise CannotAnswer(WhyNot.NOT_ASKED)
    due = fitting[0]
    if now < due.opens_at:
        raise CannotAnswer(WhyNot.NOT_OPEN_YET, due)
    if now >= due.closes_at + ARRIVES_LATE_WITHIN:
        raise CannotAnswer(WhyNot.CLOSED, due)
    return due


def to_answer_now(due: Sequence[DueCheckIn], instrument_key: str) -> DueCheckIn | None:
    """The one to offer: of those open now the one that closes first.

    In the small hours that is the day just over; the new day's own follows it.
    """
    fitting = [one for one in due if one.instrument_key == instrument_key and one.is_open]
    return min(fitting, key=lambda one: one.closes_at, default=None)


def why_not_now(due: Sequence[DueCheckIn], instrument_key: str) -> CannotAnswer:
    """What to say when nothing of this instrument is open: done, closed or still to come."""
    fitting = [one for one in due if one.instrument_key == instrument_key]
    coming = [one for one in fitting if one.state is DueState.UPCOMING]
    if coming:
        return CannotAnswer(WhyNot.NOT_OPEN_YET, coming[0])
    if fitting:
        return CannotAnswer(WhyNot.CLOSED, fitting[-1])
    return CannotAnswer(WhyNot.NOT_ASKED)


def due_at(
    due: Sequence[DueCheckIn], instrument_key: str, moment: datetime, local_day: date
) -> DueCheckIn | None:
    """The due check-in in whose window a paper form was filled in; that day's own before others."""
    fitting = [
        one
        for one in due
        if one.instrument_key == instrument_key and one.opens_at <= moment < one.closes_at
    ]
    return min(fitting, key=lambda one: (one.due_on != local_day, one.due_on), default=None)


def without_daily_after(dates: CourseDates, last_infusion_on: date | None) -> CourseDates:
    """In maintenance the daily check-ins end some days after the last infusion of the series."""
    if last_infusion_on is None:
        return dates
    return replace(dates, daily_until=last_infusion_on + timedelta(days=MAINTENANCE_DAILY_DAYS))


def behind_after_days(uses: Iterable[InstrumentUse]) -> int | None:
    """Somebody is behind when more than these whole days lie between their last check-in and today.

    Twice the shortest interval that the protocol asks at: two in a row are missing then. None
    where nothing is asked at intervals. A choice of the project.
    """
    intervals = [use.every_days for use in uses if use.every_days is not None]
    return 2 * min(intervals) if intervals else None
