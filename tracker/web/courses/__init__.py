"""Planning a course, changing its plan, and looking at it."""
