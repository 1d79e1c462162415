"""What changed since the baseline, a summary for each scale, in numbers and in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from tracker.domain.instruments import Scale
from tracker.domain.progress.change import change, is_response, mark, percent_better
from tracker.domain.progress.marks import ChangeMark, Side
from tracker.domain.progress.rules import OWN_SCALE_RULES, Basis, ChangeRules
from tracker.domain.progress.series import BASELINE_DAYS, Point, baseline, latest

BIGGER_THAN_USUAL = "That is a bigger change than day-to-day ups and downs usually make."
SMALL = "Changes this small often come from ordinary ups and downs."
NOT_CLEAR = "That is not enough to call it a clear change."
WORSE = "This can happen. Your team can see it and will talk with you about it."


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeSummary:
    """One scale since the baseline. What was not measured is None, and the mark is NOT_JUDGED.

    ``change`` is latest minus baseline in points; ``percent_better`` is of the distance to the
    best score and negative when worse (`percent_better` in `change`).
    """

    scale: Scale
    rules: ChangeRules
    baseline: Point | None
    latest: Point | None
    change: Decimal | None = None
    percent_better: Decimal | None = None
    is_response: bool | None = None
    mark: ChangeMark = ChangeMark.NOT_JUDGED

    @property
    def change_words(self) -> str:
        """With its sign, such as "−17"; empty where unknown."""
        if self.change is None:
            return ""
        sign = "+" if self.change > 0 else "−" if self.change < 0 else ""
        return sign + number_words(abs(self.change))

    @property
    def percent_words(self) -> str:
        """Such as "29 % better"; empty where there is no percent. Never rounded up."""
        if self.percent_better is None:
            return ""
        whole = abs(self.percent_better).quantize(Decimal(1), ROUND_DOWN)
        side = "better" if self.percent_better > 0 else "worse"
        return f"{whole} % {side}" if self.percent_better else "0 %"

    @property
    def is_worse(self) -> bool:
        """Whether the latest score is on the bad side of the baseline by what the rules count."""
        return self.mark.side is Side.WORSE

    @property
    def sentences(self) -> tuple[str, ...]:
        """For the patient: what the numbers did, then what that says and does not say."""
        return _sentences(self)

    @property
    def clinician_line(self) -> str:
        """Such as "58 → 41 (−17, 29 % better): Reliably improved"."""
        if self.baseline is None or self.latest is None:
            return _sentences(self)[0]
        figures = ", ".join(words for words in (self.change_words, self.percent_words) if words)
        return f"{_value(self.baseline)} → {_value(self.latest)} ({figures}): {self.mark.words}"


def changes_since_baseline(
    scales: Sequence[Scale],
    points: Mapping[str, Iterable[Point]],
    first_infusion_started_at: datetime | None,
    *,
    rules: Mapping[str, ChangeRules] | None = None,
    baseline_within_days: int = BASELINE_DAYS,
) -> tuple[ChangeSummary, ...]:
    """One summary a scale, in the order given. ``points`` and ``rules`` go by scale id; a scale
    without rules of its own is judged by `OWN_SCALE_RULES`.
    """
    summaries = []
    for scale in scales:
        own = list(points.get(scale.id, ()))
        summaries.append(
            _summary(
                scale,
                (rules or {}).get(scale.id, OWN_SCALE_RULES),
                baseline(own, first_infusion_started_at, within_days=baseline_within_days),
                latest(own, first_infusion_started_at),
            )
        )
    return tuple(summaries)


def _summary(
    scale: Scale, rules: ChangeRules, start: Point | None, end: Point | None
) -> ChangeSummary:
    if start is None or end is None or start.value is None or end.value is None:
        return ChangeSummary(scale=scale, rules=rules, baseline=start, latest=end)
    return ChangeSummary(
        scale=scale,
        rules=rules,
        baseline=start,
        latest=end,
        change=change(start.value, end.value),
        percent_better=percent_better(scale, start.value, end.value, rules),
        is_response=is_response(scale, start.value, end.value, rules),
        mark=mark(scale, start.value, end.value, rules),
    )


def _sentences(summary: ChangeSummary) -> tuple[str, ...]:
    name = summary.scale.in_sentence
    if summary.latest is None:
        return (f"There is no {name} since the first infusion yet.",)
    if summary.baseline is None:
        return (
            f"There is no {name} from before the first infusion, so we cannot say what changed.",
        )
    if summary.change == 0:
        return (f"Your {name} is {_value(summary.latest)}, as when you started.",)
    went = f"Your {name} went from {_value(summary.baseline)} to {_value(summary.latest)}."
    return (went, *_meaning(summary))


def _meaning(summary: ChangeSummary) -> tuple[str, ...]:
    if summary.is_worse:
        way = "higher" if (summary.change or 0) > 0 else "lower"
        return (f"That is {way} than when you started.", WORSE)
    if summary.mark in (ChangeMark.CLINICALLY_SIGNIFICANT, ChangeMark.RELIABLY_IMPROVED):
        return (BIGGER_THAN_USUAL,)
    if summary.mark is ChangeMark.NOT_JUDGED:
        return ()
    if summary.mark.side is Side.BETTER and summary.rules.basis is Basis.PERCENT:
        return (f"That is {summary.percent_words} than when you started.",)
    return (SMALL if summary.rules.basis is Basis.POINTS else NOT_CLEAR,)


def _value(point: Point) -> str:
    return "no score" if point.value is None else number_words(point.value)


def number_words(value: Decimal) -> str:
    """Without useless zeros: 58, 58.75, 4.5."""
    return f"{value.normalize():f}"
