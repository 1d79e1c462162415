"""What charts that have a row for each infusion share."""

from __future__ import annotations

from tracker.charts.canvas import Sheet
from tracker.charts.layout import Layout
from tracker.charts.palette import EDGE


def draw_cut(sheet: Sheet, layout: Layout, at: float) -> None:
    """A broken line across the sheet where rows that are not drawn have their place."""
    run = [(4, at), (layout.width - 4, at)]
    sheet.lines([run], colour=EDGE, dashes=(2, 3), width=0.7, gid="not-drawn")
