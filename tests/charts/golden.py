"""What a chart looks like, in few numbers: where each mark stands, and what is written where.

`python -m tests.charts.golden` writes it anew after a change of the drawing that is meant; look at
the pictures first. The wording of the markup is not in it; colours are where the name says dark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.charts.samples import MEDICINES, SAFETY, SVG, course, infusion, parsed
from tests.charts.test_cohort import PROCESS, SORTED, SURVIVAL, TRAJECTORIES
from tests.charts.test_infusion_charts import EFFECTS, PLAN
from tests.charts.test_small_charts import four_groups, two_weeks
from tracker.charts.drawing import draw, draw_cohort, draw_vitals
from tracker.charts.series import Form

FOLDER = Path(__file__).parent / "golden"
TOLERANCE_POINTS = 0.75
CHARTS: dict[str, Callable[[], str]] = {
    "course-screen": lambda: draw(course(medicines=MEDICINES), Form.SCREEN),
    "course-safety-screen": lambda: draw(course(medicines=MEDICINES, safety=SAFETY), Form.SCREEN),
    "course-safety-phone": lambda: draw(course(safety=SAFETY), Form.PHONE),
    "course-phone": lambda: draw(course(), Form.PHONE),
    "effects-screen": lambda: draw(EFFECTS, Form.SCREEN),
    "plan-phone": lambda: draw(PLAN, Form.PHONE),
    "course-print": lambda: draw(course(medicines=MEDICINES, safety=SAFETY), Form.PRINT),
    "course-screen-dark": lambda: draw(
        course(medicines=MEDICINES, safety=SAFETY), Form.SCREEN, is_dark=True
    ),
    "daily-screen": lambda: draw(two_weeks(), Form.SCREEN),
    "groups-screen": lambda: draw(four_groups(), Form.SCREEN),
    "vitals-print": lambda: draw_vitals(infusion()),
    "trajectories-screen": lambda: draw_cohort(TRAJECTORIES, Form.SCREEN),
    "sorted-screen": lambda: draw_cohort(SORTED, Form.SCREEN),
    "survival-screen": lambda: draw_cohort(SURVIVAL, Form.SCREEN),
    "process-screen": lambda: draw_cohort(PROCESS, Form.SCREEN),
}
_NUMBER = re.compile(r"-?\d+\.?\d*")
_COLOUR = re.compile(r"#[0-9a-f]{6}(?![0-9a-f])")

Look = dict[str, Any]


def look_of(svg: str) -> Look:
    """The places of every group by its name, and every line of words with its place."""
    root = parsed(svg)
    groups: dict[str, list[float]] = {}
    for group in root.iter(f"{SVG}g"):
        name = group.get("id", "").partition("-")[2]
        if name and not name.startswith(("figure", "text")):
            groups.setdefault(name, []).extend(_numbers_in(group))
    words = [
        [text.text or "", round(float(text.get("x", 0)), 1), round(float(text.get("y", 0)), 1)]
        for text in root.iter(f"{SVG}text")
    ]
    return {"size": root.get("viewBox"), "groups": groups, "words": words}


def present_look(name: str) -> Look:
    """The look of a chart as it is drawn now, with its colours where they count."""
    svg = CHARTS[name]()
    return look_of(svg) | ({"colours": colours_of(svg)} if name.endswith("-dark") else {})


def colours_of(svg: str) -> dict[str, list[str]]:
    """The colours of every group by its name, each once, and those of all words."""
    root = parsed(svg)
    found = {"words": set[str]().union(*map(_colours_in, root.iter(f"{SVG}text")))}
    for group in root.iter(f"{SVG}g"):
        name = group.get("id", "").partition("-")[2]
        if name and not name.startswith(("figure", "text")):
            found.setdefault(name, set()).update(_colours_in(group))
    return {name: sorted(colours) for name, colours in found.items() if colours}


def _colours_in(element: Any) -> set[str]:
    own = " ".join(each for part in element.iter() for each in part.attrib.values())
    return set(_COLOUR.findall(own))


def _numbers_in(group: Any) -> list[float]:
    found: list[float] = []
    for each in group:
        if each.tag == f"{SVG}use":
            found += [float(each.get("x", 0)), float(each.get("y", 0))]
        elif each.tag == f"{SVG}path":
            found += map(float, _NUMBER.findall(each.get("d", "")))
        elif each.tag == f"{SVG}g" and not each.get("id"):
            found += _numbers_in(each)
    return [round(number, 1) for number in found]


def differences(kept: Look, now: Look) -> list[str]:
    """What moved by more than the tolerance, came or went; empty where they look the same."""
    said = [] if kept["size"] == now["size"] else [f"size {kept['size']} → {now['size']}"]
    for name in sorted({*kept["groups"], *now["groups"]}):
        before, after = kept["groups"].get(name, []), now["groups"].get(name, [])
        if len(before) != len(after):
            said.append(f"{name}: {len(before)} → {len(after)} numbers")
        elif _is_moved(before, after):
            said.append(f"{name}: moved")
    said += _recoloured(kept.get("colours", {}), now.get("colours", {}))
    before, after = ([each[0] for each in look["words"]] for look in (kept, now))
    if before != after:
        return [*said, f"words: {before} → {after}"]
    pairs = zip(kept["words"], now["words"], strict=True)
    return said + [f"{one[0]!r}: moved" for one, other in pairs if _is_moved(one[1:], other[1:])]


def _recoloured(kept: dict[str, list[str]], now: dict[str, list[str]]) -> list[str]:
    return [
        f"{name}: {kept.get(name)} → {now.get(name)}"
        for name in sorted({*kept, *now})
        if kept.get(name) != now.get(name)
    ]


def _is_moved(before: list[float], after: list[float]) -> bool:
    return any(abs(a - b) > TOLERANCE_POINTS for a, b in zip(before, after, strict=True))


def kept_look(name: str) -> Look:
    """The look that was kept for a chart."""
    found: Look = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in CHARTS:
        text = json.dumps(present_look(name), ensure_ascii=False)
        (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")
