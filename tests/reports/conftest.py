from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reports.examples import TEMPLATES
from tracker.reports.fonts import font_folders
from tracker.reports.typesetter import Typesetter


@pytest.fixture(scope="module")
def typesetter() -> Iterator[Typesetter]:
    """One warm typesetting process, ended after the module."""
    made = Typesetter(TEMPLATES, font_folders(), time_limit_seconds=30)
    yield made
    made.close()
