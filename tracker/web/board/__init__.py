"""The board of today."""
