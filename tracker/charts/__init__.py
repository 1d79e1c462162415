"""Values in, picture out: the charts of a course and of an infusion.

Importing this package, `series`, `vital_series`, `words`, `cache` or `fonts` does not import
matplotlib; only the modules that draw do.
"""

from __future__ import annotations

import os
from pathlib import Path


def use_cache_folder(folder: Path) -> None:
    """Let matplotlib keep its list of fonts here instead of in somebody's home.

    Call it before the first chart; without it each process makes the list again (about 0.4 s).
    Raises OSError when the folder cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["MPLCONFIGDIR"] = str(folder)
