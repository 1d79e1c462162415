"""A report made ready for the typesetter: bounded in size, and free of what no page can show.

The text stays data all the way: the template shows strings and never evaluates them. What is
changed here is only what would break a page: control characters, direction overrides that make
text read otherwise than it is stored, and words too long to be broken into lines.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from tracker.reports.document import Document, Layout

MOST_ROWS = 600
MOST_CHARTS = 8
LONGEST_TEXT = 12_000
LONGEST_CELL = 1_000
LONGEST_SVG = 400_000
MOST_TEXT = 300_000

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]")
"""Joiners and direction marks: nothing to see, and overrides make text read otherwise."""
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff]"
)
"""Control characters, lone surrogates and noncharacters."""
_LONG_WORD = re.compile(r"\S{32,}")
_LONG_WORD_IN_CELL = re.compile(r"\S{18,}")
_PIECE = re.compile(r".{9}(?=.)")
_BREAK = "\u200b"


class ReportTooLarge(Exception):
    """More than a printed report can hold. The text says what is too much."""


def printable(report: Document) -> dict[str, Any]:
    """The document as plain data for its template.

    Raises ReportTooLarge when a table, a text or a chart is past its limit.
    """
    data: dict[str, Any] = json.loads(report.to_json())
    charts = data.pop("charts", [])
    _check_charts(charts)
    cleaned: dict[str, Any] = _Cleaner(report.layout).section("report", data)
    cleaned["charts"] = [
        {
            "svg": _without_surrogates(chart["svg"]),
            "alt": clean(chart["alt"]) or "Chart without a description",
            "caption": clean(chart["caption"]),
        }
        for chart in charts
    ]
    whose = cleaned["patient"]["name"] if "patient" in cleaned else clean(report.title)
    return cleaned | {
        "template": report.layout.template,
        "title": report.title,
        "document_title": report.layout.title,
        "running_name": shortened(whose, 44),
        "running_maker": shortened(cleaned["generated_by"], 50),
    }


def clean(text: str, *, keep_lines: bool = False, in_cell: bool = False) -> str:
    """Text that any page can show; words too long for a line get places to break at."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    text = _UNPRINTABLE.sub("\ufffd", _INVISIBLE.sub("", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    text = "\n".join(lines).strip("\n") if keep_lines else " ".join(filter(None, lines))
    long_word = _LONG_WORD_IN_CELL if in_cell else _LONG_WORD
    return long_word.sub(lambda word: _PIECE.sub(rf"\g<0>{_BREAK}", word[0]), text)


def shortened(text: str, longest: int) -> str:
    """Text for a running line, where one line is all the room there is."""
    text = text.replace(_BREAK, "")
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _without_surrogates(svg: str) -> str:
    return svg.encode("utf-8", "replace").decode("utf-8")


def _check_charts(charts: list[dict[str, str]]) -> None:
    if len(charts) > MOST_CHARTS:
        raise ReportTooLarge(f"{len(charts)} charts; a report holds {MOST_CHARTS} at most.")
    for chart in charts:
        if len(chart["svg"]) > LONGEST_SVG:
            raise ReportTooLarge("A chart is too large to print. Choose a shorter period.")
        if len(chart["alt"]) + len(chart["caption"]) > LONGEST_TEXT:
            raise ReportTooLarge("The description of a chart is too long to print.")


class _Cleaner:
    """Walks a report once, cleaning every text and adding up what it holds."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._characters = 0

    def section(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(name, value)
        if isinstance(value, dict):
            return {key: self.section(self._name(name, key), part) for key, part in value.items()}
        if isinstance(value, list):
            if len(value) > MOST_ROWS:
                raise ReportTooLarge(
                    f"{len(value)} rows in “{name}”; a {self._layout.what} holds {MOST_ROWS} at "
                    f"most. {self._layout.advice}"
                )
            return [self.section(name, part) for part in value]
        return value

    def _text(self, name: str, text: str) -> str:
        longest = LONGEST_CELL if name in self._layout.tables else LONGEST_TEXT
        self._characters += len(text)
        if len(text) > longest:
            raise ReportTooLarge(
                f"A text of {len(text)} characters in “{name}”; {longest} can be printed."
            )
        if self._characters > MOST_TEXT:
            raise ReportTooLarge(
                f"The {self._layout.what} holds too much text to print. {self._layout.advice}"
            )
        return clean(
            text,
            keep_lines=name in self._layout.keeps_lines,
            in_cell=name in self._layout.tables,
        )

    def _name(self, name: str, key: str) -> str:
        """A column belongs to its table, a paragraph to its note; else a part has its own name."""
        owns = name in self._layout.tables or name in self._layout.keeps_lines
        return name if owns else key
