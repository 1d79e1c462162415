"""Keys by content, and a bounded folder that survives damage and company."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from tests.charts.samples import MEDICINES, SAFETY, course, infusion
from tracker.charts import cache
from tracker.charts.cache import ChartCache, chart_key
from tracker.charts.series import Direction, Form

KEY = "a" * 64
OTHER = "b" * 64


@pytest.mark.parametrize("name", [field.name for field in fields(course())])
def test_key_changes_when_any_field_changes(name: str) -> None:
    changes: dict[str, Any] = {
        "direction": Direction.HIGHER_IS_BETTER,
        "minimum": -1,
        "maximum": 81,
        "zone": "UTC",
        "baseline": None,
        "today": None,
        "gap_days": 15,
        "medicines": MEDICINES,
        "safety": SAFETY,
    }
    series = course()
    kept = getattr(series, name)
    empty = () if isinstance(kept, tuple) else "other words"
    changed = replace(series, **{name: changes.get(name, empty)})
    assert chart_key(changed, Form.PRINT) != chart_key(series, Form.PRINT)


def test_key_is_stable_when_the_same_series_is_built_again() -> None:
    assert chart_key(course(), Form.PRINT) == chart_key(course(), Form.PRINT)
    assert chart_key(course(), Form.PRINT) != chart_key(course(), Form.PHONE)
    assert len(chart_key(infusion(), Form.SCREEN)) == 64


def test_key_changes_when_the_way_of_drawing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = chart_key(course(), Form.PRINT)
    monkeypatch.setattr(cache, "DRAWING_VERSION", -1)
    assert chart_key(course(), Form.PRINT) != before


def test_words_cannot_pose_as_other_fields_when_a_key_is_made() -> None:
    first = course(title="a", scale_label="b','c")
    second = course(title="a','b", scale_label="c")
    assert chart_key(first, Form.PRINT) != chart_key(second, Form.PRINT)


def test_chart_is_drawn_once_when_it_is_asked_for_twice(tmp_path: Path) -> None:
    kept = ChartCache(tmp_path / "charts")
    drawn: list[str] = []

    def draw() -> str:
        drawn.append("once")
        return "<svg>ä</svg>"

    assert [kept.get_or_draw(KEY, draw) for _ in range(2)] == ["<svg>ä</svg>"] * 2
    assert drawn == ["once"]


def test_files_are_private_when_they_are_written(tmp_path: Path) -> None:
    kept = ChartCache(tmp_path / "charts")
    kept.put(KEY, "<svg/>")
    (path,) = (tmp_path / "charts").glob("*/*")
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "charts").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("damage", [b"", b"junk", b"0" * 64 + b"<svg/>", b"\xff" * 80])
def test_chart_is_drawn_again_when_its_file_is_damaged(tmp_path: Path, damage: bytes) -> None:
    kept = ChartCache(tmp_path)
    kept.put(KEY, "<svg/>")
    (path,) = tmp_path.glob("*/*")
    path.write_bytes(damage)
    assert kept.get(KEY) is None
    assert kept.get_or_draw(KEY, lambda: "<svg>new</svg>") == "<svg>new</svg>"
    assert kept.get(KEY) == "<svg>new</svg>"


def test_least_used_go_first_when_the_folder_grows_too_big(tmp_path: Path) -> None:
    kept = ChartCache(tmp_path, max_bytes=10_000)
    names = [f"{number:064x}" for number in range(40)]
    for age, name in enumerate(names):
        kept.put(name, "x" * 1_000)
        for path in tmp_path.glob(f"*/{name}.svg"):
            os.utime(path, (age, age))
    total = sum(path.stat().st_size for path in tmp_path.glob("*/*"))
    assert total <= 10_000 * 9 // 8
    assert kept.get(names[0]) is None
    assert kept.get(names[-1]) == "x" * 1_000


def test_page_goes_on_when_nothing_can_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert ChartCache(blocked).get_or_draw(KEY, lambda: "<svg/>") == "<svg/>"


def test_readers_see_whole_charts_when_several_write_at_once(tmp_path: Path) -> None:
    chart = "<svg>" + "x" * 50_000 + "</svg>"

    def work(_: int) -> bool:
        kept = ChartCache(tmp_path)
        kept.put(KEY, chart)
        return kept.get(KEY) == chart and kept.get(OTHER) is None

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert all(pool.map(work, range(100)))
    assert [path.name for path in tmp_path.glob("*/*")] == [f"{KEY}.svg"]


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "a" * 63])
def test_key_is_refused_when_it_is_not_one(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        ChartCache(tmp_path).get(key)


def test_matplotlib_stays_out_when_only_values_are_imported() -> None:
    program = (
        "import sys, tracker.charts, tracker.charts.series, tracker.charts.vital_series,"
        " tracker.charts.words, tracker.charts.vital_words, tracker.charts.cache,"
        " tracker.charts.fonts; sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_home_stays_untouched_when_a_chart_is_drawn(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "instance" / "matplotlib"
    home.mkdir()
    program = (
        "import sys; from pathlib import Path; from tracker.charts import use_cache_folder;"
        "use_cache_folder(Path(sys.argv[1])); import tracker.charts.progress"
    )
    names = ("MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    environment["HOME"] = str(home)
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, env=environment)
    assert list(home.iterdir()) == []
    assert folder.is_dir()
