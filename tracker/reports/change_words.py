"""How a course went, in the words that a page and a letter begin with.

One source for both: only how a date is written differs, so the caller says that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tracker.charts.course_captions import point_words
from tracker.domain.course_progress import CourseProgress
from tracker.domain.progress import CourseChange, Moment, ScaleChange, Verdict
from tracker.domain.progress.summary import number_words

Dated = Callable[[date], str]

HEADINGS = {
    Verdict.BETTER: "Better since the baseline",
    Verdict.SAME: "About the same since the baseline",
    Verdict.WORSE: "Worse since the baseline",
    Verdict.MIXED: "Worse on some scales, better on others",
    Verdict.UNKNOWN: "Cannot be told yet",
}
NOTHING_TO_JUDGE = "No scale has both a baseline and a score since infusion 1 to judge."


def told_scales(change: CourseChange) -> tuple[ScaleChange, ...]:
    """The scales that the first lines tell of: what is worse, then the one that leads."""
    lead = change.lead
    is_told = lead is None or lead in change.worse
    return change.worse if is_told or lead is None else (*change.worse, lead)


def scale_lines(change: CourseChange, progress: CourseProgress, dated: Dated) -> Iterator[str]:
    """What is worse comes first, in the same words and size as what is better."""
    for one in told_scales(change):
        mark = "Worse: " if one in change.worse else ""
        yield mark + scale_line(one, change, progress, dated)
    if change.verdict is Verdict.UNKNOWN:
        yield NOTHING_TO_JUDGE


def relapse_lines(change: CourseChange, progress: CourseProgress, dated: Dated) -> Iterator[str]:
    """The definitions of relapse that are met."""
    for fact in change.relapse:
        if fact.is_met:
            since = since_words(fact.since, change, progress, dated)
            yield f"Relapse rule met: {fact.rule.words} ({fact.on or 'answers'}), {since}."


def scale_line(
    one: ScaleChange, change: CourseChange, progress: CourseProgress, dated: Dated
) -> str:
    """Name, figures, what that counts as and since when, what was lost of the best, and whether
    it is more than noise.
    """
    summary = one.summary
    moved = ", ".join(each for each in (summary.change_words, summary.percent_words) if each)
    since = since_words(one.mark_since, change, progress, dated)
    return " ".join(
        (
            f"{one.name}, {point_words(summary.baseline)} → {point_words(summary.latest)} "
            f"({moved}).",
            ", ".join(each for each in (summary.mark.words, since) if each) + ".",
            *_lost_sentences(one, change, progress, dated),
            _noise_sentence(one),
        )
    )


def _lost_sentences(
    one: ScaleChange, change: CourseChange, progress: CourseProgress, dated: Dated
) -> Iterator[str]:
    """What a change since the baseline hides: that it was better before, and when that ended."""
    if one.best is not None and one.worse_than_best:
        on = dated(progress.on(one.best.occurred_at))
        points = number_words(one.worse_than_best)
        yield f"Best {point_words(one.best)} on {on}; {points} worse since."
    if one.response.lost is not None:
        yield f"Response lost {since_words(one.response.lost, change, progress, dated)}."


def since_words(
    moment: Moment | None, change: CourseChange, progress: CourseProgress, dated: Dated
) -> str:
    """ "since 2 Nov 2026, after infusion 3"; empty where it is not known."""
    if moment is None:
        return ""
    on = dated(progress.on(moment.occurred_at))
    if not moment.after_infusion:
        return f"since {on}"
    label = change.effects[moment.after_infusion - 1].infusion.label.lower()
    return f"since {on}, after {label}"


def _noise_sentence(one: ScaleChange) -> str:
    if one.is_beyond_noise is None:
        return "These questions have no published value for reliable change."
    return "More than noise." if one.is_beyond_noise else "Not more than noise makes."
