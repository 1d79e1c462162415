"""Words to the right of a plot, beside what they name, moved apart where they would touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts.axes import spread
from tracker.charts.canvas import Sheet, wrap
from tracker.charts.layout import Layout


@dataclass(frozen=True, kw_only=True, slots=True)
class SideLabel:
    """``place`` is the height, in points, of what the words name."""

    place: float
    words: str
    colour: str


def draw_side_labels(sheet: Sheet, layout: Layout, labels: Sequence[SideLabel]) -> None:
    """Write the labels at the right edge, each on as many lines as it needs."""
    left, height = layout.right + 6, 1.15 * layout.small
    wrapped = [wrap(label.words, layout.small, layout.width - left - 2) for label in labels]
    heights = [height * len(lines) + 2 for lines in wrapped]
    moved = spread([label.place for label in labels], heights)
    for label, lines, place in zip(labels, wrapped, moved, strict=True):
        first = place + height * (len(lines) - 1) / 2 - 0.33 * layout.small
        for number, line in enumerate(lines):
            y = first - number * height
            sheet.words(left, y, line, size=layout.small, colour=label.colour)
