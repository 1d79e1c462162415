"""Keeping weekly therapy sessions in step with infusions that move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.domain.courses import TherapyState
from tracker.domain.schedule import ClinicDays, TherapyWeek, therapy_weeks


@dataclass(frozen=True, kw_only=True, slots=True)
class BookedTherapy:
    """One therapy session; `on` is the planned day, or the day on which it was held."""

    id: UUID
    on: date
    state: TherapyState


@dataclass(frozen=True, kw_only=True, slots=True)
class TherapyMove:
    """A planned therapy session that gets another day, is added (no id) or falls away (no day)."""

    id: UUID | None
    from_on: date | None
    to_on: date | None


def fit_therapy(
    *,
    booked: Iterable[BookedTherapy],
    before_on: Sequence[date],
    infusions_on: Sequence[date],
    clinic: ClinicDays,
    today: date,
    unavailable_on: Iterable[date] = (),
    weekday: int | None = None,
) -> tuple[TherapyMove, ...]:
    """What has to change so that every week of the course has its therapy session.

    `before_on` and `infusions_on` are the infusions before and after the change. As few therapy
    sessions as possible are disturbed: one in a week of the course, on no infusion's day, stays,
    and so does one planned beyond the course. One that has lost its place takes that of a missing
    one, or falls away. What is past, held, missed or cancelled counts for its week and stays.
    """
    weeks = therapy_weeks(
        infusions_on=infusions_on, clinic=clinic, unavailable_on=unavailable_on, weekday=weekday
    )
    ended_on = max(week.to_on for week in therapy_weeks(infusions_on=before_on, clinic=clinic))
    loose, served = [], set()
    for each in sorted(booked, key=lambda each: (each.on, each.id)):
        week = _week_of(each.on, weeks)
        is_fixed = each.state is not TherapyState.PLANNED or each.on < today
        if week is not None and (is_fixed or each.on not in infusions_on):
            served.add(week)
        elif not is_fixed and each.on <= ended_on:
            loose.append(each)
    return _paired(loose, _missing(weeks, served, today))


def _week_of(on: date, weeks: Sequence[TherapyWeek]) -> int | None:
    return next((week.number for week in weeks if week.from_on <= on <= week.to_on), None)


def _missing(weeks: Sequence[TherapyWeek], served: set[int], today: date) -> list[date]:
    return [
        week.therapy_on
        for week in weeks
        if week.number not in served and week.therapy_on is not None and week.therapy_on >= today
    ]


def _paired(loose: Sequence[BookedTherapy], missing: Sequence[date]) -> tuple[TherapyMove, ...]:
    moved = zip(loose, missing, strict=False)
    return (
        *(TherapyMove(id=each.id, from_on=each.on, to_on=on) for each, on in moved),
        *(TherapyMove(id=None, from_on=None, to_on=on) for on in missing[len(loose) :]),
        *(TherapyMove(id=each.id, from_on=each.on, to_on=None) for each in loose[len(missing) :]),
    )
