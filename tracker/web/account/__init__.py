"""Signing in and out, and the one-time links that open accounts."""
