"""What follows from the record of a course at one moment: changes, due check-ins, adherence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from tracker.domain import instruments
from tracker.domain.course_record import (
    CourseRecord,
    PlannedInfusion,
    SentCheckIn,
    StoredScore,
    TherapyAppointment,
)
from tracker.domain.courses import GivenState, PlannedState, TherapyState
from tracker.domain.due import (
    DAILY,
    UPCOMING_DAYS,
    WEEKLY,
    DueCheckIn,
    DueState,
    days_after_coming,
    due_check_ins,
)
from tracker.domain.instrument_uses import AfterInfusion, InstrumentUse, NextDay
from tracker.domain.instruments import Scale
from tracker.domain.medicines import MedicineMark, TakenMedicine, marks, taken_now
from tracker.domain.progress import (
    Adherence,
    ChangeRules,
    ChangeSummary,
    Point,
    adherence,
    changes_since_baseline,
    own_scale_rules,
)
from tracker.domain.progress.plan_given import Appointment, PlanRow, plan_beside_given
from tracker.domain.record_dates import course_dates
from tracker.domain.remote_use import answers_of_either, asked_remotely

SYMPTOMS = "weekly_symptoms"
GAINS = "weekly_gains"
DAILY_TOTAL = "daily_total"


def group_scales() -> tuple[Scale, ...]:
    """The groups of symptoms that the weekly total is made of."""
    return instruments.get(WEEKLY).groups_of(SYMPTOMS)


def weekly_scales() -> tuple[Scale, ...]:
    """The total, its groups, then the gains."""
    weekly = instruments.get(WEEKLY)
    return (weekly.scale(SYMPTOMS), *group_scales(), weekly.scale(GAINS))


def daily_scales() -> tuple[Scale, ...]:
    """The questions of the daily check-in, each a scale of its own."""
    return instruments.get(DAILY).groups_of(DAILY_TOTAL)


@dataclass(frozen=True, kw_only=True)
class CourseProgress:
    """A course as it stands at ``now`` (aware), on the calendar of the clinic's ``zone``."""

    record: CourseRecord
    zone: ZoneInfo
    now: datetime
    is_as_of: bool = False
    """Whether ``now`` is the end of a letter's days and not the present."""

    @property
    def today(self) -> date:
        return self.on(self.now)

    def on(self, instant: datetime) -> date:
        """The clinic's calendar date of an instant."""
        return instant.astimezone(self.zone).date()

    @cached_property
    def rules(self) -> ChangeRules:
        """When a change is called one: the percentages of the protocol."""
        change = self.record.protocol.change
        return own_scale_rules(change.response_percent, change.worse_percent)

    @cached_property
    def changes(self) -> Mapping[str, ChangeSummary]:
        """Each weekly scale since the baseline, by scale id."""
        scales = [scale for scale in weekly_scales() if scale.id in self.record.scores]
        summaries = changes_since_baseline(
            scales,
            {scale.id: self.points(scale.id) for scale in scales},
            self.record.first_started_at,
            rules={scale.id: self.rules for scale in scales},
            baseline_within_days=self.record.protocol.change.baseline_within_days,
        )
        return {summary.scale.id: summary for summary in summaries}

    def points(self, scale_id: str) -> tuple[Point, ...]:
        """The scores on a scale as the change rules take them."""
        if scale_id not in self._points:
            scores = self.record.scores.get(scale_id, ())
            self._points[scale_id] = tuple(self._point(score) for score in scores)
        return self._points[scale_id]

    @cached_property
    def _points(self) -> dict[str, tuple[Point, ...]]:
        """Those that were asked for: several rules look at the same scale."""
        return {}

    def _point(self, score: StoredScore) -> Point:
        return Point(
            occurred_at=score.occurred_at,
            value=score.value,
            prorated=score.is_prorated,
            recorded_at=self._recorded_at(score),
        )

    @cached_property
    def due(self) -> tuple[DueCheckIn, ...]:
        """Every check-in that was or will be asked for, in the order in which they open.

        As the patient is asked: in the place of a form that needs somebody on call its other form.
        """
        return self.due_within(UPCOMING_DAYS)

    def due_within(self, days_ahead: int) -> tuple[DueCheckIn, ...]:
        """As `due`, with those of so many days ahead."""
        known = instruments.definitions()
        answered = {one.due_key: one.occurred_at for one in self.record.check_ins}
        return due_check_ins(
            course_dates(self.record, self.zone),
            zone=self.zone,
            now=self.now,
            answered=answers_of_either(self._uses, known, answered),
            uses=self._uses,
            days_ahead=days_ahead,
        )

    @property
    def _uses(self) -> tuple[InstrumentUse, ...]:
        """What the patient is asked."""
        return asked_remotely(
            self.record.protocol.instruments,
            instruments.definitions(),
            has_watcher=self.record.has_watcher,
        )

    def after_coming(self) -> Iterator[tuple[str, date]]:
        """What will be asked after the infusions to come, with the patient's day of each."""
        dates = course_dates(self.record, self.zone)
        for use in self._uses:
            for rule in use.rules:
                if isinstance(rule, AfterInfusion | NextDay):
                    for on in days_after_coming(rule, dates, self.zone):
                        yield use.key, on

    def missed_on(self, instrument_key: str) -> tuple[date, ...]:
        """The dates on which a check-in was due and none came."""
        return tuple(
            one.due_on
            for one in self.due
            if one.instrument_key == instrument_key and one.state is DueState.MISSED
        )

    def answered_of_due(
        self, instrument_key: str, *, holds: Callable[[date], bool] = lambda _: True
    ) -> tuple[int, int]:
        """How many check-ins were answered, of how many whose time is over; ``holds`` says of
        which days.
        """
        counted = [
            one
            for one in self.due
            if one.instrument_key == instrument_key and one.counts and holds(one.due_on)
        ]
        return sum(one.state is DueState.ANSWERED for one in counted), len(counted)

    def next_due(self, instrument_key: str) -> DueCheckIn | None:
        """The check-in that can be answered now or comes next."""
        waiting = (DueState.UPCOMING, DueState.DUE, DueState.LATE)
        mine = (one for one in self.due if one.instrument_key == instrument_key)
        return next((one for one in mine if one.state in waiting), None)

    @cached_property
    def adherence(self) -> Adherence:
        """How much of what was planned took place by now. Boosters are not counted."""
        record = self.record
        counted = [one for one in self.due if one.counts]
        return adherence(
            given_on=[
                self.on(each.given.started_at)
                for each in record.infusions
                if each.given is not None and not each.is_booster
            ],
            infusions_planned=record.infusion_count,
            min_gap_days=record.min_gap_days,
            max_gap_days=record.max_gap_days,
            therapy_held=sum(each.state is TherapyState.HELD for each in record.therapy),
            therapy_due=sum(_was_due(each, self.today) for each in record.therapy),
            check_ins_answered=sum(one.state is DueState.ANSWERED for one in counted),
            check_ins_due=len(counted),
        )

    @cached_property
    def plan_rows(self) -> tuple[PlanRow, ...]:
        """The plan beside what was given. The record has to be read with the plan's moves."""
        record = self.record
        return plan_beside_given(
            [_appointment(each, self) for each in record.infusions],
            record.moves,
            min_gap_days=record.min_gap_days,
            max_gap_days=record.max_gap_days,
        )

    @cached_property
    def covered(self) -> tuple[date, date]:
        """From the first rating or infusion to the end of the course; until now while it runs."""
        record = self.record
        last_on = record.ended_on or self.today
        days = [self.on(one.occurred_at) for one in record.check_ins[:1]]
        days += [self.on(given.started_at) for given in record.given[:1]]
        return min([*days, last_on]), last_on

    @cached_property
    def medicine_marks(self) -> tuple[MedicineMark, ...]:
        """What changed in the medicines beside the treatment while the course went on."""
        first_on, last_on = self.covered
        return tuple(one for one in marks(self.record.medicines) if first_on <= one.on <= last_on)

    @property
    def medicines_before(self) -> tuple[TakenMedicine, ...]:
        """What was taken already when the course began."""
        return taken_now(self.record.medicines, today=self.covered[0] - timedelta(days=1))

    @property
    def day(self) -> int | None:
        """The day of the course, the day of infusion 1 being day 1; None before it."""
        started_at = self.record.first_started_at
        return None if started_at is None else (self.today - self.on(started_at)).days + 1

    def day_of(self, on: date) -> int | None:
        """The day of the course of a date; None before infusion 1 was given."""
        started_at = self.record.first_started_at
        return None if started_at is None else (on - self.on(started_at)).days + 1

    @property
    def planned_days(self) -> int | None:
        """Days from infusion 1 to the last infusion of the course as it is planned now."""
        days = [
            each.planned_on if each.given is None else self.on(each.given.started_at)
            for each in self.record.infusions
            if not each.is_booster and each.state in (PlannedState.PLANNED, PlannedState.GIVEN)
        ]
        return (max(days) - min(days)).days + 1 if days else None

    @cached_property
    def _check_ins(self) -> Mapping[UUID, SentCheckIn]:
        return {check_in.id: check_in for check_in in self.record.check_ins}

    def check_in_of(self, score: StoredScore) -> SentCheckIn | None:
        """The check-in that a score was computed from."""
        return self._check_ins.get(score.check_in_id)

    def _recorded_at(self, score: StoredScore) -> datetime | None:
        check_in = self.check_in_of(score)
        return None if check_in is None else check_in.recorded_at

    def score_at(self, scale_id: str, point: Point | None) -> StoredScore | None:
        """The stored score behind a point of a summary."""
        if point is None:
            return None
        found = (
            score
            for score in self.record.scores.get(scale_id, ())
            if score.occurred_at == point.occurred_at and score.value == point.value
        )
        return next(found, None)

    def remarks(self, score: StoredScore) -> tuple[str, ...]:
        """What a reader must know of a score: skipped questions, paper, typed on another day."""
        skipped = score.item_count - score.answered
        check_in = self.check_in_of(score)
        found = [f"{skipped} skipped"] if skipped else []
        if score.is_prorated:
            found.append("computed from the rest")
        if check_in is not None and check_in.is_from_paper:
            typed_on = self.on(check_in.recorded_at)
            is_later = typed_on != self.on(check_in.occurred_at)
            found.append(f"from paper, typed {typed_on}" if is_later else "from paper")
        return tuple(found)


def _was_due(session: TherapyAppointment, today: date) -> bool:
    if session.state is TherapyState.PLANNED:
        return session.planned_on < today
    return session.state in (TherapyState.HELD, TherapyState.MISSED)


def _appointment(planned: PlannedInfusion, progress: CourseProgress) -> Appointment:
    given = planned.given
    return Appointment(
        number=planned.number,
        is_booster=planned.is_booster,
        planned_on=planned.planned_on,
        is_coming=planned.is_coming and given is None,
        is_cancelled=planned.state is PlannedState.CANCELLED,
        given_on=None if given is None else progress.on(given.started_at),
        is_partial=given is not None and given.state is GivenState.STOPPED_EARLY,
    )
