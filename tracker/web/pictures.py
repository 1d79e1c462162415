"""A chart as an answer: made once, kept by content, asked for again with an ETag."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, request

CHART_FOLDER = "charts"
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def picture(key: str, draw: Callable[[], str], *, kept_as: str = "") -> Response:
    """The SVG of this content key, or "not modified". The browser keeps it and asks each time.

    `kept_as` is its name in the folder (64 hexadecimal digits) where the key alone came from the
    address: a name that also holds whose picture it is cannot be asked for by anybody else.
    """
    answer = Response(mimetype="image/svg+xml")
    answer.set_etag(key)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = SVG_POLICY
    if key not in request.if_none_match:
        answer.set_data(_cache().get_or_draw(kept_as or key, draw))
    answer.make_conditional(request)
    return answer


def kept_svg(name: str, draw: Callable[[], str]) -> str:
    """The SVG that is kept under this name (64 hexadecimal digits), drawn when there is none."""
    svg: str = _cache().get_or_draw(name, draw)
    return svg


def _cache() -> Any:
    if "chart_cache" not in current_app.extensions:
        from tracker.charts.cache import ChartCache

        folder = current_app.config["SETTINGS"].instance_dir / CHART_FOLDER
        current_app.extensions["chart_cache"] = ChartCache(folder)
    return current_app.extensions["chart_cache"]
