"""Charts look as they were looked at: nothing moves, comes or goes unseen."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.charts.golden import CHARTS, differences, kept_look, present_look
from tracker.charts.palette import DARK, STOP
from tracker.charts.series import Form


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_looks_as_it_was_kept(name: str) -> None:
    """After a change that is meant: python -m tests.charts.golden."""
    assert differences(kept_look(name), present_look(name)) == []


def test_every_kind_of_chart_is_kept_each_form_and_a_dark_one() -> None:
    kinds = {name.partition("-")[0] for name in CHARTS}
    cohort = {"trajectories", "sorted", "survival", "process"}
    assert kinds == {"course", "daily", "groups", "effects", "plan", "vitals"} | cohort
    assert {name.split("-")[-1] for name in CHARTS} == {*Form, "dark"}


def test_another_colour_in_the_dark_is_seen() -> None:
    """A mark that keeps its light colour there can hardly be told from the ground."""
    kept = kept_look("course-screen-dark")
    recoloured = deepcopy(kept)
    recoloured["colours"]["safety-now"] = [STOP]
    assert DARK[STOP] in kept["colours"]["safety-now"]
    assert differences(kept, recoloured) == [f"safety-now: ['{DARK[STOP]}'] → ['{STOP}']"]
    every = {colour for colours in kept["colours"].values() for colour in colours}
    assert every <= set(DARK.values())


def test_a_mark_that_moves_or_goes_and_words_that_change_are_seen() -> None:
    kept = kept_look("course-phone")
    moved, gone, reworded, shaken = (deepcopy(kept) for _ in range(4))
    moved["groups"]["missed"][0] += 1
    gone["groups"]["missed"].clear()
    reworded["words"][0][0] = "Something else"
    shaken["groups"]["missed"][0] += 0.5
    assert differences(kept, moved) == ["missed: moved"]
    assert differences(kept, gone) == ["missed: 4 → 0 numbers"]
    assert differences(kept, reworded)[0].startswith("words: ")
    assert differences(kept, shaken) == []
