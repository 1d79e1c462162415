"""What was tried before: the list, a form for more, corrections."""
