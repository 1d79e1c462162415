"""The sheet of each form and the places on it. Text keeps its size; sheets do not scale it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker.charts.series import Form


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Sizes in points. The plot lies between ``left`` and ``right``; words stand around it."""

    width: float
    height: float
    left: float
    right: float
    base: float
    small: float
    mark: float
    most_ticks: int
    phone: bool = False
    key_lines: int = 0
    medicine_rows: int = 0
    has_safety: bool = False
    has_ground: bool = True
    """Whether the sheet is white; else it shows what lies behind it."""

    @property
    def heading(self) -> float:
        """Baseline of the name of the scale."""
        return self.height - 1.2 * self.base

    @property
    def second_heading(self) -> float:
        """Baseline of the phases, or on a phone of the direction."""
        return self.heading - 1.5 * self.base

    @property
    def numbers(self) -> float:
        """Baseline of the infusion numbers."""
        return self.second_heading - 1.5 * self.base

    @property
    def infusions(self) -> float:
        """Middle of the infusion marks."""
        return self.numbers - 0.65 * self.base

    @property
    def therapy(self) -> float:
        """Middle of the therapy ticks. A phone has no lane for them."""
        return self.infusions - (0 if self.phone else 1.5 * self.base)

    @property
    def safety(self) -> float:
        """Middle of the marks of safety, which have a lane where there are some."""
        return self.therapy - (_SAFETY_LANE * self.base if self.has_safety else 0)

    @property
    def top(self) -> float:
        """Top of the plot."""
        return self.medicine_row(self.medicine_rows - 1) - 1.1 * self.base

    def medicine_row(self, number: int) -> float:
        """Middle of one row of the changes of medicines, counted from the top."""
        return self.safety - _MEDICINE_ROW * (number + 1) * self.base

    @property
    def bottom(self) -> float:
        """Bottom of the plot: it leaves room for the dates and the lines of the key."""
        return (0.9 + _KEY_LINE * self.key_lines) * self.base + 1.6 * self.small

    def key_line(self, number: int) -> float:
        """Baseline of one line of the key, counted from the top."""
        return (0.7 + _KEY_LINE * (self.key_lines - 1 - number)) * self.base

    def with_medicines(self, rows: int) -> Layout:
        """The same layout, made higher by the rows of the medicines: the plot keeps its size."""
        height = self.height + _MEDICINE_ROW * self.base * rows
        return replace(self, height=round(height, 2), medicine_rows=rows)

    def with_safety(self, *, has_safety: bool) -> Layout:
        """The same layout, made higher by the lane of safety: the plot keeps its size."""
        height = self.height + (_SAFETY_LANE * self.base if has_safety else 0)
        return replace(self, height=round(height, 2), has_safety=has_safety)

    def with_key(self, key_lines: int) -> Layout:
        """The same layout, made higher by the lines of the key: the plot keeps its size."""
        height = self.height + _KEY_LINE * self.base * key_lines
        return replace(self, height=round(height, 2), key_lines=key_lines)


_KEY_LINE = 1.35
_MEDICINE_ROW = 1.3
_SAFETY_LANE = 1.6


LAYOUTS = {
    # Shown at 760 to 980 CSS pixels: the smallest words are then 12 pixels or more; a page that is
    # printed shows it 504.6 points wide, and the smallest words at 8 points.
    Form.SCREEN: Layout(
        width=570, height=300, left=28, right=470, base=10, small=9.05, mark=6.5, most_ticks=7
    ),
    # Shown at 328 CSS pixels, which is 4/3 of a pixel for each point.
    Form.PHONE: Layout(
        width=246,
        height=200,
        left=20,
        right=226,
        base=10,
        small=9,
        mark=6,
        most_ticks=4,
        phone=True,
    ),
    # 178 mm wide: the text block of both Letter and A4. Paper is white already, and the word DRAFT
    # that lies behind a page shows through.
    Form.PRINT: Layout(
        width=504.6,
        height=208,
        left=24,
        right=416,
        base=8.5,
        small=8,
        mark=5.5,
        most_ticks=8,
        has_ground=False,
    ),
}
