"""A sheet of a known size in points, drawn with matplotlib and read back as SVG text.

The only module that imports matplotlib. Everything is placed in points, so there is no layout to
solve: most of what a plot usually costs is measuring text and finding ticks. Settings of
matplotlib are process-wide, so they are set once here and never while drawing; a sheet belongs to
one thread and is then thrown away.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from io import StringIO
from typing import Any, Literal
from xml.sax.saxutils import escape

from tracker.charts.fonts import FALLBACKS, FAMILY
from tracker.charts.palette import INK, PAPER

# matplotlib keeps a list of the machine's fonts, which charts never use, in a folder of its own.
# Without a folder of the instance it must not land in somebody's home.
if "MPLCONFIGDIR" not in os.environ:
    _throw_away = tempfile.TemporaryDirectory(prefix="charts-")
    os.environ["MPLCONFIGDIR"] = _throw_away.name

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, IdentityTransform

mpl.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "treatment-course-tracker",
        "font.sans-serif": [FAMILY, *FALLBACKS[:-1]],
        "path.simplify": False,
        "hatch.linewidth": 0.5,
        "text.parse_math": False,
    }
)

Outline = Path
"""The outline of a mark. Marks name it by this word, since a path is also a file's."""

MOVE, LINE, CLOSE = int(Path.MOVETO), int(Path.LINETO), int(Path.CLOSEPOLY)
Place = tuple[float, float]
Box = tuple[float, float, float, float]
Align = Literal["left", "center", "right"]

