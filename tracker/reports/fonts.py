"""Where the printed page gets its letters: two installed packages, never the machine's fonts.

The same fonts on every machine are what makes the same report the same file.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from tracker.charts.fonts import font_folder


def font_folders() -> tuple[Path, ...]:
    """Source Sans Pro for nearly everything; DejaVu Sans for Greek, Hebrew, Arabic and signs.

    DejaVu Sans comes with matplotlib, which is found here and not imported. Raises RuntimeError
    when a package is missing.
    """
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package matplotlib is not installed.")
    return font_folder(), Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
