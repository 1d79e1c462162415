"""What became of all courses of the clinic together."""
