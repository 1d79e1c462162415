"""The patient’s own settings."""
