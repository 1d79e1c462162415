"""The blueprint of infusions with all its routes."""

from __future__ import annotations

from tracker.web.infusions import (
    check_views,
    end_views,
    entry_views,
    live_views,
    move_views,
    paper_views,
    rate_views,
    record_views,
    sheet_views,
    start_views,
    strike_views,
)
from tracker.web.infusions.views import infusions

__all__ = [
    "check_views",
    "end_views",
    "entry_views",
    "infusions",
    "live_views",
    "move_views",
    "paper_views",
    "rate_views",
    "record_views",
    "sheet_views",
    "start_views",
    "strike_views",
]
