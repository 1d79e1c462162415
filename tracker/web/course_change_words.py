"""The words of how a course went: first the answer, then the tables it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from tracker.charts.course_captions import point_words
from tracker.domain.course_progress import CourseProgress
from tracker.domain.progress import (
    CourseChange,
    InfusionEffect,
    Level,
    Moment,
    Point,
    RelapseFact,
    ScaleChange,
    Side,
    Verdict,
)
from tracker.reports import change_words
from tracker.web import formatting
from tracker.web.course_pictures import Table

_TONES = {
    Verdict.BETTER: "good",
    Verdict.SAME: "info",
    Verdict.WORSE: "stop",
    Verdict.MIXED: "stop",
    Verdict.UNKNOWN: "caution",
}
_SIDES = {
    Side.BETTER: "Better",
    Side.SAME: "About the same",
    Side.WORSE: "Worse",
    Side.UNKNOWN: "Not judged",
}
_MET = {True: "Met", False: "Not met", None: "Cannot be told"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """The answer in a few lines, as the notice takes it."""

    tone: str
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangePart:
    """Everything under the headline."""

    scales: Table
    effects: Table
    not_measured: tuple[str, ...]
    relapse: Table
    facts: tuple[str, ...]
    rules: tuple[str, ...]


def headline(change: CourseChange, progress: CourseProgress) -> Headline:
    """What is worse comes first, in the same words and size as what is better."""
    dated = day_words(progress)
    lines = [
        *change_words.scale_lines(change, progress, dated),
        *change_words.relapse_lines(change, progress, dated),
    ]
    if change.stop.is_met:
        lines.append(change.stop.words)
    return Headline(
        tone=_tone(change),
        heading=change_words.heading(change),
        lines=tuple(lines),
    )


def _tone(change: CourseChange) -> str:
    """What was better before is no good news alone."""
    tone = _TONES[change.verdict]
    return "caution" if change.given_back and tone in ("good", "info") else tone


def change_part(change: CourseChange, progress: CourseProgress) -> ChangePart:
    """The tables and the facts."""
    return ChangePart(
        scales=_scales(change, progress),
        effects=_effects(change, progress),
        not_measured=change_words.not_measured_lines(change, progress, day_words(progress)),
        relapse=_relapse(change, progress),
        facts=tuple(_facts(change, progress)),
        rules=tuple(_rules(change)),
    )


def day_words(progress: CourseProgress) -> Callable[[date], str]:
    """A day of this course, with the year where it is not this one."""
    return partial(formatting.day_near, today=progress.today)


def _noise(one: ScaleChange) -> str:
    if one.summary.change is None:
        return ""
    return {True: "Yes", False: "No", None: "No value for this form"}[one.is_beyond_noise]


def _since(moment: Moment | None, change: CourseChange, progress: CourseProgress) -> str:
    return change_words.since_words(moment, change, progress, day_words(progress))


def _scales(change: CourseChange, progress: CourseProgress) -> Table:
    columns = (
        "Scale",
        ("Baseline", "num"),
        ("Now", "num"),
        ("Change", "num"),
        "Direction",
        "What it counts as",
        "More than noise",
        "Response",
    )
    rows = tuple(_scale_row(each, change, progress) for each in change.scales)
    return Table(caption="Each scale since the baseline", columns=columns, rows=rows)


def _scale_row(one: ScaleChange, change: CourseChange, progress: CourseProgress) -> tuple[str, ...]:
    summary, since = one.summary, _since(one.since, change, progress)
    higher = ", higher is better" if one.scale.direction.words.startswith("Higher") else ""
    side = _SIDES[one.side]
    return (
        f"{one.name} ({one.scale.minimum}–{one.scale.maximum}{higher})",
        _dated(summary.baseline, progress),
        _dated(summary.latest, progress),
        summary.change_words or "Not measured",
        f"{side}, {since}" if since else side,
        summary.mark.words,
        _noise(one),
        ". ".join(_response(one, change, progress)),
    )


def _dated(point: Point | None, progress: CourseProgress) -> str:
    if point is None:
        return "Not measured"
    return f"{point_words(point)} on {day_words(progress)(progress.on(point.occurred_at))}"


def _response(one: ScaleChange, change: CourseChange, progress: CourseProgress) -> Iterator[str]:
    found = one.response
    if found.level is not Level.UNKNOWN:
        yield found.level.words
    if found.first is not None:
        yield _since(found.first, change, progress).replace("since", "First on", 1)
    if found.lasting_since is not None:
        yield _since(found.lasting_since, change, progress).replace("since", "Lasts since", 1)
    if found.lost is not None:
        yield _since(found.lost, change, progress).replace("since", "Lost since", 1)
    yield from (rule.label for rule in found.remissions)


def _effects(change: CourseChange, progress: CourseProgress) -> Table:
    columns = (
        "Infusion",
        ("Rating before", "num"),
        "Hours after, same four questions",
        ("About a day after", "num"),
        ("Change", "num"),
        "How long it lasted",
    )
    rows = tuple(_effect_row(each, progress) for each in change.effects)
    return Table(
        caption="Daily rating around each infusion, 0 to 50, lower is better",
        columns=columns,
        rows=rows,
    )


def _effect_row(one: InfusionEffect, progress: CourseProgress) -> tuple[str, ...]:
    on = day_words(progress)(progress.on(one.infusion.started_at))
    hours = "Not rated"
    if one.hours_after is not None:
        before = point_words(one.same_before) or "not rated"
        hours = f"{before} → {point_words(one.hours_after)} of 40"
    return (
        f"{one.infusion.label}, {on}",
        point_words(one.before) or "Not rated",
        hours,
        point_words(one.next_day) or "Not rated",
        "" if one.change is None else _signed(one.change),
        one.lasting_words,
    )


def _signed(points: Decimal) -> str:
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return sign + formatting.number(abs(points))


def _relapse(change: CourseChange, progress: CourseProgress) -> Table:
    told = (fact for fact in change.relapse if not fact.is_unmeasured)
    rows = tuple(_relapse_row(fact, change, progress) for fact in told)
    return Table(
        caption="Definitions of relapse that this protocol looks at",
        columns=("Definition", "Now", "Scale", "Since, or why not"),
        rows=rows,
    )


def _relapse_row(
    fact: RelapseFact, change: CourseChange, progress: CourseProgress
) -> tuple[str, ...]:
    since = formatting.capital(_since(fact.since, change, progress))
    why = ". ".join(each for each in (since, fact.why) if each)
    return (fact.rule.words, _MET[fact.is_met], fact.on or "None", why or "Not now")


def _facts(change: CourseChange, progress: CourseProgress) -> Iterator[str]:
    """Of a booster and of stopping: what is known, with no advice."""
    booster = change.booster
    untold = change_words.untold_sentence(change)
    if untold:
        yield untold
    yield change.stop.words
    yield f"Daily rating, middle of the last seven days: {change.daily.words}."
    yield (
        f"Given in this course: {formatting.count(booster.given, 'infusion')}, "
        f"{formatting.number(booster.given_mg)} mg; {booster.given_in_year} in twelve months."
    )
    if booster.planned_on is not None:
        yield f"Booster planned on {formatting.day(booster.planned_on)}."
    if booster.has_trigger:
        yield "A booster requires: " + "; ".join(booster.requires).lower() + "."
        if booster.last_effect is not None:
            yield (
                f"After {booster.last_effect.infusion.label.lower()}: "
                f"{booster.last_effect.lasting_words.lower()}."
            )
    if change.therapy_timing:
        said = (
            f"{day_words(progress)(progress.on(at))}: {words}"
            for at, words in change.therapy_timing
        )
        yield f"Therapy sessions and the nearest infusion: {'; '.join(said)}."


def _rules(change: CourseChange) -> Iterator[str]:
    """By which numbers it was judged, and where they are from."""
    for one in change.scales:
        rules = one.summary.rules
        review = " (site setting)" if rules.is_site_setting else ""
        yield f"{one.name}: {rules.name}{review}. {rules.source.rstrip('.')}."
    yield (
        "The definitions of relapse, and the windows around an infusion, are choices of this "
        "project or of the site: default, needs clinical review."
    )
