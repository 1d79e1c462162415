"""Colours of charts: enough contrast in both themes, and a counterpart in the dark for each."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.charts.samples import MEDICINES, course, infusion
from tests.charts.test_cohort import EVERY
from tests.charts.test_infusion_charts import EFFECTS, PLAN
from tracker.charts import palette
from tracker.charts.drawing import draw, draw_cohort, draw_vitals
from tracker.charts.palette import DARK, DARK_STEPS, STEPS, grey, in_dark
from tracker.charts.series import Form

COLOUR = re.compile(r"(?<=: )#[0-9a-f]{6}(?=[;\"])")
WORDS = ("INK", "QUIET", "LIMIT", "STOP")
MARKS = (*WORDS, "EDGE", "SCORE", "THERAPY", "BETTER", "WORSE")
GROUNDS = ("PAPER", "SHADE", "CHANGE")
themes = pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])


def colour(name: str, *, is_dark: bool) -> str:
    light: str = getattr(palette, name)
    return DARK[light] if is_dark else light


def luminance(shown: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(shown[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@themes
@pytest.mark.parametrize("ground", GROUNDS)
def test_words_have_a_contrast_of_four_and_a_half_and_marks_of_three(
    ground: str, is_dark: bool
) -> None:
    behind = colour(ground, is_dark=is_dark)
    for name in WORDS:
        assert contrast(colour(name, is_dark=is_dark), behind) >= 4.5, name
    for name in MARKS:
        assert contrast(colour(name, is_dark=is_dark), behind) >= 3, name


@themes
def test_the_inside_of_a_hollow_mark_stands_out_from_its_edge(is_dark: bool) -> None:
    inside = colour("PAPER", is_dark=is_dark)
    for name in ("INK", "SCORE", "QUIET"):
        assert contrast(colour(name, is_dark=is_dark), inside) >= 3, name


@pytest.mark.parametrize("steps", [STEPS, DARK_STEPS], ids=["light", "dark"])
def test_harder_is_darker_in_even_steps_in_both_themes(steps: tuple[str, ...]) -> None:
    greys = [grey(step) for step in steps]
    falls = [before - after for before, after in pairwise(greys)]
    assert min(falls) >= 20


def test_every_colour_of_every_chart_has_a_counterpart() -> None:
    series = course(medicines=MEDICINES)
    drawn = [
        (draw(series, Form.SCREEN), draw(series, Form.SCREEN, is_dark=True)),
        (draw(EFFECTS, Form.PHONE), draw(EFFECTS, Form.PHONE, is_dark=True)),
        (draw(PLAN, Form.SCREEN), draw(PLAN, Form.SCREEN, is_dark=True)),
        (draw_vitals(infusion()), draw_vitals(infusion(), is_dark=True)),
        *(
            (draw_cohort(one, Form.PHONE), draw_cohort(one, Form.PHONE, is_dark=True))
            for one in EVERY
        ),
    ]
    for light, dark in drawn:
        assert COLOUR.sub("", light) == COLOUR.sub("", dark)
        assert not set(COLOUR.findall(dark)) & (set(DARK) - set(DARK.values()))
        assert len(set(COLOUR.findall(dark))) == len(set(COLOUR.findall(light)))


def test_words_that_look_like_a_colour_stay_as_they_are() -> None:
    svg = '<text style="fill: #1b2830">x: #1b2830; <b id="a: b"/></text>'
    assert in_dark(svg) == '<text style="fill: #e8ecee">x: #1b2830; <b id="a: b"/></text>'


def test_a_colour_without_counterpart_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(KeyError):
        in_dark('<path style="fill: #123456"/>')
