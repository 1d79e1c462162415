"""The routes of signing in, all of them registered."""

from __future__ import annotations

from tracker.web.account import reset_views
from tracker.web.account.views import account

__all__ = ["account", "reset_views"]
