"""The read side: one function answers one question."""
