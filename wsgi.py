"""The WSGI entry: `flask --app wsgi …`, `gunicorn wsgi:app`, or `python wsgi.py` to serve."""

from __future__ import annotations

import os

os.umask(0o077)  # whatever this process makes (database, journal, exports) is its owner's only

from tracker.app import create_app  # noqa: E402

app = create_app()

if __name__ == "__main__":
    from tracker.cli.serve import serve

    serve(app)
