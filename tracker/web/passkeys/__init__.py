"""Passkeys: add one, sign in with one, remove it."""
