"""The board of today and the view of the rooms: each whole, and as the part that refreshes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from tracker.domain.permissions import Act
from tracker.queries import board as board_queries
from tracker.queries import board_duties
from tracker.queries.board_version import last_write
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.board.infusion_rows import RoomPage, room_page
from tracker.web.board.pages import BoardPage, board_page, unsigned_page
from tracker.web.formatting import clock_time
from tracker.web.moments import whole_minute

board = Blueprint("board", __name__, url_prefix="/board")


@board.get("")
@allow(Act.SEE_BOARD)
def show() -> Any:
    """Who comes today, who needs something now."""
    return render_template("board/show.html", page=_page())


@board.get("/unsigned")
@allow(Act.SEE_BOARD)
def unsigned() -> Any:
    """Every run sheet of an earlier day that nobody signed."""
    clinic, who, db = access.clinic(), access.who(), access.database()
    today = clinic.date_of(clock.now())
    found = board_duties.list_every_unsigned(db, who, today=today)
    total = board_duties.count_unsigned(db, who, today=today)
    page = unsigned_page(found, total=total, today=today, who=who)
    return render_template("board/unsigned.html", page=page)


@board.get("/today")
@allow(Act.SEE_BOARD, seen_as=None)
def today() -> Any:
    """The board's lists for a page that is open, with an ETag: unchanged they are not read."""
    return _part("board/lists.html", _page)


@board.get("/room")
@allow(Act.SEE_BOARD)
def room() -> Any:
    """The rooms for a screen that others can see: initials only, large."""
    return render_template("board/room.html", page=_rooms())


@board.get("/room/today")
@allow(Act.SEE_BOARD, seen_as=None)
def room_part() -> Any:
    """The rooms for a screen that is open."""
    return _part("board/rooms.html", _rooms)


def _part(template: str, read: Callable[[], BoardPage | RoomPage]) -> Response:
    """A part that refreshes. Unchanged within the minute, it is neither read nor rendered.

    The minute is part of the ETag: what the board says of what is due changes with it.
    """
    db, who, now = access.database(), access.who(), clock.now()
    stands = (request.endpoint, last_write(db, who), whole_minute(now), who.sign_in_id)
    etag = hashlib.sha256(repr(stands).encode()).hexdigest()[:32]
    if etag in request.if_none_match:
        answer = Response(status=304)
    else:
        answer = jsonify(html=render_template(template, page=read()))
    answer.set_etag(etag)
    answer.headers["X-Updated-At"] = clock_time(access.clinic().local(now))
    return answer


def _page() -> BoardPage:
    clinic, who, now = access.clinic(), access.who(), clock.now()
    found = board_queries.get_board(access.database(), who, clinic, now=now)
    return board_page(found, clinic=clinic, who=who, now=now)


def _rooms() -> RoomPage:
    clinic, who, now = access.clinic(), access.who(), clock.now()
    found = board_queries.get_room_view(access.database(), who, clinic, now=now)
    return room_page(found, clinic=clinic, now=now)
