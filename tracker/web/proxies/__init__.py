"""Proxies: who reads a patient's visits, and what they read."""
