"""The contracts between layers name every room that there is."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def contract(name: str) -> dict[str, list[str]]:
    """One contract of import-linter, by its name."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (found,) = [
        each for each in settings["tool"]["importlinter"]["contracts"] if each["name"] == name
    ]
    return found


def test_every_feature_of_the_web_layer_is_kept_apart_from_the_others() -> None:
    rooms = {f"tracker.web.{file.parent.name}" for file in ROOT.glob("tracker/web/*/views.py")}
    assert set(contract("Features of the web layer do not import each other")["modules"]) == rooms
