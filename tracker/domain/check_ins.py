"""Sending a check-in: which due check-in an answer belongs to, and what comes of sending it.

A form that was opened in time may be finished late: somebody falls asleep over it. Such answers are
taken for some hours after the check-in has closed. Answers that were given in time may arrive much
later still: the phone had no signal. They count as of when they were given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from tracker.domain.due import CourseDates, DueCheckIn, DueState, due_check_ins
from tracker.domain.instrument_uses import InstrumentUse
from tracker.domain.instruments import definitions
from tracker.domain.people import OneCheckIn
from tracker.domain.remote_use import answers_of_either
from tracker.domain.safety import AlertLevel

ARRIVES_LATE_WITHIN = timedelta(hours=6)
"""How long after closing the answers of an open form are still taken. A choice of the project."""

WAITS_ON_A_PHONE_WITHIN = timedelta(hours=72)
"""How long after closing answers may arrive that a phone kept: a long weekend without a signal.
When they were given is the phone's word, so there has to be an end. A choice of the project."""


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
    """The facts of one course that its due check-ins follow from. ``zone`` is the clinic's."""

    course_id: UUID
    patient_id: UUID
    zone: ZoneInfo
    dates: CourseDates
    uses: tuple[InstrumentUse, ...]
    has_open_state: bool
    only: OneCheckIn | None = None
    """Where a private link opened it: nothing else is due."""

    def due(
        self, now: datetime, answered: Mapping[str, datetime], *, looked_for: str | None = None
    ) -> tuple[DueCheckIn, ...]:
        """Every check-in of the course, in the order in which they open.

        ``answered`` tells when each due key that has an answer was answered. With ``looked_for``
        only the check-in of this due key has to be among them.
        """
        found = due_check_ins(
            self.dates,
            zone=self.zone,
            now=now,
            answered=answers_of_either(self.uses, definitions(), answered),
            uses=self.uses,
            looked_for=looked_for,
        )
        if self.only is None:
            return found
        return tuple(
            _by_link(due, self.only, now) for due in found if due.due_key == self.only.due_key
        )

    def asking_only(self, instrument_key: str) -> CheckInPlan:
        """The same of one instrument: what is due of it hangs on no other."""
        uses = tuple(use for use in self.uses if use.key == instrument_key)
        return replace(self, uses=uses)

    @property
    def patient_zone(self) -> ZoneInfo:
        """The zone that the patient's days are of."""
        return self.dates.patient_zone or self.zone

    @property
    def keys(self) -> frozenset[str]:
        """The instruments that the protocol asks for."""
        return frozenset(use.key for use in self.uses)

    def needs_answered(self, instrument_key: str) -> bool:
        """Whether what may be answered now hangs on when it was answered before."""
        return any(use.days_apart for use in self.uses if use.key == instrument_key)


def _by_link(due: DueCheckIn, one: OneCheckIn, now: datetime) -> DueCheckIn:
    """The check-in of a private link closes when the link ends, if that is sooner."""
    if one.ends_at >= due.closes_at:
        return due
    state = DueState.MISSED if due.is_open and now >= one.ends_at else due.state
    return replace(due, closes_at=one.ends_at, state=state)


NOTHING_ANSWERED: Mapping[str, datetime] = MappingProxyType({})


def find_to_answer(
    plan: CheckInPlan,
    instrument_key: str,
    due_key: str,
    now: datetime,
    answered: Mapping[str, datetime] = NOTHING_ANSWERED,
    *,
    given_at: datetime | None = None,
) -> DueCheckIn:
    """The due check-in that a sent form names. Raises `CannotAnswer`.

    ``given_at`` is when a phone says that the answers were given, if they had to wait there.
    ``answered`` matters where two answers have to lie apart (`CheckInPlan.needs_answered`).
    """
    plan = plan.asking_only(instrument_key)
    found = plan.due(now, answered, looked_for=due_key)
    due = _named(found, instrument_key, due_key) or _left_by_the_rhythm(
        plan, instrument_key, due_key, now, answered
    )
    if due is None or not plan.has_open_state:
        raise CannotAnswer(WhyNot.NOT_ASKED)
    if now < due.opens_at:
        raise CannotAnswer(WhyNot.NOT_OPEN_YET, due)
    came_too_late = now >= due.closes_at + WAITS_ON_A_PHONE_WITHIN
    if came_too_late or occurred_at(due, given_at, now) >= due.closes_at + ARRIVES_LATE_WITHIN:
        raise CannotAnswer(WhyNot.CLOSED, due)
    return due


def occurred_at(due: DueCheckIn, given_at: datetime | None, now: datetime) -> datetime:
    """When the answers were given: as the phone says, not before it opened and not after now."""
    return max(due.opens_at, min(given_at or now, now))


def _named(due: Iterable[DueCheckIn], instrument_key: str, due_key: str) -> DueCheckIn | None:
    wanted = (instrument_key, due_key)
    return next((one for one in due if (one.instrument_key, one.due_key) == wanted), None)


def _left_by_the_rhythm(
    plan: CheckInPlan,
    instrument_key: str,
    due_key: str,
    now: datetime,
    answered: Mapping[str, datetime],
) -> DueCheckIn | None:
    """The slot of a form that was opened before its rhythm was laid anew, say on another weekday.

    As an answer it stands for the slot that covers its day. Where answers have to lie apart it is
    not taken: the new slot asks.
    """
    if due_key in answered or plan.needs_answered(instrument_key):
        return None
    found = _named(plan.due(now, {**answered, due_key: now}), instrument_key, due_key)
    return found if found is not None and found.opens_at < found.closes_at else None


def asked_of_patient(due: Iterable[DueCheckIn], keys: Collection[str]) -> tuple[DueCheckIn, ...]:
    """Those whose instrument can be read out to the patient. The rest is for staff, from paper."""
    return tuple(one for one in due if one.instrument_key in keys)


def missed_since(due: Iterable[DueCheckIn], since: date) -> tuple[DueCheckIn, ...]:
    """Those that nobody answered and nobody can any more, due on this day or later."""
    return tuple(one for one in due if one.state is DueState.MISSED and one.due_on >= since)


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


def behind_after_days(uses: Iterable[InstrumentUse]) -> int | None:
    """Somebody is behind when more than these whole days lie between their last check-in and today.

    Twice the shortest interval that the protocol asks at: two in a row are missing then. None
    where nothing is asked at intervals. A choice of the project.
    """
    intervals = [use.every_days for use in uses if use.every_days is not None]
    return 2 * min(intervals) if intervals else None
