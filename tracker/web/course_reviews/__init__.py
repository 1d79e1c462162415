"""The review in the middle of a course."""
