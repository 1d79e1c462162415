"""The routes of the reports, imported for their sake."""

from __future__ import annotations

from tracker.web.reports import checking_views as checking_views
from tracker.web.reports import month_views as month_views
from tracker.web.reports import signing_views as signing_views
from tracker.web.reports.views import reports as reports
