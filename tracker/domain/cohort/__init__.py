"""What became of all courses of a clinic together: counted, never named."""
