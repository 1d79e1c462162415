"""The key under a chart: only the shapes that this chart shows, each with its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts import marks
from tracker.charts.canvas import Outline, Place, Sheet, text_width
from tracker.charts.layout import Layout
from tracker.charts.palette import INK, LIMIT, PAPER, QUIET, SCORE, STOP, THERAPY
from tracker.charts.series import (
    InfusionMark,
    ProgressSeries,
    RatedBy,
    Safety,
    SafetyMark,
    Therapy,
    TherapyMark,
)
from tracker.charts.words import dose_words
from tracker.domain.languages import to_say


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a kind of mark is drawn. ``scale`` is its size against that of the layout."""

    shape: Outline
    words: str
    colour: str = INK
    inside: str | None = INK
    edge: float = 0.8
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyEntry:
    """A mark and its words, or words alone."""

    words: str
    look: Look | None = None

    def width(self, size: float) -> float:
        """The room that the entry takes, with the space after it."""
        return text_width(self.words, size) + (12 if self.look else 0) + 9


INFUSIONS = {
    InfusionMark.GIVEN: Look(shape=marks.DOWN, words=to_say("infusion")),
    InfusionMark.PARTIAL: Look(shape=marks.HALF_DOWN, words=to_say("given in part")),
    InfusionMark.BOOSTER: Look(shape=marks.UNDERLINED_DOWN, words=to_say("booster")),
    InfusionMark.PLANNED: Look(
        shape=marks.DOWN, words=to_say("planned"), colour=QUIET, inside=PAPER
    ),
    InfusionMark.CANCELLED: Look(
        shape=marks.CROSS, words=to_say("cancelled"), colour=QUIET, inside=None, scale=0.8
    ),
    InfusionMark.MISSED: Look(
        shape=marks.STRUCK_DOWN, words=to_say("infusion missed"), inside=None
    ),
}
THERAPIES = {
    TherapyMark.HELD: Look(
        shape=marks.BAR, words=to_say("therapy"), colour=THERAPY, edge=1.7, scale=1.1
    ),
    TherapyMark.MISSED: Look(
        shape=marks.NARROW_BOX,
        words=to_say("therapy missed"),
        colour=THERAPY,
        inside=PAPER,
        scale=1.1,
    ),
    TherapyMark.PLANNED: Look(
        shape=marks.BAR, words=to_say("therapy planned"), colour=QUIET, edge=1.0, scale=0.7
    ),
}
POINTS = {
    RatedBy.PATIENT: Look(
        shape=marks.CIRCLE, words=to_say("self-rated"), colour=SCORE, inside=SCORE
    ),
    RatedBy.PAPER: Look(
        shape=marks.SQUARE, words=to_say("on paper"), colour=SCORE, inside=SCORE, scale=0.9
    ),
    RatedBy.CLINICIAN: Look(
        shape=marks.DIAMOND,
        words=to_say("rated by a clinician"),
        colour=SCORE,
        inside=SCORE,
        scale=1.15,
    ),
}
PRORATED = Look(
    shape=marks.CIRCLE, words=to_say("hollow: some answers missing"), colour=SCORE, inside=PAPER
)
MEDICINE = Look(
    shape=marks.PLUS,
    words=to_say("medicine changed"),
    colour=LIMIT,
    inside=LIMIT,
    edge=0.4,
    scale=0.9,
)
SAFETY = {
    SafetyMark.WATCH: Look(
        shape=marks.UP, words="alert: look today", colour=STOP, inside=PAPER, edge=1.1
    ),
    SafetyMark.SOON: Look(
        shape=marks.HALF_UP, words="alert: within hours", colour=STOP, inside=STOP
    ),
    SafetyMark.NOW: Look(shape=marks.OVERLINED_UP, words="alert: now", colour=STOP, inside=STOP),
    SafetyMark.SERIOUS: Look(
        shape=marks.STAR, words="serious event", colour=STOP, inside=STOP, scale=1.2
    ),
}
"""In English only: no patient's picture has any of them."""
MISSED = Look(shape=marks.CROSS, words=to_say("check-in missed"), inside=None, edge=1.1, scale=0.8)


def key_lines(series: ProgressSeries, layout: Layout) -> list[list[KeyEntry]]:
    """The entries that this series needs, on lines that fit the sheet; the doses come last."""
    looks = _infusion_looks(series) + _point_looks(series)
    if not layout.phone:
        looks += _therapy_looks(series.therapy)
    if series.medicines:
        looks.append(MEDICINE)
    looks += _safety_looks(series.safety)
    if series.missed:
        looks.append(MISSED)
    say = series.language.say
    entries = [KeyEntry(words=say(look.words), look=look) for look in looks]
    doses = dose_words(series)
    if doses and not layout.phone:
        entries.append(KeyEntry(words=say("dose %(doses)s", doses=doses)))
    return break_lines(entries, layout)


def draw_key(sheet: Sheet, layout: Layout, lines: Sequence[Sequence[KeyEntry]]) -> None:
    """Write the lines of the key at the foot of the sheet."""
    for number, line in enumerate(lines):
        x = 4.0
        y = layout.key_line(number)
        for entry in line:
            _draw_entry(sheet, layout, entry, x, y)
            x += entry.width(layout.small)


def draw_look(
    sheet: Sheet,
    layout: Layout,
    look: Look,
    places: Sequence[Place],
    *,
    gid: str,
) -> None:
    """Draw one kind of mark at each of the places."""
    sheet.marks(
        places,
        look.shape,
        size=layout.mark * look.scale,
        colour=look.colour,
        inside=look.inside,
        edge=look.edge,
        gid=gid,
    )


def _draw_entry(sheet: Sheet, layout: Layout, entry: KeyEntry, x: float, y: float) -> None:
    if entry.look is not None:
        draw_look(sheet, layout, entry.look, [(x + 4, y + 0.33 * layout.small)], gid="key")
        x += 12
    sheet.words(x, y, entry.words, size=layout.small, colour=QUIET)


def _infusion_looks(series: ProgressSeries) -> list[Look]:
    shown = {infusion.mark for infusion in series.infusions}
    return [look for mark, look in INFUSIONS.items() if mark in shown]


def _therapy_looks(therapy: Sequence[Therapy]) -> list[Look]:
    shown = {one.mark for one in therapy}
    return [look for mark, look in THERAPIES.items() if mark in shown]


def _safety_looks(safety: Sequence[Safety]) -> list[Look]:
    shown = {one.mark for one in safety}
    return [look for mark, look in SAFETY.items() if mark in shown]


def _point_looks(series: ProgressSeries) -> list[Look]:
    shown = {point.rated_by for point in series.points}
    looks = [look for rated_by, look in POINTS.items() if rated_by in shown]
    if any(point.prorated for point in series.points):
        looks.append(PRORATED)
    return looks


def break_lines(entries: Sequence[KeyEntry], layout: Layout) -> list[list[KeyEntry]]:
    """The entries on as many lines as the width of the sheet asks for."""
    lines: list[list[KeyEntry]] = []
    room = 0.0
    for entry in entries:
        width = entry.width(layout.small)
        if not lines or width > room:
            lines.append([])
            room = layout.width - 8
        lines[-1].append(entry)
        room -= width
    return lines
