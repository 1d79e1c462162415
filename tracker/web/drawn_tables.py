"""Tables of courses, each drawn once for as long as it says the same.

A table's HTML comes of its words alone, and of the language for what it says of an empty cell. Most
of a page of progress is tables: looked at again, they are what they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from jinja2 import Template

from tracker.domain.languages import Language
from tracker.web import languages
from tracker.web.drawn_rows import Drawn

TABLES_KEPT = 256


def stacked_table(
    caption: str, columns: Sequence[Any], rows: Sequence[Any], is_caption_hidden: bool = False
) -> Drawn:
    """The table as `components/stacked_table.html` draws it."""
    template = current_app.jinja_env.get_template("components/stacked_table.html")
    return _drawn(
        template,
        languages.of_request(),
        caption,
        tuple(columns),
        tuple(map(tuple, rows)),
        is_caption_hidden,
    )


@lru_cache(maxsize=TABLES_KEPT)
def _drawn(template: Template, _language: Language, *words: Any) -> Drawn:
    macros: Any = template.module
    caption, columns, rows, is_caption_hidden = words
    return Drawn(str(macros.stacked_table(caption, columns, rows, is_caption_hidden)))


def init_app(app: Flask) -> None:
    app.jinja_env.globals["stacked_table"] = stacked_table
