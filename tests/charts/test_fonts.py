"""The typeface is installed, and has the signs that charts write."""

from __future__ import annotations

from fontTools.ttLib import TTFont

from tracker.charts.fonts import FAMILY, font_folder


def test_typeface_has_every_sign_when_charts_write_it() -> None:
    font = TTFont(font_folder() / "SourceSansPro-Regular.ttf")
    assert font["name"].getDebugName(1) == FAMILY
    assert {ord(sign) for sign in "↓↑→–−±×·…≥"} <= set(font.getBestCmap())
