"""Psychotherapy notes: a page for their author only, apart from the record."""
