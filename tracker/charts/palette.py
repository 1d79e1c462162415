"""The colours of charts. Shape and dash carry every meaning; colour only repeats it.

On white each text colour has a contrast of 7.4 to 1 or more, so a chart stays on a white card
in the dark theme as well: one rendering, one meaning.
"""

from __future__ import annotations

PAPER = "#ffffff"
INK = "#1b2830"
QUIET = "#485660"
EDGE = "#66727a"
GRID = "#e3e0d9"
SHADE = "#f4f2ec"
SCORE = "#1d5c6b"
CHANGE = "#e9f0f1"
LIMIT = "#7a4a00"
STOP = "#9c2a1d"
THERAPY = "#7b3f72"
STEPS = ("#f4f1ea", "#cfe0e3", "#9fc3ca", "#6199a5", "#2f6f7e", "#123f4a")
"""Six steps from none to most; their grey values fall evenly."""


def grey(colour: str) -> float:
    """The luminance that a colour prints with, 0 (black) to 255 (white), after Rec. 601."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue
