"""What the published questionnaires of one course came to, form by form.

The scales and the rules are those of the definition's version that was answered, so that an old
form reads as it did on its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tracker.domain import instruments, scoring
from tracker.domain.course_record import StoredScore
from tracker.domain.instruments import (
    AnswerNotOffered,
    Band,
    Instrument,
    OutcomeKind,
    OutcomeRule,
    Scale,
    Standing,
)
from tracker.domain.progress import (
    BASELINE_DAYS,
    PCL5_RULES,
    ChangeMark,
    ChangeRules,
    Point,
    baseline,
    change,
    is_reached,
    mark,
)
from tracker.domain.scoring import Results, band_of

PUBLISHED_RULES = {"pcl-5": PCL5_RULES}
"""Forms for which a reliable change is published. Not the PCL-5 of the week: its values were set
on the month form."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionnaireForm:
    """One form that was answered. ``answers`` is empty where an import held the total only;
    ``scores`` goes by scale id.
    """

    check_in_id: UUID
    instrument: Instrument
    occurred_at: datetime
    recorded_at: datetime
    mode: str
    is_imported: bool
    answers: Mapping[str, Any]
    scores: Mapping[str, StoredScore]

    @property
    def total(self) -> StoredScore | None:
        """The score on the total; None for an instrument that has none."""
        return self.scores.get(self.instrument.total)

    @property
    def total_scale(self) -> Scale | None:
        has_total = bool(self.instrument.total)
        return self.instrument.scale(self.instrument.total) if has_total else None

    @property
    def parts(self) -> tuple[tuple[Scale, StoredScore], ...]:
        """Every score but the total, in the order of the definition."""
        return tuple(
            (scale, self.scores[scale.id])
            for scale in self.instrument.scales
            if scale.id != self.instrument.total and scale.id in self.scores
        )

    @property
    def band(self) -> Band | None:
        """The band that the total is in."""
        if self.total_scale is None or self.total is None:
            return None
        return band_of(self.total_scale, self.total.value)

    def results(self) -> Results | None:
        """What the definition says of the answers; None where there are none to read."""
        if not self.answers:
            return None
        try:
            given = instruments.check_answers(self.instrument, self.answers)
        except AnswerNotOffered:
            return None
        return scoring.results(self.instrument, given)


@dataclass(frozen=True, kw_only=True, slots=True)
class SinceBaseline:
    """How the total stands against the last one of the same form before infusion 1.

    ``reached`` are the definition's published responses and remissions; what is not confirmed is
    claimed of nobody.
    """

    is_baseline: bool = False
    points: Decimal | None = None
    mark: ChangeMark = ChangeMark.NOT_JUDGED
    reached: tuple[OutcomeRule, ...] = ()


def since_baseline(
    form: QuestionnaireForm,
    forms: Iterable[QuestionnaireForm],
    first_started_at: datetime | None,
    *,
    within_days: int = BASELINE_DAYS,
    published: Mapping[str, ChangeRules] = PUBLISHED_RULES,
) -> SinceBaseline:
    """Of one form among all of its course. Two forms of an instrument are two series."""
    mine = [each for each in forms if each.instrument.key == form.instrument.key]
    points = [total_point(each, each.total) for each in mine if each.total is not None]
    start = baseline(points, first_started_at, within_days=within_days)
    scale, total = form.total_scale, form.total
    if start is None or start.value is None or scale is None:
        return SinceBaseline()
    if total is None or total.value is None or form.occurred_at < start.occurred_at:
        return SinceBaseline()
    if form.occurred_at == start.occurred_at:
        return SinceBaseline(is_baseline=True)
    rules = published.get(form.instrument.key)
    return SinceBaseline(
        points=change(start.value, total.value),
        mark=mark(scale, start.value, total.value, rules) if rules else ChangeMark.NOT_JUDGED,
        reached=tuple(
            each for each in scale.outcomes if _is_new(scale, each, start.value, total.value)
        ),
    )


def _is_new(scale: Scale, outcome: OutcomeRule, start: Decimal, value: Decimal) -> bool:
    """A score that was there at the baseline already is nothing that the course has brought."""
    if outcome.status is not Standing.PUBLISHED:
        return False
    was_there = outcome.kind is OutcomeKind.SCORE and outcome.operator.holds(start, outcome.value)
    return not was_there and is_reached(scale, outcome, baseline=start, latest=value) is True


def total_point(form: QuestionnaireForm, score: StoredScore) -> Point:
    """The total of a form as the change rules take it."""
    return Point(
        occurred_at=score.occurred_at,
        value=score.value,
        prorated=score.is_prorated,
        recorded_at=form.recorded_at,
    )
