"""The blueprint of infusions with all its routes."""

from __future__ import annotations

from tracker.web.infusions import end_views, move_views, rate_views, sheet_views, start_views
from tracker.web.infusions.views import infusions

__all__ = ["end_views", "infusions", "move_views", "rate_views", "sheet_views", "start_views"]
