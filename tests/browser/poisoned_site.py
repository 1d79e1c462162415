"""A server whose every text says something that a careless page would run.

`python -m tests.browser.poisoned_site FOLDER PORT` serves it on 127.0.0.1.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.faults.test_hostile_text import poison
from tests.make.sessions import open_session
from tests.scans.site import ROUTES, fill, scan_app, write_routes
from tracker.cli.serve import serve
from tracker.models import db as flask_db

if __name__ == "__main__":
    made = scan_app(Path(sys.argv[1]), int(sys.argv[2]))
    fill(made)
    with made.app_context():
        engine = flask_db.engine
    with open_session(engine) as db:
        poison(db)
    write_routes(made, Path(sys.argv[1]) / ROUTES)
    serve(made)
