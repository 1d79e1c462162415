"""The board of today, whole and as the part that refreshes itself."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, jsonify, render_template, request

from tracker.domain.permissions import Act
from tracker.queries import board as board_queries
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.board.pages import BoardPage, board_page

board = Blueprint("board", __name__, url_prefix="/board")


@board.get("")
@allow(Act.SEE_BOARD)
def show() -> Any:
    """Who comes today, who needs something now."""
    return render_template("board/show.html", page=_page())


@board.get("/today")
@allow(Act.SEE_BOARD, seen_as=None)
def today() -> Any:
    """The board's lists for a page that is open, with an ETag: unchanged costs no body."""
    page = _page()
    html = render_template("board/lists.html", page=page)
    answer = jsonify(html=html)
    answer.set_etag(hashlib.sha256(html.encode()).hexdigest()[:32])
    answer.headers["X-Updated-At"] = page.updated
    return answer.make_conditional(request)


def _page() -> BoardPage:
    clinic, who, now = access.clinic(), access.who(), clock.now()
    found = board_queries.get_board(access.database(), who, clinic, now=now)
    return board_page(found, clinic=clinic, who=who, now=now)
