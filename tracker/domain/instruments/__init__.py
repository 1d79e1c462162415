"""Instruments: what is asked, which answers are offered, and which scales the answers make.

Every instrument is a data file beside this package's code, one file a version, never edited in
place. The three of this project (``daily``, ``after-infusion``, ``weekly``) are in its own words
and are not validated scales; each file says so.
"""

from tracker.domain.instruments.answers import (
    SKIPPED,
    AnswerNotOffered,
    Answers,
    AnswerValue,
    check_answer,
    check_answers,
    read_answer,
)
from tracker.domain.instruments.catalogue import UnknownInstrument, definitions, get
from tracker.domain.instruments.definition import (
    AnswerKind,
    AnswerScale,
    Aspect,
    Choice,
    Direction,
    Instrument,
    Item,
    Page,
    SafetyRule,
    Scale,
    canonical,
    to_json,
)
from tracker.domain.instruments.reading import BrokenInstrument, from_json

__all__ = [
    "SKIPPED",
    "AnswerKind",
    "AnswerNotOffered",
    "AnswerScale",
    "AnswerValue",
    "Answers",
    "Aspect",
    "BrokenInstrument",
    "Choice",
    "Direction",
    "Instrument",
    "Item",
    "Page",
    "SafetyRule",
    "Scale",
    "UnknownInstrument",
    "canonical",
    "check_answer",
    "check_answers",
    "definitions",
    "from_json",
    "get",
    "read_answer",
    "to_json",
]
