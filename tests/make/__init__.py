"""Builders: keyword-only, sensible defaults."""
