"""What a chart lies on: white on a screen, nothing on paper, where the word DRAFT shows through."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.charts.samples import SVG, course, infusion, parsed
from tests.charts.test_cohort import EVERY
from tests.charts.test_infusion_charts import EFFECTS, PLAN
from tests.charts.test_small_charts import four_groups, two_weeks
from tracker.charts.drawing import draw, draw_cohort, draw_vitals
from tracker.charts.series import Form

DRAWN: dict[str, Callable[[Form], str]] = {
    "course": lambda form: draw(course(), form),
    "groups": lambda form: draw(four_groups(), form),
    "daily": lambda form: draw(two_weeks(), form),
    "effects": lambda form: draw(EFFECTS, form),
    "plan": lambda form: draw(PLAN, form),
    "vitals": lambda form: draw_vitals(infusion(), form),
    "vitals low": lambda form: draw_vitals(infusion(), form, low=True),
    **{
        type(series).__name__: lambda form, series=series: draw_cohort(series, form)
        for series in EVERY
    },
}
TEMPLATES = Path(__file__).parents[2] / "templates" / "reports"


def fills_of_the_whole_sheet(svg: str) -> list[str]:
    """What colours are painted over everything, from edge to edge."""
    root = parsed(svg)
    _left, _top, width, height = map(float, root.get("viewBox", "").split())
    found = []
    for path in root.iter(f"{SVG}path"):
        numbers = [float(each) for each in re.findall(r"-?\d+\.?\d*", path.get("d", ""))]
        across, down = numbers[::2], numbers[1::2]
        if across and max(across) - min(across) >= width and max(down) - min(down) >= height:
            found += re.findall(r"fill: (#[0-9a-f]+)", path.get("style", ""))
    return found


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_white_on_a_screen_and_has_no_ground_on_paper(name: str, form: Form) -> None:
    wanted = [] if form is Form.PRINT else ["#ffffff"]
    assert fills_of_the_whole_sheet(DRAWN[name](form)) == wanted


def test_letters_take_a_chart_as_it_was_drawn() -> None:
    for name in ("progress", "plain", "infusion"):
        assert "bytes(chart.svg)" in (TEMPLATES / f"{name}.typ").read_text()
