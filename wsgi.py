"""The WSGI entry: `flask --app wsgi …`, `gunicorn wsgi:app`, or `python wsgi.py` to serve."""

from __future__ import annotations

from tracker.app import create_app

app = create_app()

if __name__ == "__main__":
    from tracker.cli.serve import serve

    serve(app)
