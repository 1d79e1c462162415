"""What travels to a phone is compressed: the site's own files, and the forms of check-ins.

A check-in form is the one page that has to arrive with one bar of signal. No other page is
compressed: what a page says beside what somebody else made it say could be guessed from its length
(BREACH). A check-in form repeats nothing of the address, and an answer to a POST is left as it is.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header

from tracker.web.headers import static_headers

FORMS = frozenset({"check_ins.answer", "check_ins.blank"})
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_A_YEAR = "max-age=31536000, public"
LEVEL = 6

Start = Callable[..., Any]


def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted).quality("gzip") > 0


def compress_form(response: Response) -> Response:
    """Compress a check-in form that a browser opens."""
    if request.endpoint not in FORMS or request.method != "GET" or response.status_code != 200:
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if _takes_gzip(request.headers.get("Accept-Encoding", "")):
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


@dataclass(frozen=True, kw_only=True, slots=True)
class _Packed:
    body: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]


class CompressedFiles:
    """Serves the files below a folder compressed, and leaves everything else to the application."""

    def __init__(self, app: Any, folder: Path, prefix: str) -> None:
        self.app = app
        self.packed = {
            f"{prefix}{file.relative_to(folder).as_posix()}": _pack(
                file, f"{prefix}{file.relative_to(folder).as_posix()}"
            )
            for file in sorted(folder.rglob("*"))
            if file.suffix in KINDS
        }

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        found = self.packed.get(environ.get("PATH_INFO", ""))
        is_asked = environ.get("REQUEST_METHOD") == "GET"
        if not found or not is_asked or not _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            answer: Iterable[bytes] = self.app(environ, start)
            return answer
        if environ.get("HTTP_IF_NONE_MATCH") == found.etag:
            start("304 Not Modified", list(found.headers))
            return []
        start("200 OK", [*found.headers, ("Content-Length", str(len(found.body)))])
        return [found.body]


def _pack(file: Path, url: str) -> _Packed:
    content = file.read_bytes()
    etag = f'"{hashlib.sha256(content).hexdigest()[:16]}-gzip"'
    headers = Headers(
        {
            "Content-Type": f"{KINDS[file.suffix]}; charset=utf-8",
            "Content-Encoding": "gzip",
            "Cache-Control": FOR_A_YEAR,
            "ETag": etag,
            "Vary": "Accept-Encoding",
        }
    )
    static_headers(headers, "", url)
    body = gzip.compress(content, 9, mtime=0)
    return _Packed(body=body, etag=etag, headers=tuple(headers.to_wsgi_list()))


def init_app(app: Flask) -> None:
    app.after_request(compress_form)
