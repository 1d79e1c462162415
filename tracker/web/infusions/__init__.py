"""Infusions: starting one, its run sheet, ending it, saying that one was not given."""