_Step = Callable[[RendererBase], None]
_AS_IT_IS = IdentityTransform()
_POINTS_AN_INCH = 72.0
_FAMILY_STYLE = ", ".join([f"'{name}'" for name in (FAMILY, *FALLBACKS[:-1])] + ["sans-serif"])
_NO_METADATA: dict[str, None] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_HEAD = re.compile(r"<svg [^>]*>")
_DEFAULT_STYLE = re.compile(r"\s*<defs>\s*<style[^>]*>.*?</style>\s*</defs>", re.DOTALL)
_TAG = re.compile(r"<[a-z][^>]*>")
_IDS = re.compile(r'( id="|href="#|url\(#)')
_NOT_TURNED = re.compile(r' transform="rotate\(-?0 [^"]*"')
# The outline of a mark is said where the mark is defined; its uses need not repeat it.
_STROKE_OF_USE = re.compile(r'(<use [^>]*style="fill: [^;"]*)[^"]*')
_INDENT = re.compile(r"\n\s+")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Drawing(Artist):
    """The steps of a sheet as one artist: an artist a line would cost more than the drawing."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[_Step] = []

    def draw(self, renderer: RendererBase) -> None:
        for step in self.steps:
            step(renderer)


class Sheet:
    """A sheet, white or with no ground. x runs to the right and y upwards, both in points.

    Whatever is added later lies above what was there.
    """

    def __init__(self, width: float, height: float, *, has_ground: bool) -> None:
        self.width = width
        self.height = height
        size = (width / _POINTS_AN_INCH, height / _POINTS_AN_INCH)
        ground = PAPER if has_ground else "none"
        self._figure = Figure(figsize=size, dpi=_POINTS_AN_INCH, facecolor=ground, edgecolor="none")
        self._canvas = FigureCanvasSVG(self._figure)
        self._drawing = _Drawing()
        self._figure.add_artist(self._drawing)
        self._text = Text(rotation_mode="anchor")
        self._text.set_transform(IdentityTransform())

    def words(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float,
        colour: str = INK,
        align: Align = "left",
        bold: bool = False,
    ) -> None:
        """Write one line with its baseline at y; x is its left end, its middle or its right end."""
        words = clean_words(words)
        place = round(x, 2), round(y, 2)

        def step(renderer: RendererBase) -> None:
            # Written, never measured: no font file is opened, and no glyph can be missing.
            self._text.set_position(place)
            self._text.set_horizontalalignment(align)
            pen = _pen(renderer, colour, 1.0)
            at = place[0], self.height - place[1]
            renderer.draw_text(pen, *at, words, _font(size, bold), 0, mtext=self._text)

        if words:
            self._drawing.steps.append(step)

    def lines(
        self,
        runs: Iterable[Sequence[Place]],
        *,
        colour: str = INK,
        width: float = 0.8,
        dashes: tuple[float, ...] = (),
        gid: str,
    ) -> None:
        """Draw a line through each run of places. Dashes and gaps are lengths in points."""
        path = _joined(runs)
        if path is None:
            return

        def step(renderer: RendererBase) -> None:
            pen = _pen(renderer, colour, width)
            if dashes:
                pen.set_dashes(0, dashes)
            renderer.draw_path(pen, path, _AS_IT_IS)

        self._drawing.steps.append(_grouped(gid, step))

    def marks(
        self,
        places: Sequence[Place],
        shape: Outline,
        *,
        size: float,
        colour: str = INK,
        inside: str | None = None,
        edge: float = 0.8,
        gid: str,
    ) -> None:
        """Draw one mark for each place; ``inside`` is its fill, None for an outline alone."""
        path = _joined([places])
        if path is None:
            return
        scaled = Affine2D().scale(size / 2)
        fill = to_rgb(inside) if inside else None

        def step(renderer: RendererBase) -> None:
            pen = _pen(renderer, colour, edge)
            renderer.draw_markers(pen, shape, scaled, path, _AS_IT_IS, fill)

        self._drawing.steps.append(_grouped(gid, step))

    def boxes(
        self,
        boxes: Iterable[Box],
        *,
        fill: str | None = None,
        edge: str | None = None,
        hatch: str | None = None,
        gid: str,
    ) -> None:
        """Draw rectangles, each given by its left, bottom, right and top."""
        path = _joined([(a, b), (c, b), (c, d), (a, d), (a, b)] for a, b, c, d in boxes)
        if path is None:
            return
        face = to_rgb(fill) if fill else None

        def step(renderer: RendererBase) -> None:
            pen = _pen(renderer, edge or PAPER, 0.6 if edge and not hatch else 0.0)
            if hatch and edge:
                pen.set_hatch(hatch)
                pen.set_hatch_color(edge)
            renderer.draw_path(pen, path, _AS_IT_IS, face)

        self._drawing.steps.append(_grouped(gid, step))

    def svg(self, *, title: str, description: str, prefix: str) -> str:
        """The sheet as SVG text; ``prefix`` keeps its ids apart from those of other charts."""
        head = _head(self.width, self.height, title, description, prefix)
        return _tidy(self.printed(), head, prefix)

    def printed(self) -> str:
        """The sheet as matplotlib writes it: long, and with ids that other charts have too."""
        buffer = StringIO()
        print_svg: Callable[..., None] = self._canvas.print_svg
        print_svg(buffer, metadata=_NO_METADATA)
        return buffer.getvalue()


def _pen(renderer: RendererBase, colour: str, width: float) -> GraphicsContextBase:
    pen = renderer.new_gc()
    pen.set_foreground(to_rgba(colour), isRGBA=True)
    pen.set_linewidth(width)
    pen.set_joinstyle("round")
    return pen


def _grouped(gid: str, step: _Step) -> _Step:
    def grouped(renderer: RendererBase) -> None:
        renderer.open_group("g", gid=gid)
        step(renderer)
        renderer.close_group("g")

    return grouped


def _joined(runs: Iterable[Sequence[Place]]) -> Path | None:
    places: list[Place] = []
    codes: list[int] = []
    for run in runs:
        places += [(round(x, 2), round(y, 2)) for x, y in run]
        codes += [MOVE] + [LINE] * (len(run) - 1)
    return Path(places, codes) if places else None


def clean_words(words: str) -> str:
    """One line without characters that XML cannot carry."""
    return " ".join(_NOT_XML.sub("", words).split())


def text_width(words: str, size: float) -> float:
    """A width that the words keep within, also in the wider Arial that browsers fall back to."""
    return len(words) * size * 0.52


def shorten(words: str, size: float, width: float) -> str:
    """The words, cut with an ellipsis where they would not fit the width."""
    words = clean_words(words)
    room = max(1, int(width / (size * 0.52)))
    return words if len(words) <= room else words[: room - 1].rstrip() + "…"


def wrap(words: str, size: float, width: float, *, most: int = 3) -> list[str]:
    """The words on lines that fit the width; what exceeds the last line is cut."""
    lines: list[str] = []
    for word in clean_words(words).split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [shorten(line, size, width) for line in lines]


@cache
def _font(size: float, bold: bool) -> FontProperties:
    weight: Any = "bold" if bold else "normal"
    return FontProperties(family="sans-serif", size=size, weight=weight)


def _head(width: float, height: float, title: str, description: str, prefix: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width:g}pt" height="{height:g}pt" viewBox="0 0 {width:g} {height:g}"'
        f' role="img" aria-labelledby="{prefix}-title {prefix}-desc"'
        f' font-family="{_FAMILY_STYLE}" stroke-linejoin="round">'
        f'<title id="{prefix}-title">{escape(clean_words(title))}</title>'
        f'<desc id="{prefix}-desc">{escape(clean_words(description))}</desc>'
    )


def _tidy(svg: str, head: str, prefix: str) -> str:
    start = _HEAD.search(svg)
    assert start is not None, "matplotlib wrote no svg element"
    body = _DEFAULT_STYLE.sub("", svg[start.end() :], count=1)
    body = _TAG.sub(lambda tag: _tidy_tag(tag.group(), prefix), body)
    return head + _INDENT.sub("\n", body).strip() + "\n"


def _tidy_tag(tag: str, prefix: str) -> str:
    """One tag, apart from the words between tags: those stay as they were written."""
    if tag.startswith("<text"):
        tag = tag.replace(f"font-family: {_FAMILY_STYLE}; ", "")
        return _NOT_TURNED.sub("", tag)
    if tag.startswith("<use"):
        tag = _STROKE_OF_USE.sub(r"\1", tag)
    return _IDS.sub(rf"\g<1>{prefix}-", tag)
