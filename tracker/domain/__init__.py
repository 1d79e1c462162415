"""What is true of treatment: the rules, in the standard library alone."""
