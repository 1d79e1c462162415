"""A chart as an answer: made once, kept by content, asked for again with an ETag."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, request

if TYPE_CHECKING:
    from tracker.charts.cache import AnySeries
    from tracker.charts.series import Form

CHART_FOLDER = "charts"
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """One of the pictures of a series, by the end of its name in an address."""

    ending: str
    form: Form
    is_dark: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """Where the variants of one picture are; a browser takes the one that suits it.

    Without an address for dark pages the picture stays light, as a document does.
    """

    src: str
    phone_src: str
    dark_src: str = ""
    phone_dark_src: str = ""


def variants() -> tuple[Variant, ...]:
    """For a screen, a phone, both in the dark; and paper."""
    from tracker.charts.series import Form

    return (
        Variant(ending="", form=Form.SCREEN, is_dark=False),
        Variant(ending="-phone", form=Form.PHONE, is_dark=False),
        Variant(ending="-dark", form=Form.SCREEN, is_dark=True),
        Variant(ending="-phone-dark", form=Form.PHONE, is_dark=True),
        Variant(ending="-print", form=Form.PRINT, is_dark=False),
    )


def split_name(name: str) -> tuple[str, Variant]:
    """The picture and its variant: "progress-phone" is the picture "progress" for phones.

    With an ending that there is none of, the whole name is the picture's.
    """
    known = {each.ending: each for each in variants()}
    base, dash, ending = name.partition("-")
    found = known.get(dash + ending)
    return (name, known[""]) if found is None else (base, found)


def sources(name: str, series: AnySeries, address: Callable[[str, str], str]) -> Sources:
    """The addresses of every variant of a picture."""
    from tracker.charts.cache import chart_keys, variant

    wanted = variants()[:4]
    keys = chart_keys(series, *(variant(each.form, is_dark=each.is_dark) for each in wanted))
    found = (address(name + each.ending, key) for each, key in zip(wanted, keys, strict=True))
    src, phone_src, dark_src, phone_dark_src = found
    return Sources(
        src=src,
        phone_src=phone_src,
        dark_src=dark_src,
        phone_dark_src=phone_dark_src,
    )


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
