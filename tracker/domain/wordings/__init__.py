"""How a clinic's own copy of a questionnaire becomes a wording: reading it, and holding it against
the definition.

A copy comes as pasted text or in a file. Whatever it comes as, it is read into one value (`Copy`),
and everything in it that was not understood is named. Nothing here knows a questionnaire.
"""

from tracker.domain.wordings.copies import (
    CopiedAnswer,
    CopiedItem,
    Copy,
    Leftover,
    UnreadableCopy,
    WordingSource,
    check_lengths,
)
from tracker.domain.wordings.fitting import Fit, Pair, fit, fit_of
from tracker.domain.wordings.pasted import LONGEST_PASTED, read_answers, read_pasted

__all__ = [
    "LONGEST_PASTED",
    "CopiedAnswer",
    "CopiedItem",
    "Copy",
    "Fit",
    "Leftover",
    "Pair",
    "UnreadableCopy",
    "WordingSource",
    "check_lengths",
    "fit",
    "fit_of",
    "read_answers",
    "read_pasted",
]
