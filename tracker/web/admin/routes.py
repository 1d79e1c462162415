"""The routes of the clinic's settings, all of them registered."""

from __future__ import annotations

from tracker.web.admin import (
    on_call_views,
    protocol_views,
    reset_views,
    use_views,
    wording_views,
)
from tracker.web.admin.views import admin

__all__ = ["admin", "on_call_views", "protocol_views", "reset_views", "use_views", "wording_views"]
