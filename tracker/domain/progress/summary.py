"""What changed since the baseline, a summary for each scale, in numbers and in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tracker.domain.instruments import OutcomeKind, Scale
from tracker.domain.languages import Language, to_say
from tracker.domain.percents import percent_number
from tracker.domain.progress.change import change, is_response, mark, percent_better
from tracker.domain.progress.marks import ChangeMark, Side
from tracker.domain.progress.rules import OWN_SCALE_RULES, Basis, ChangeRules
from tracker.domain.progress.series import BASELINE_DAYS, Point, baseline, latest

BIGGER_THAN_USUAL = to_say("That is a bigger change than day-to-day ups and downs usually make.")
SMALL = to_say("Changes this small often come from ordinary ups and downs.")
NOT_CLEAR = to_say("That is not enough to call it a clear change.")
WORSE = to_say("This can happen. Your team can see it and will talk with you about it.")


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
        """Such as "29 % better"; empty where there is no percent."""
        if self.percent_better is None:
            return ""
        side = "better" if self.percent_better > 0 else "worse"
        return f"{self.percent_number} % {side}" if self.percent_better else "0 %"

    @property
    def percent_number(self) -> str:
        """The percent without its side, as it may be written beside the mark; "0" where there is
        none.
        """
        return percent_number(self.percent_better or Decimal(0), self._edges)

    @property
    def _edges(self) -> tuple[Decimal, ...]:
        """The percentages from which a change is called something."""
        rules = self.rules
        own = (rules.large, rules.small) if rules.basis is Basis.PERCENT else ()
        published = (
            each.value for each in self.scale.outcomes if each.kind is OutcomeKind.PERCENT_BETTER
        )
        found = (*own, rules.response_percent, *published)
        return tuple(Decimal(each) for each in found if each is not None)

    @property
    def is_worse(self) -> bool:
        """Whether the latest score is on the bad side of the baseline by what the rules count."""
        return self.mark.side is Side.WORSE

    @property
    def sentences(self) -> tuple[str, ...]:
        """For the patient: what the numbers did, then what that says and does not say."""
        return self.sentences_in(Language.ENGLISH, name=self.scale.in_sentence)

    def sentences_in(self, language: Language, *, name: str) -> tuple[str, ...]:
        """The same in the patient's language. ``name`` is what a sentence in it calls the scale."""
        return _sentences(self, language, name)

    @property
    def clinician_line(self) -> str:
        """Such as "58 → 41 (−17, 29 % better): Reliably improved"."""
        if self.baseline is None or self.latest is None:
            return self.sentences[0]
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


def _sentences(summary: ChangeSummary, language: Language, name: str) -> tuple[str, ...]:
    say = language.say
    if summary.latest is None:
        return (say("There is no %(name)s since the first infusion yet.", name=name),)
    if summary.baseline is None:
        return (
            say(
                "There is no %(name)s from before the first infusion, "
                "so we cannot say what changed.",
                name=name,
            ),
        )
    end = _value(summary.latest, language)
    if summary.change == 0:
        return (say("Your %(name)s is %(end)s, as when you started.", name=name, end=end),)
    start = _value(summary.baseline, language)
    went = say("Your %(name)s went from %(start)s to %(end)s.", name=name, start=start, end=end)
    return (went, *_meaning(summary, language))


def _meaning(summary: ChangeSummary, language: Language) -> tuple[str, ...]:
    say = language.say
    if summary.is_worse:
        if (summary.change or 0) > 0:
            return (say("That is higher than when you started."), say(WORSE))
        return (say("That is lower than when you started."), say(WORSE))
    if summary.mark in (ChangeMark.CLINICALLY_SIGNIFICANT, ChangeMark.RELIABLY_IMPROVED):
        return (say(BIGGER_THAN_USUAL),)
    if summary.mark is ChangeMark.NOT_JUDGED:
        return ()
    if summary.mark.side is Side.BETTER and summary.rules.basis is Basis.PERCENT:
        better = summary.percent_number
        return (say("That is %(percent)s %% better than when you started.", percent=better),)
    return (say(SMALL if summary.rules.basis is Basis.POINTS else NOT_CLEAR),)


def _value(point: Point, language: Language = Language.ENGLISH) -> str:
    return language.say("no score") if point.value is None else number_words(point.value)


def number_words(value: Decimal) -> str:
    """Without useless zeros: 58, 58.75, 4.5."""
    return f"{value.normalize():f}"
