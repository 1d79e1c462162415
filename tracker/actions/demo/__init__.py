"""The demonstration: one fictitious clinic whose courses stand at every stage, seen from today.

Nothing here is of a real person. The same moment gives the same rows, ids included.
"""

from tracker.actions.demo.clinic import CLINIC_ID, PASSWORD
from tracker.actions.demo.moments import ZONE
from tracker.actions.demo.store import (
    OTHER_DATA,
    Holds,
    Loaded,
    empty,
    load,
    told_from,
    what_it_holds,
)

__all__ = [
    "CLINIC_ID",
    "OTHER_DATA",
    "PASSWORD",
    "ZONE",
    "Holds",
    "Loaded",
    "empty",
    "load",
    "told_from",
    "what_it_holds",
]
