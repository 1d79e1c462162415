"""What is missing for a better answer to how a course went, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tracker.domain import instruments
from tracker.domain.course_progress import CourseProgress
from tracker.domain.due import DAILY
from tracker.domain.progress import InfusionEffect, ScaleChange

OUTDATED_DAYS = 14
"""How far behind the newest score one may be that the verdict rests on (project default)."""
_NOT_SCALES = (DAILY, "after-infusion", "c-ssrs-screener")


def not_measured(
    progress: CourseProgress, scales: Sequence[ScaleChange], effects: Sequence[InfusionEffect]
) -> Iterator[str]:
    """Forms without a score, then what each scale lacks, then infusions that nobody rated."""
    missing = _forms_without_a_score(progress, scales)
    if missing:
        yield f"No score in this course: {'; '.join(missing)}."
    for each in scales:
        yield from _missing_of(each, progress)
    unrated = ", ".join(_runs_of_unrated(effects))
    if unrated:
        yield f"Daily rating just before or the day after: missing at {unrated}."


def _forms_without_a_score(progress: CourseProgress, scales: Sequence[ScaleChange]) -> list[str]:
    measured = {each.instrument_key for each in scales}
    known = (
        instruments.definitions().get(each.key) for each in progress.record.protocol.instruments
    )
    return [
        each.title
        for each in known
        if each is not None and each.total and each.key not in {*measured, *_NOT_SCALES}
    ]


def _missing_of(one: ScaleChange, progress: CourseProgress) -> Iterator[str]:
    if one.summary.baseline is None:
        yield f"{one.name}: no score before infusion 1, so no change can be told."
    elif progress.record.given and one.summary.latest is None:
        yield f"{one.name}: no score since infusion 1."
    if one.entered_late:
        yield (
            f"{one.name}: a score from before infusion 1 was entered after it. "
            "The baseline stays as it was."
        )
    if one.summary.latest is not None and one.summary.baseline is not None:
        last_on = progress.on(one.summary.latest.occurred_at)
        days = (progress.covered[1] - last_on).days
        if days > OUTDATED_DAYS:
            yield f"{one.name}: the last score is {days} days old."


def _runs_of_unrated(effects: Sequence[InfusionEffect]) -> Iterator[str]:
    """The infusions in a row that nobody rated, three or more by their first and last."""
    for is_unrated, group in groupby(effects, key=lambda each: each.change is None):
        labels = [each.infusion.label for each in group]
        if not is_unrated:
            continue
        if len(labels) >= 3:
            yield f"{labels[0]} to {labels[-1]}"
        else:
            yield from labels
