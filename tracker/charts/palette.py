"""The colours of charts. Shape and dash carry every meaning; colour only repeats it.

A chart is drawn once, in the light colours. For a dark page each colour is exchanged for its
counterpart in the finished picture: both themes show the same thing at the same place.
"""

from __future__ import annotations

import re
from types import MappingProxyType

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
THIN = "#9aa5ab"
"""Many lines at once, behind what matters."""
BETTER = "#00739e"
WORSE = "#b35900"
STEPS = ("#f4f1ea", "#cfe0e3", "#9fc3ca", "#6199a5", "#2f6f7e", "#123f4a")
"""Six steps from none to most; their grey values fall evenly."""
DARK_STEPS = ("#d3dcdd", "#a9c0c4", "#7fa1a8", "#55808a", "#305c67", "#0b1a1f")
"""The same order in the dark: darker is harder there too, as the words beside it say."""

DARK = MappingProxyType(
    {
        PAPER: "#1b252b",
        INK: "#e8ecee",
        QUIET: "#b3bec4",
        EDGE: "#8d9aa2",
        GRID: "#36444c",
        SHADE: "#232f36",
        SCORE: "#7cc4d1",
        CHANGE: "#1e3740",
        LIMIT: "#f2c266",
        STOP: "#ff9c8f",
        THERAPY: "#dca8d3",
        THIN: "#66757e",
        BETTER: "#6fbfe0",
        WORSE: "#f0a35e",
        **dict(zip(STEPS, DARK_STEPS, strict=True)),
    }
)
"""Every colour with its counterpart on a dark page."""

_TAG = re.compile(r"<[a-z][^>]*>")
_COLOUR = re.compile(r"(?<=: )#[0-9a-f]{6}(?=[;\"])")


def in_dark(svg: str) -> str:
    """A finished chart in the dark colours. Raises KeyError for a colour without counterpart."""
    return _TAG.sub(lambda tag: _COLOUR.sub(_counterpart, tag.group()), svg)


def _counterpart(colour: re.Match[str]) -> str:
    return DARK[colour.group()]


def grey(colour: str) -> float:
    """The luminance that a colour prints with, 0 (black) to 255 (white), after Rec. 601."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue
