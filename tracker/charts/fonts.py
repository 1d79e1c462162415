"""The typeface of charts and printed pages: Source Sans Pro, from an installed package.

The package carries the SIL Open Font License 1.1. Charts keep their text as text, so the files
are only read by what prints them; a browser without the typeface falls back to Arial.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

FAMILY = "Source Sans Pro"
FALLBACKS = ("Arial", "Helvetica", "sans-serif")


@cache
def font_folder() -> Path:
    """The folder that holds the font files.

    Raises RuntimeError when the package is not installed: print would silently fall back.
    """
    spec = find_spec("font_source_sans_pro")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package font-source-sans-pro is not installed.")
    return Path(spec.origin).parent / "files"
