"""The progress report of a course: the same document on screen and on paper."""
