"""Whose record is it? The same lookup that the actions use, for the web layer."""

from tracker.models.ownership import KINDS, patient_of

__all__ = ["KINDS", "patient_of"]
