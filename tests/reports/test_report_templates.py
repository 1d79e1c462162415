from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reports.examples import TEMPLATES, whole_report
from tracker.reports.fonts import font_folders
from tracker.reports.printable import printable
from tracker.reports.worker import Press

FILES = sorted(TEMPLATES.glob("*.typ"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@pytest.mark.parametrize("banned", ["eval(", "read(", "@preview", "plugin(", "http"])
def test_template_reaches_for_nothing_when_it_is_read(file: Path, banned: str) -> None:
    assert banned not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_template_sets_no_type_under_8_points_when_it_is_read(file: Path) -> None:
    sizes = re.findall(r"size: ([\d.]+)pt", file.read_text(encoding="utf-8"))
    assert all(float(size) >= 8 for size in sizes)


def test_file_outside_the_folder_is_refused_when_a_template_asks_for_it(tmp_path: Path) -> None:
    (tmp_path / "canary.txt").write_text("canary", encoding="utf-8")
    inside = tmp_path / "templates"
    inside.mkdir()
    (inside / "progress.typ").write_text('#read("../canary.txt")', encoding="utf-8")
    with pytest.raises(RuntimeError, match="outside|access|denied|root"):
        Press(inside, font_folders()).pdf(printable(whole_report()))


def test_process_imports_no_framework_when_it_starts() -> None:
    code = (
        "import sys, tracker.reports.worker\n"
        "heavy = {'flask', 'sqlalchemy', 'matplotlib', 'fontTools'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=TEMPLATES.parents[1],
    )
    assert run.stdout.strip() == ""
