"""Signing a record and adding to a signed one."""
