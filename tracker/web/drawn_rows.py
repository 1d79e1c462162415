"""The rows of lists to read from afar, each drawn once for as long as it says the same.

A board of eighty rows is drawn every few seconds by several screens, and one or two of its rows
have changed. What a row looks like depends on its own words and on nothing else, but for the token
that guards its button: the row is kept with a gap for that.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from jinja2 import Template
from markupsafe import escape

ROWS_KEPT = 2000
_GAP = secrets.token_hex(16)
"""Where the token belongs. Nobody can write it: it is made anew with each start and never sent."""


class Drawn:
    """HTML that was drawn already."""

    def __init__(self, html: str) -> None:
        self._html = html

    def __html__(self) -> str:
        return self._html


def drawn_rows(rows: Iterable[Any], token: str = "") -> Drawn:
    """The rows as `components/board_row.html` draws them."""
    template = current_app.jinja_env.get_template("components/board_row.html")
    drawn = "".join([_drawn(template, row) for row in rows])
    return Drawn(drawn.replace(_GAP, str(escape(token))))


@lru_cache(maxsize=ROWS_KEPT)
def _drawn(template: Template, row: Any) -> str:
    macros: Any = template.module
    return str(macros.board_row(row=row, token=_GAP))


def init_app(app: Flask) -> None:
    app.jinja_env.globals["drawn_rows"] = drawn_rows
