"""The blueprint of check-ins with all its routes."""

from __future__ import annotations

from tracker.web.check_ins import safety_views
from tracker.web.check_ins.views import check_ins

__all__ = ["check_ins", "safety_views"]
