"""Therapy sessions: planning one and writing its chart note."""
