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
from tracker.domain.progress.change import burden, mark
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
    the side where the latest one is, and ``mark_since`` the run of those with its very mark.
    ``best`` is the best score since infusion 1, the latest of several, where it is better than the
    baseline. ``entered_late`` came in after the baseline was fixed and changed nothing.
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
    mark_since: Moment | None = None
    best: Point | None = None
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
    def scores_on_side(self) -> int:
        """How many scores in a row, up to the latest, are on its side."""
        return _run([each.side for each in self.marks])

    @property
    def worse_than_best(self) -> Decimal:
        """How many points of the best were given back by the latest score; 0 where none."""
        best, now = self.best, self.summary.latest
        if best is None or best.value is None or now is None or now.value is None:
            return Decimal(0)
        return burden(self.scale, now.value) - burden(self.scale, best.value)

    @property
    def is_worse_than_best(self) -> bool:
        """Whether that is a worsening by the rules that judge the change since the baseline."""
        best, now = self.best, self.summary.latest
        if best is None or best.value is None or now is None or now.value is None:
            return False
        return mark(self.scale, best.value, now.value, self.summary.rules).side is Side.WORSE

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
    given_back: tuple[ScaleChange, ...] = ()
    """Fresh scales of symptoms that were better before: a response was lost, or the latest score is
    worse than the best by what counts."""

    @property
    def is_response_lost(self) -> bool:
        """Whether any of them had reached a response and does no longer."""
        return any(each.response.lost is not None for each in self.given_back)

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
    moments = [moment_of(point, infusions_at) for point, _ in scored]
    return ScaleChange(
        instrument_key=instrument_key,
        name=name,
        is_own=is_own,
        summary=summary,
        points=tuple(sorted(points, key=lambda point: (point.occurred_at, point.value or 0))),
        since=_since(marks, [each.side for each in marks], moments),
        mark_since=_since(marks, marks, moments),
        best=_best(scale, start, scored),
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


def _since(
    marks: Sequence[ChangeMark], alike: Sequence[StrEnum], moments: Sequence[Moment]
) -> Moment | None:
    """Where the last run of what is alike begins."""
    if not marks or marks[-1].side is Side.UNKNOWN:
        return None
    return moments[-_run(alike)]


def _run(alike: Sequence[StrEnum]) -> int:
    run = 0
    while run < len(alike) and alike[-1 - run] is alike[-1]:
        run += 1
    return run


def _best(
    scale: Scale, start: Point | None, scored: Sequence[tuple[Point, Decimal]]
) -> Point | None:
    if start is None or start.value is None or not scored:
        return None
    point, value = min(reversed(scored), key=lambda each: burden(scale, each[1]))
    return point if burden(scale, value) < burden(scale, start.value) else None


def verdict_of(scales: Sequence[ScaleChange]) -> Verdict:
    """Better only where something is better and nothing is worse."""
    sides = {each.side for each in scales}
    if Side.WORSE in sides:
        return Verdict.MIXED if Side.BETTER in sides else Verdict.WORSE
    if Side.BETTER in sides:
        return Verdict.BETTER
    return Verdict.SAME if Side.SAME in sides else Verdict.UNKNOWN
