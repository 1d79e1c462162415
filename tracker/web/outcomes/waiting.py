"""What a page has just computed, kept for the pictures that its browser asks for next.

Without it each picture of a page would count all courses again. Another process counts anew.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from tracker.charts.cohort_series import CohortSeries

MOST = 100


class WaitingSeries:
    """The newest series by the name under which their picture is kept."""

    def __init__(self) -> None:
        self._series: OrderedDict[str, CohortSeries] = OrderedDict()
        self._lock = Lock()

    def put(self, name: str, series: CohortSeries) -> None:
        with self._lock:
            self._series[name] = series
            while len(self._series) > MOST:
                self._series.popitem(last=False)

    def get(self, name: str) -> CohortSeries | None:
        with self._lock:
            return self._series.get(name)
