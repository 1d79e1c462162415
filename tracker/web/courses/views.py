"""Every view of courses, on their one blueprint."""

from tracker.web.courses import change_views, plan_views, state_views
from tracker.web.courses.blueprint import courses

__all__ = ["change_views", "courses", "plan_views", "state_views"]
