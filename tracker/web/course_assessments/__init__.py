"""What a course is for and how it is judged."""
