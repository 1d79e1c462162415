"""A real server whose clock stands still until a test moves it.

`python -m tests.clocked_server FILE` reads the moment from the file, as the settings of the
environment say everything else.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

os.umask(0o077)


def main(file: Path) -> None:
    from tracker.app import create_app
    from tracker.cli.serve import serve

    serve(create_app(CLOCK=lambda: datetime.fromisoformat(file.read_text())))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
