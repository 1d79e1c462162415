"""Every view of courses, on their one blueprint."""

from tracker.web.courses import change_views, course_page, plan_views, state_views
from tracker.web.courses.blueprint import courses

__all__ = ["change_views", "course_page", "courses", "plan_views", "state_views"]
