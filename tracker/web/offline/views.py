"""The page without a connection, and the worker that keeps it in the browser."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, url_for

from tracker.web.access import anyone
from tracker.web.context import asset

offline = Blueprint("offline", __name__)
IMPORTED = ("js/shared/keeping.js", "js/shared/sending.js")  # by the outbox, without a fingerprint


def kept_addresses() -> list[str]:
    """Everything that the worker keeps: a page that shows nothing of anybody, and its parts."""
    parts = ("css/app.css", "js/outbox.js", "icon.svg")
    imported = (f"/static/{name}" for name in IMPORTED)
    return [url_for("offline.show"), *(asset(part) for part in parts), *imported]


@offline.get("/offline")
@anyone
def show() -> Any:
    """Say that there is no connection; the page adds how many entries wait."""
    return render_template("offline/show.html")


@offline.get("/worker.js")
@anyone
def worker() -> Response:
    """The worker, with the addresses that it keeps written into it."""
    keep = kept_addresses()
    parts = [keep, *(asset(name) for name in IMPORTED), render_template("offline/show.html")]
    name = hashlib.sha256(json.dumps(parts).encode())
    script = Path(current_app.static_folder or "", "js/worker.js").read_text("utf-8")
    head = f'const CACHE = "{name.hexdigest()[:12]}";\nconst KEEP = {json.dumps(keep)};\n'
    answer = Response(head + script, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
