"""Is the process alive, is it ready, and whom to tell of a weakness."""
