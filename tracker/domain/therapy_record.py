"""What is recorded of a therapy session in the chart, and the rules about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from tracker.domain.courses import TherapyFormat, TherapyKind, TherapyState
from tracker.domain.errors import Refused
from tracker.domain.local_time import is_in_future

MINUTES = (1, 600)
SUDS = (0, 100)
IS_SIGNED = "This therapy session is signed. What is still to be said goes into an addendum."


@dataclass(frozen=True, kw_only=True, slots=True)
class TherapyRecord:
    """A therapy session as it belongs in the record. SUDS: distress from 0 to 100.

    `occurred_at` and `minutes` are there when it was held, and only then.
    """

    state: TherapyState
    planned_on: date
    planned_time: time | None = None
    kind: TherapyKind = TherapyKind.INTEGRATION
    format: TherapyFormat = TherapyFormat.IN_PERSON
    occurred_at: datetime | None = None
    minutes: int | None = None
    suds_start: int | None = None
    suds_peak: int | None = None
    suds_end: int | None = None
    focus: str = ""
    measures_reviewed: str = ""
    homework_done: str = ""
    homework: str = ""
    risk: str = ""
    next_steps: str = ""


def fitting(record: TherapyRecord, *, today: date, now: datetime) -> TherapyRecord:
    """The record without answers to questions that its state does not ask.

    Raises `Refused` for what cannot be.
    """
    if record.state is not TherapyState.HELD:
        if record.state is TherapyState.MISSED and record.planned_on > today:
            raise Refused("It is still to come: it can be cancelled, not missed.", field="state")
        return replace(
            record,
            occurred_at=None,
            minutes=None,
            suds_start=None,
            suds_peak=None,
            suds_end=None,
        )
    if record.occurred_at is None:
        raise Refused("Enter when it was held.", field="held_time")
    if record.minutes is None:
        raise Refused("Enter how many minutes it took.", field="minutes")
    if is_in_future(record.occurred_at, now):
        raise Refused("A therapy session that was held cannot start later.", field="held_time")
    _check_suds(record)
    return record


def _check_suds(record: TherapyRecord) -> None:
    ends = [value for value in (record.suds_start, record.suds_end) if value is not None]
    if record.suds_peak is not None and ends and record.suds_peak < max(ends):
        raise Refused("The peak cannot be below the start or the end.", field="suds_peak")
