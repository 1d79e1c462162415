"""How one course went, put together from its record and its published questionnaires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from tracker.domain import instruments
from tracker.domain.course_progress import DAILY_TOTAL, GAINS, SYMPTOMS, CourseProgress
from tracker.domain.course_record import PlannedInfusion
from tracker.domain.due import WEEKLY
from tracker.domain.instruments import Instrument, WordingState
from tracker.domain.not_measured import OUTDATED_DAYS, not_measured
from tracker.domain.progress import (
    Basis,
    BoosterFacts,
    ChangeMark,
    ChangeRules,
    CourseChange,
    DailyMedian,
    InfusionEffect,
    Point,
    RelapseFact,
    ScaleChange,
    Scored,
    Side,
    StartedAt,
    Verdict,
    infusion_effects,
    published_rules,
    relapse_facts,
    scale_change,
    seven_day_median,
    stop_fact,
    verdict_of,
)
from tracker.domain.questionnaire_scores import QuestionnaireForm, total_point
from tracker.domain.relapse_rules import RelapseRule
from tracker.domain.suicide_questions import ideation
from tracker.domain.therapy_timing import StartedInfusion, nearest_infusion

AFTER_TOTAL = "after_total"
SAME_FOUR = ("memories", "anxiety", "mood", "safety")
"""The daily questions that the check-in of the hours after asks again."""
CHANGE_SCALES = (SYMPTOMS, GAINS, DAILY_TOTAL, AFTER_TOTAL, *SAME_FOUR)
"""What a record has to be read with for `course_change`."""
WEEKLY_KEYS = (WEEKLY, "pcl-5-week")
LEADS = ("pcl-5", "pcl-5-week", WEEKLY, "phq-9", "gad-7")
"""Which scale the headline is told by: the first of these, else any, that is judged, not outdated,
and went the way that the headline says."""


def course_change(progress: CourseProgress, forms: Sequence[QuestionnaireForm]) -> CourseChange:
    """As the course stands at ``progress.now``, with the thresholds of its protocol version."""
    return _Course(progress, tuple(forms)).change()


def course_effects(progress: CourseProgress) -> tuple[InfusionEffect, ...]:
    """What each infusion did to the daily rating, in order of time."""
    return _Course(progress, ()).effects


@dataclass(frozen=True)
class _Course:
    progress: CourseProgress
    forms: tuple[QuestionnaireForm, ...]

    def change(self) -> CourseChange:
        progress, relapse = self.progress, self._relapse
        given = progress.adherence.infusions_given
        due_by = progress.record.protocol.change.benefit_due_by
        fresh = _fresh(self.scales)
        verdict = verdict_of(fresh)
        return CourseChange(
            verdict=verdict,
            lead=_lead(self.scales, verdict),
            scales=self.scales,
            effects=self.effects,
            relapse=relapse,
            stop=stop_fact(
                due_by,
                given,
                [
                    (each.name, each.was_better)
                    for each in self.scales
                    if self._shows_benefit_or_none(each, due_by)
                ],
            ),
            booster=self._booster(),
            daily=self.daily,
            adherence=progress.adherence,
            therapy_timing=tuple(self._therapy_timing()),
            not_measured=tuple(not_measured(progress, self.scales, self.effects)),
            given_back=tuple(each for each in fresh if _gave_back(each)),
        )

    def _shows_benefit_or_none(self, one: ScaleChange, due_by: int) -> bool:
        """Whether it was better once, or could have shown it after the infusion that counts."""
        induction = [each.started_at for each in self.infusions if not each.is_booster]
        if all(mark is ChangeMark.NOT_JUDGED for mark in one.marks):
            return False
        is_late_enough = len(induction) >= due_by and _latest_at(one) >= induction[due_by - 1]
        return one.was_better or is_late_enough

    @cached_property
    def infusions(self) -> tuple[StartedAt, ...]:
        found = [_started(each) for each in self.progress.record.infusions if each.given]
        return tuple(sorted(found, key=lambda each: each.started_at))

    @cached_property
    def starts(self) -> tuple[datetime, ...]:
        return tuple(each.started_at for each in self.infusions)

    @cached_property
    def scales(self) -> tuple[ScaleChange, ...]:
        own = (self._own(scale_id) for scale_id in (SYMPTOMS, GAINS))
        newest = {form.instrument.key: form.instrument for form in reversed(self.forms)}
        published = (
            self._published(newest[key])
            for key in sorted(newest, key=_place)
            if newest[key].total and newest[key].wording is not WordingState.OWN
        )
        return tuple(each for each in (*own, *published) if _is_measured(each))

    def _own(self, scale_id: str) -> ScaleChange:
        weekly = instruments.get(WEEKLY)
        scale = weekly.scale(scale_id)
        points = self.progress.points(scale_id)
        return self._scale_change(WEEKLY, scale.label, scale_id, points, self.progress.rules)

    def _published(self, instrument: Instrument) -> ScaleChange:
        points = self._points(instrument.key)
        rules = self._published_rules.get(instrument.key)
        return self._scale_change(
            instrument.key, instrument.title, instrument.total, points, rules, instrument
        )

    def _points(self, key: str) -> tuple[Point, ...]:
        return tuple(
            total_point(form, form.total)
            for form in self.forms
            if form.instrument.key == key and form.total is not None
        )

    def _scale_change(
        self,
        key: str,
        name: str,
        scale_id: str,
        points: Sequence[Point],
        rules: ChangeRules | None,
        instrument: Instrument | None = None,
    ) -> ScaleChange:
        settings = self.progress.record.protocol.change
        return scale_change(
            (instrument or instruments.get(key)).scale(scale_id),
            points,
            self.starts,
            rules,
            instrument_key=key,
            name=name,
            is_own=instrument is None,
            within_days=settings.baseline_within_days,
            partial_percent=Decimal(settings.worse_percent),
            fallback=_points_only(settings.response_percent),
        )

    @cached_property
    def _published_rules(self) -> dict[str, ChangeRules]:
        return dict(published_rules(self.progress.record.protocol.change))

    @cached_property
    def effects(self) -> tuple[InfusionEffect, ...]:
        return infusion_effects(
            self.infusions,
            self.progress.points(DAILY_TOTAL),
            daily_four=self._same_four(),
            hours_after=self.progress.points(AFTER_TOTAL),
        )

    def _same_four(self) -> tuple[Point, ...]:
        """The daily rating on four of its questions, where each of them was answered."""
        by_moment: dict[datetime, list[Decimal]] = {}
        for scale_id in SAME_FOUR:
            for point in self.progress.points(scale_id):
                if point.value is not None:
                    by_moment.setdefault(point.occurred_at, []).append(point.value)
        return tuple(
            Point(occurred_at=at, value=sum(values, Decimal(0)))
            for at, values in sorted(by_moment.items())
            if len(values) == len(SAME_FOUR)
        )

    @cached_property
    def daily(self) -> DailyMedian:
        points = sorted(self.progress.points(DAILY_TOTAL), key=lambda point: point.occurred_at)
        values: dict[date, Decimal | None] = {
            self.progress.on(point.occurred_at): point.value for point in points
        }
        return seven_day_median(values, self.progress.covered[1])

    @cached_property
    def _relapse(self) -> tuple[RelapseFact, ...]:
        chosen = [RelapseRule(each) for each in self.progress.record.protocol.change.relapse_rules]
        scored = [
            Scored(
                instrument_key=each.instrument_key,
                scale=each.scale,
                baseline=each.summary.baseline.value if each.summary.baseline else None,
                points=each.points,
                rules=each.summary.rules,
                is_weekly=each.instrument_key in WEEKLY_KEYS and each.scale.id != GAINS,
            )
            for each in self.scales
        ]
        return relapse_facts(chosen, scored, ideation(self.progress.record.check_ins), self.starts)

    def _booster(self) -> BoosterFacts:
        record, today = self.progress.record, self.progress.today
        planned = [
            each.planned_on for each in record.infusions if each.is_booster and each.is_coming
        ]
        return BoosterFacts(
            met=tuple(fact for fact in self._relapse if fact.is_met),
            planned_on=min(planned, default=None),
            given=len(record.given),
            given_in_year=sum(
                today - self.progress.on(each.started_at) < timedelta(days=365)
                for each in record.given
            ),
            given_mg=sum((each.given_mg or Decimal(0) for each in record.given), Decimal(0)),
            last_effect=self.effects[-1] if self.effects else None,
        )

    def _therapy_timing(self) -> Iterator[tuple[datetime, str]]:
        """Each session that was held, to its nearest infusion: stated, never judged."""
        starts = [
            StartedInfusion(
                number=each.number, started_at=each.started_at, is_booster=each.is_booster
            )
            for each in self.infusions
        ]
        for session in self.progress.record.therapy:
            if session.occurred_at is None:
                continue
            nearest = nearest_infusion(session.occurred_at, starts)
            if nearest is not None:
                yield session.occurred_at, nearest.words


def _points_only(response_percent: int) -> ChangeRules:
    return ChangeRules(
        name="Points only",
        source="No published value of change for this form, and none set by the site",
        basis=Basis.POINTS,
        response_percent=Decimal(response_percent),
    )


def _is_measured(one: ScaleChange) -> bool:
    return any(point.value is not None for point in one.points)


def _place(key: str) -> tuple[int, str]:
    return (LEADS.index(key) if key in LEADS else len(LEADS)), key


def _fresh(scales: Sequence[ScaleChange]) -> list[ScaleChange]:
    """The judged scales of now: an old score says how somebody was, not how they are."""
    judged = [
        each
        for each in scales
        if each.summary.latest is not None and each.summary.mark is not ChangeMark.NOT_JUDGED
    ]
    newest = max((_latest_at(each) for each in judged), default=None)
    if newest is None:
        return []
    return [each for each in judged if newest - _latest_at(each) <= timedelta(OUTDATED_DAYS)]


def _gave_back(one: ScaleChange) -> bool:
    """Of symptoms: the gains have few points, so that a small dip would look like a loss."""
    if one.scale.id == GAINS:
        return False
    return one.response.lost is not None or one.is_worse_than_best


def _lead(scales: Sequence[ScaleChange], verdict: Verdict) -> ScaleChange | None:
    """The scale of the headline: one that went the way that it says, the best known first."""
    fresh = _fresh(scales)
    wanted = {Verdict.BETTER: Side.BETTER, Verdict.WORSE: Side.WORSE}.get(verdict)
    fitting = [each for each in fresh if wanted is None or each.side is wanted]
    return min(fitting, key=lambda each: _place(each.instrument_key), default=None)


def _latest_at(one: ScaleChange) -> datetime:
    assert one.summary.latest is not None
    return one.summary.latest.occurred_at


def _started(planned: PlannedInfusion) -> StartedAt:
    assert planned.given is not None
    kind = "Booster infusion" if planned.is_booster else "Infusion"
    return StartedAt(
        label=f"{kind} {planned.number}",
        number=planned.number,
        is_booster=planned.is_booster,
        started_at=planned.given.started_at,
    )
