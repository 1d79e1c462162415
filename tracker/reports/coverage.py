"""Which characters the fonts can show. The others are printed as a replacement mark.

PDF/UA refuses a file that holds a character without a glyph, so one emoji in a note would cost
the whole report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

FONT_FILES = ("SourceSansPro-Regular.ttf", "DejaVuSans.ttf")
"""The fonts that the template names, in its order; a character in either one is shown."""
REPLACEMENT = "\ufffd"

_ALWAYS_SHOWN = re.compile("[\n -~\u00a0-\u017f\u200b–—‘’“”•…−≤≥±×·→←↑↓\ufffd]*")
"""Plain text, which every report is nearly all made of, needs no look into the font files."""


class Coverage:
    """What the fonts in some folders can show. Reads the fonts only when a text needs it."""

    def __init__(self, font_folders: Sequence[Path]) -> None:
        self._font_folders = font_folders

    def shown(self, value: Any) -> Any:
        """The same data with every character that has no glyph replaced; charts stay as drawn."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.shown(part) for part in value]
        if isinstance(value, dict):
            return {key: part if key == "svg" else self.shown(part) for key, part in value.items()}
        return value

    def _text(self, text: str) -> str:
        if _ALWAYS_SHOWN.fullmatch(text):
            return text
        return "".join(
            letter if letter in "\n\u200b" or ord(letter) in self._characters else REPLACEMENT
            for letter in text
        )

    @cached_property
    def _characters(self) -> frozenset[int]:
        # Slow to import, and rarely needed.
        from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

        found: set[int] = set()
        for folder in self._font_folders:
            for name in FONT_FILES:
                if (folder / name).is_file():
                    with TTFont(folder / name, lazy=True) as font:
                        found.update(font.getBestCmap())
        return frozenset(found)
