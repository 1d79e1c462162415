"""The shapes that carry meaning. Each differs from the others in outline, not in colour."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tracker.charts.canvas import CLOSE, LINE, MOVE, Outline

_Corner = tuple[float, float]


def _shape(*strokes: Sequence[_Corner], closed: int = 99) -> Outline:
    """Join strokes to one path, so that one mark is one element; the first ones are closed."""
    corners: list[_Corner] = []
    codes: list[int] = []
    for number, stroke in enumerate(strokes):
        corners += stroke
        codes += [MOVE] + [LINE] * (len(stroke) - 1)
        if number < closed:
            corners.append(stroke[0])
            codes.append(CLOSE)
    return Outline(corners, codes)


def _arc(start: float, end: float, steps: int) -> list[_Corner]:
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(round(math.cos(angle), 3), round(math.sin(angle), 3)) for angle in angles]


def _star(rays: int) -> list[_Corner]:
    """Rays of length 1 with deep cuts between them, the first one upwards."""
    angles = [math.pi * (0.5 + step / rays) for step in range(2 * rays)]
    radii = (1.1, 0.5) * rays
    return [
        (round(radius * math.cos(angle), 3), round(radius * math.sin(angle), 3))
        for radius, angle in zip(radii, angles, strict=True)
    ]


_DOWN: list[_Corner] = [(-1, 0.9), (1, 0.9), (0, -0.95)]
_RIGHT_HALF: list[_Corner] = [(0, 0.9), (0, -0.95), (1, 0.9)]
_CROSS: tuple[list[_Corner], list[_Corner]] = ([(-1, -1), (1, 1)], [(-1, 1), (1, -1)])
_SQUARE: list[_Corner] = [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
_PLUS: list[_Corner] = [
    *[(-0.35, 1), (0.35, 1), (0.35, 0.35), (1, 0.35), (1, -0.35), (0.35, -0.35)],
    *[(0.35, -1), (-0.35, -1), (-0.35, -0.35), (-1, -0.35), (-1, 0.35), (-0.35, 0.35)],
]

CIRCLE = Outline.unit_circle()
SQUARE = _shape(_SQUARE)
DIAMOND = _shape([(0, -1), (1, 0), (0, 1), (-1, 0)])
CROSS = _shape(*_CROSS, closed=0)
DOWN = _shape(_DOWN)
LEFT = _shape([(0.9, -1), (0.9, 1), (-0.95, 0)])
RIGHT = _shape([(-0.9, -1), (-0.9, 1), (0.95, 0)])
HALF_DOWN = _shape(_DOWN, _RIGHT_HALF)
"""▼ of which the right half is a hole: two outlines that run against each other."""
UNDERLINED_DOWN = _shape(_DOWN, [(-1, -1.5), (1, -1.5)], closed=1)
STRUCK_DOWN = _shape(_DOWN, *_CROSS, closed=1)
PLUS = _shape(_PLUS)
_UP: list[_Corner] = [(-1, -0.9), (1, -0.9), (0, 0.95)]
_FLIPPED_RIGHT_HALF: list[_Corner] = [(0, 0.95), (0, -0.9), (-1, -0.9)]
UP = _shape(_UP)
HALF_UP = _shape(_UP, _FLIPPED_RIGHT_HALF)
OVERLINED_UP = _shape(_UP, [(-1, 1.5), (1, 1.5)], closed=1)
STAR = _shape(_star(6))
BAR = _shape([(0, -1), (0, 1)], closed=0)
NARROW_BOX = _shape([(-0.35, -1), (0.35, -1), (0.35, 1), (-0.35, 1)])
# The point of a caret, not its middle, lies on the value that it marks.
CARET_DOWN = _shape([(-0.75, 1), (0, 0), (0.75, 1)])
CARET_UP = _shape([(-0.75, -1), (0, 0), (0.75, -1)])
