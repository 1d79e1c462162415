"""Concurrent medicines: what is taken now, every change, corrections."""
