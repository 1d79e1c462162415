"""One frozen value of how a course went: what its page, charts, report and CSV read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tracker.domain.instruments import Scale
from tracker.domain.progress.adherence import Adherence
from tracker.domain.progress.booster import BoosterFacts, StopFact
from tracker.domain.progress.change import mark
from tracker.domain.progress.effect import InfusionEffect
from tracker.domain.progress.marks import ChangeMark, Side
from tracker.domain.progress.relapse import RelapseFact
from tracker.domain.progress.response import (
    Moment,
    ResponseCourse,
    moment_of,
    response_course,
    valid_since,
)
from tracker.domain.progress.rules import ChangeRules
from tracker.domain.progress.series import DailyMedian, Point, baseline, entered_too_late
from tracker.domain.progress.summary import ChangeSummary, changes_since_baseline


class Verdict(StrEnum):
    """The course in a word. Anything worse beside anything better is mixed, never better."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    MIXED = "mixed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleChange:
    """One scale since the baseline, of one form of one instrument.

    ``points`` holds every score in order of time. ``since`` begins the run of scores that are on
    the side where the latest one is. ``entered_late`` came in after the baseline was fixed and
    changed nothing.
    """

    instrument_key: str
    name: str
    is_own: bool
    summary: ChangeSummary
    points: tuple[Point, ...]
    since: Moment | None
    response: ResponseCourse
    marks: tuple[ChangeMark, ...] = ()
    """Of each valid score since infusion 1, in order of time."""
    entered_late: tuple[Point, ...] = ()

    @property
    def scale(self) -> Scale:
        return self.summary.scale

    @property
    def side(self) -> Side:
        return self.summary.mark.side

    @property
    def is_beyond_noise(self) -> bool | None:
        """None where nothing published, and no setting of the site, says what noise is."""
        return self.summary.mark.is_beyond_noise

    @property
    def was_better(self) -> bool:
        """Whether any score since infusion 1 was an improvement that counts."""
        return any(
            each.side is Side.BETTER and each is not ChangeMark.MINIMALLY_IMPROVED
            for each in self.marks
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseChange:
    """A course as it stands. ``lead`` is the scale that the headline is told by.

    ``scales`` has the scales that were measured at all. ``therapy_timing`` says of
    each session when it began and how it lies to the nearest infusion; ``not_measured`` holds
    finished sentences.
    """

    verdict: Verdict
    lead: ScaleChange | None
    scales: tuple[ScaleChange, ...]
    effects: tuple[InfusionEffect, ...]
    relapse: tuple[RelapseFact, ...]
    stop: StopFact
    booster: BoosterFacts
    daily: DailyMedian
    adherence: Adherence
    therapy_timing: tuple[tuple[datetime, str], ...]
    not_measured: tuple[str, ...]

    @property
    def worse(self) -> tuple[ScaleChange, ...]:
        """What is flagged first."""
        return tuple(each for each in self.scales if each.side is Side.WORSE)

    def of(self, scale_id: str) -> ScaleChange | None:
        return next((each for each in self.scales if each.scale.id == scale_id), None)


def scale_change(
    scale: Scale,
    points: Sequence[Point],
    infusions_at: Sequence[datetime],
    rules: ChangeRules | None,
    *,
    instrument_key: str,
    name: str,
    is_own: bool,
    within_days: int,
    partial_percent: Decimal,
    fallback: ChangeRules,
) -> ScaleChange:
    """``rules`` None: points only, nothing is judged; ``fallback`` then has the percentages."""
    started_at = infusions_at[0] if infusions_at else None
    used = rules or fallback
    (summary,) = changes_since_baseline(
        [scale],
        {scale.id: points},
        started_at,
        rules={scale.id: used},
        baseline_within_days=within_days,
    )
    start = baseline(points, started_at, within_days=within_days)
    scored = valid_since(points, started_at)
    marks = _marks(scale, start, [value for _, value in scored], used)
    return ScaleChange(
        instrument_key=instrument_key,
        name=name,
        is_own=is_own,
        summary=summary,
        points=tuple(sorted(points, key=lambda point: (point.occurred_at, point.value or 0))),
        since=_since(marks, [moment_of(point, infusions_at) for point, _ in scored]),
        response=response_course(
            scale,
            points,
            infusions_at,
            used,
            within_days=within_days,
            partial_percent=partial_percent,
        ),
        marks=marks,
        entered_late=entered_too_late(points, started_at, within_days=within_days),
    )


def _marks(
    scale: Scale, start: Point | None, values: Sequence[Decimal], rules: ChangeRules
) -> tuple[ChangeMark, ...]:
    if start is None or start.value is None:
        return ()
    return tuple(mark(scale, start.value, value, rules) for value in values)


def _since(marks: Sequence[ChangeMark], moments: Sequence[Moment]) -> Moment | None:
    if not marks or marks[-1].side is Side.UNKNOWN:
        return None
    run = 0
    while run < len(marks) and marks[-1 - run].side is marks[-1].side:
        run += 1
    return moments[-run]


def verdict_of(scales: Sequence[ScaleChange]) -> Verdict:
    """Better only where something is better and nothing is worse."""
    sides = {each.side for each in scales}
    if Side.WORSE in sides:
        return Verdict.MIXED if Side.BETTER in sides else Verdict.WORSE
    if Side.BETTER in sides:
        return Verdict.BETTER
    return Verdict.SAME if Side.SAME in sides else Verdict.UNKNOWN
