"""Charts by content: a key for each distinct picture, and a bounded folder of finished ones.

Several processes may share the folder: a chart is written beside its place and moved there in
one step, so that a reader sees a whole file or none.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from tracker.charts.axes import days_since_epoch
from tracker.charts.cohort_series import CohortSeries
from tracker.charts.infusion_series import EffectsSeries, PlanSeries
from tracker.charts.series import DailySeries, Form, GroupsSeries, ProgressSeries
from tracker.charts.vital_series import VitalSeries

DRAWING_VERSION = 5
"""Raise it when the same series is drawn in another way: old pictures are then drawn again."""

AnySeries = (
    ProgressSeries
    | GroupsSeries
    | DailySeries
    | EffectsSeries
    | PlanSeries
    | VitalSeries
    | CohortSeries
)
_DIGEST_LENGTH = 64
_NAME_LENGTH = 64


def chart_key(series: AnySeries, form: Form, *, is_dark: bool = False) -> str:
    """64 hexadecimal digits that differ whenever the picture may; fit for an ETag and a name."""
    return chart_keys(series, variant(form, is_dark=is_dark))[0]


def variant(form: Form, *, is_dark: bool = False) -> str:
    """The name of one of the pictures of a series: "phone", "phone-dark"."""
    return f"{form}-dark" if is_dark else str(form)


def chart_keys(series: AnySeries, *forms: str) -> tuple[str, ...]:
    """The key of each variant of a picture: what it shows is gone through once."""
    shown = _shown(series)
    heads = [f"{DRAWING_VERSION} {_matplotlib_version()} {form} " for form in forms]
    return tuple(
        hashlib.sha256((head + shown).encode("utf-8", "replace")).hexdigest() for head in heads
    )


class ChartCache:
    """Finished charts in a folder, the least recently used of which go when it grows too big.

    A chart that was damaged on disk counts as absent. Trouble with the disk never stops a page:
    the chart is then drawn and not kept.
    """

    def __init__(self, folder: Path, *, max_bytes: int = 64_000_000) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._written_bytes = max_bytes  # the first write looks at what is there

    def get(self, key: str) -> str | None:
        """The chart of this key, or None when it is absent or damaged."""
        path = self._path(key)
        try:
            stored = path.read_bytes()
        except OSError:
            return None
        digest, chart = stored[:_DIGEST_LENGTH], stored[_DIGEST_LENGTH:]
        if hashlib.sha256(chart).hexdigest().encode() != digest:
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        return chart.decode()

    def put(self, key: str, chart: str) -> None:
        """Keep a chart. A full or forbidden disk is passed over."""
        body = chart.encode()
        stored = hashlib.sha256(body).hexdigest().encode() + body
        with suppress(OSError):
            self._write(self._path(key), stored)
            self._written_bytes += len(stored)
            if self._written_bytes > self._max_bytes // 8:
                self._written_bytes = 0
                self._drop_oldest()

    def get_or_draw(self, key: str, draw: Callable[[], str]) -> str:
        """The kept chart, or a new one that is kept from now on."""
        kept = self.get(key)
        if kept is not None:
            return kept
        chart = draw()
        self.put(key, chart)
        return chart

    def _path(self, key: str) -> Path:
        if len(key) != _NAME_LENGTH or not set(key) <= set("0123456789abcdef"):
            raise ValueError("not a key of a chart")
        return self._folder / key[:2] / f"{key}.svg"

    def _write(self, path: Path, stored: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, suffix=".part")  # mode 0600
        try:
            with os.fdopen(number, "wb") as file:
                file.write(stored)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _drop_oldest(self) -> None:
        found = [(stat.st_mtime_ns, stat.st_size, path) for stat, path in self._files()]
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._max_bytes * 7 // 8:
                break
            path.unlink(missing_ok=True)
            total -= size

    def _files(self) -> list[tuple[os.stat_result, Path]]:
        files = []
        for path in self._folder.glob("*/*"):
            with suppress(FileNotFoundError):
                files.append((path.stat(), path))
        return files


@cache
def _matplotlib_version() -> str:
    return version("matplotlib")


@lru_cache(maxsize=256)
def _shown(series: AnySeries) -> str:
    """Kept by value: a page that is looked at again asks for the same pictures."""
    return _canonical(series)


def _canonical(value: Any) -> str:
    """Text that is the same for equal values, whatever zone an instant was written in."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return repr(str(value))
    if isinstance(value, datetime):
        return repr(days_since_epoch(value))
    if isinstance(value, tuple):
        return f"({','.join(map(_canonical, value))})"
    if isinstance(value, (int, float)):
        return repr(float(value))
    if isinstance(value, date):
        return str(value)
    parts = [_canonical(getattr(value, name)) for name in _field_names(value.__class__)]
    return f"{type(value).__name__}({','.join(parts)})"


@cache
def _field_names(kind: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cast(Any, kind)))
