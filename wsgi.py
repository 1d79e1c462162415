"""The WSGI entry: `flask --app wsgi …`, `gunicorn wsgi:app`, or `python wsgi.py` to serve."""

from __future__ import annotations

import gc
import os

os.umask(0o077)  # whatever this process makes (database, journal, exports) is its owner's only
gc.disable()  # nothing that a start makes is garbage: looking for some takes a sixth of its time

from tracker.app import create_app  # noqa: E402

app = create_app()
gc.freeze()  # what the start made stays until the end; requests need not have it looked through
gc.enable()

if __name__ == "__main__":
    from tracker.cli.serve import serve

    serve(app)
