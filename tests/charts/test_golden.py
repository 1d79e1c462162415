"""Charts look as they were looked at: nothing moves, comes or goes unseen."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.charts.golden import CHARTS, differences, kept_look, look_of


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_looks_as_it_was_kept(name: str) -> None:
    """After a change that is meant: python -m tests.charts.golden."""
    assert differences(kept_look(name), look_of(CHARTS[name]())) == []


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
