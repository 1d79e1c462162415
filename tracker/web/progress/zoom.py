"""A picture of the whole course, and the ways to the same picture of one part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import url_for

from tracker.charts import words
from tracker.charts.phases import PhaseKey, Window, in_window, windows
from tracker.charts.series import ProgressSeries
from tracker.domain.course_progress import CourseProgress
from tracker.web.course_pictures import Address, Picture, Zoom, spots_of, weekly_picture
from tracker.web.pictures import sources


def zoomed_picture(
    name: str,
    series: ProgressSeries,
    address: Address,
    progress: CourseProgress,
    *,
    caption: str,
    note: str = "",
    phase: PhaseKey | None = None,
) -> Picture:
    """The picture with its zooms; where a phase is asked for, the picture is that of the phase.

    The table keeps every row: what lies outside of a part is not lost.
    """
    whole = weekly_picture(name, series, address, caption=caption, note=note)
    found = [(window, in_window(series, window)) for window in windows(progress)]
    parts = [each for each in found if 0 < len(each[1].points) < len(series.points)]
    if not parts:
        return whole
    zooms = [_whole(whole, progress, is_current=phase not in {each.key for each, _ in parts})]
    zooms += [_zoom(name, part, address, progress, window, phase) for window, part in parts]
    current = next(each for each in zooms if each.is_current)
    return replace(
        whole,
        sources=current.sources,
        alt=current.alt,
        spots=current.spots,
        zooms=tuple(zooms),
    )


def _whole(picture: Picture, progress: CourseProgress, *, is_current: bool) -> Zoom:
    return Zoom(
        label="All of it",
        href=_href(progress, None),
        is_current=is_current,
        sources=picture.sources,
        alt=picture.alt,
        spots=picture.spots,
    )


def _zoom(
    name: str,
    part: ProgressSeries,
    address: Address,
    progress: CourseProgress,
    window: Window,
    phase: PhaseKey | None,
) -> Zoom:
    return Zoom(
        label=window.label,
        href=_href(progress, window.key),
        is_current=window.key is phase,
        sources=sources(f"{name}_{window.key}", part, address),
        alt=words.summary_sentence(part),
        spots=spots_of(part),
    )


def _href(progress: CourseProgress, phase: PhaseKey | None) -> str:
    return url_for("progress.show", course_id=progress.record.id, phase=phase)


def asked_phase(values: Sequence[str]) -> PhaseKey | None:
    """The part that an address asks for; the whole course where it names none that there is."""
    known = {each.value: each for each in PhaseKey}
    return next((known[value] for value in values if value in known), None)
