"""The pictures of a course as answers. The address carries the key of the content, so that a
picture can be kept by browsers and by the server for as long as the data stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, redirect

from tracker.charts.cache import chart_key
from tracker.charts.course_series import CourseSeries
from tracker.charts.drawing import draw
from tracker.web.course_pictures import kept_name
from tracker.web.pictures import Variant, picture


class _OtherPicture(Exception):
    """The data changed since the address was made: `key` is that of the present picture."""

    def __init__(self, key: str) -> None:
        super().__init__("the picture has changed")
        self.key = key


def chart_answer(
    key: str,
    *,
    of: str,
    variant: Variant,
    read: Callable[[], CourseSeries],
    address: Callable[[str], str],
) -> Any:
    """The picture with this key, drawn if it is not kept; else the way to the present one.

    `of` says whose picture it is: a kept picture is found by its owner and its key together.
    """

    def drawn() -> str:
        series = read()
        present = chart_key(series, variant.form, is_dark=variant.is_dark)
        if present != key:
            raise _OtherPicture(present)
        return draw(series, variant.form, is_dark=variant.is_dark)

    try:
        return picture(key, drawn, kept_as=kept_name(of, key))
    except _OtherPicture as other:
        answer: Response = redirect(address(other.key), code=302)  # type: ignore[assignment]
        return answer
