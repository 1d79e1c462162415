"""How a course went, in the words that a page and a letter begin with.

One source for both: only how a date is written differs, so the caller says that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tracker.charts.course_captions import point_words
from tracker.charts.infusion_words import given_of_planned
from tracker.domain import instruments
from tracker.domain.course_progress import CourseProgress
from tracker.domain.due import DAILY
from tracker.domain.infusion import plain
from tracker.domain.missed_check_ins import Missed, Run, missed_check_ins
from tracker.domain.progress import CourseChange, Moment, ScaleChange, Verdict
from tracker.domain.progress.summary import number_words

Dated = Callable[[date], str]

_HEADINGS = {
    Verdict.BETTER: "Better since the baseline",
    Verdict.SAME: "About the same since the baseline",
    Verdict.WORSE: "Worse since the baseline",
    Verdict.MIXED: "Worse on some scales, better on others",
    Verdict.UNKNOWN: "Cannot be told yet",
}
_LESS_THAN_BEST = {
    Verdict.BETTER: "Better than at the baseline, less than at the best",
    Verdict.SAME: "About the same as at the baseline, less than at the best",
}
_RESPONSE_LOST = {
    Verdict.BETTER: "Response lost: better than at the baseline, less than at the best",
    Verdict.SAME: "Response lost: about the same as at the baseline",
    Verdict.WORSE: "Response lost: worse than at the baseline",
    Verdict.MIXED: "Response lost: worse on some scales, better on others",
}
NOTHING_TO_JUDGE = "No scale has both a baseline and a score since infusion 1 to judge."


def heading(change: CourseChange) -> str:
    """The answer in a few words. What was better before is never called better alone."""
    if change.is_response_lost:
        return _RESPONSE_LOST.get(change.verdict, _HEADINGS[change.verdict])
    if change.given_back:
        return _LESS_THAN_BEST.get(change.verdict, _HEADINGS[change.verdict])
    return _HEADINGS[change.verdict]


def told_scales(change: CourseChange) -> tuple[ScaleChange, ...]:
    """The scales that the first lines tell of: what is worse, then the one that leads, then what
    was better before.
    """
    lead = () if change.lead is None else (change.lead,)
    found: list[ScaleChange] = []
    for each in (*change.worse, *lead, *change.given_back):
        if each not in found:
            found.append(each)
    return tuple(found)


def not_measured_lines(
    change: CourseChange,
    progress: CourseProgress,
    dated: Dated,
    holds: Callable[[date], bool] = lambda _: True,
) -> tuple[str, ...]:
    """What is missing for a better answer: scores, then the check-ins that did not come, those of
    the days that ``holds`` says.
    """
    return (*change.not_measured, *missed_lines(progress, dated, holds))


def missed_lines(
    progress: CourseProgress, dated: Dated, holds: Callable[[date], bool] = lambda _: True
) -> tuple[str, ...]:
    """The check-ins that did not come, a line for each instrument."""
    due = (one for one in progress.due if holds(one.due_on))
    return tuple(_missed_line(each, dated) for each in missed_check_ins(due))


MOST_RUNS = 4
LEAST_DAYS_IN_A_ROW = 3
"""Of a daily check-in only longer gaps are named: a single day says little."""


def _missed_line(missed: Missed, dated: Dated) -> str:
    """ "Weekly rating: 4 of 9 missed: 12 May to 2 Jun (4)"."""
    title = instruments.definitions()[missed.instrument_key].title
    runs = [
        each
        for each in missed.runs
        if missed.instrument_key != DAILY or each.count >= LEAST_DAYS_IN_A_ROW
    ]
    named = ", ".join(_run_words(each, dated) for each in runs[:MOST_RUNS])
    more = len(runs) - MOST_RUNS
    rest = f" and {more} more times" if more > 1 else " and once more" if more == 1 else ""
    when = f": {named}{rest}" if named else ""
    return f"{title}: {missed.count} of {missed.due} missed{when}."


def _run_words(run: Run, dated: Dated) -> str:
    if run.first_on == run.last_on:
        return dated(run.first_on)
    return f"{dated(run.first_on)} to {dated(run.last_on)} ({run.count})"


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


def given_words(progress: CourseProgress, dated: Dated) -> str:
    """ "6 of 6 infusions and 18 boosters given, last on 5 Oct 2026. Boosters: 0.5 mg/kg." """
    counts = progress.adherence
    given = [each for each in progress.record.infusions if each.given is not None]
    doses = sorted({each.given.dose_mg_per_kg for each in given if each.given and each.is_booster})
    words = given_of_planned(
        given=counts.infusions_given,
        planned=counts.infusions_planned,
        boosters=sum(each.is_booster for each in given),
    )
    last = progress.record.given[-1:]
    on = f", last on {dated(progress.on(last[0].started_at))}" if last else ""
    said = " to ".join(plain(each) for each in dict.fromkeys((*doses[:1], *doses[-1:])))
    return f"{words}{on}." + (f" Boosters: {said} mg/kg." if doses else "")


def untold_sentence(change: CourseChange) -> str:
    """ "Not told, because PCL-5 was not measured: PCL-5 15 or more …", of the definitions of
    relapse that no score of this course can meet; empty where there is none.
    """
    untold = [each.rule for each in change.relapse if each.is_unmeasured]
    if not untold:
        return ""
    names = list(dict.fromkeys(rule.measured_by for rule in untold))
    joined = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    verb = "was" if len(names) == 1 else "were"
    rules = "; ".join(rule.words for rule in untold)
    return f"Not told, because {joined} {verb} not measured: {rules}."
