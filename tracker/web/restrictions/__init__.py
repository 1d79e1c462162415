"""Restricted records: who may open one, and opening one with a reason."""
