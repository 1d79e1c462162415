"""Instruments: what is asked, which answers are offered, and which scales the answers make.

Every instrument is a data file in ``definitions``, one file a version, never edited in place;
languages other than a definition's own are files in ``wordings``. The three of this project
(``daily``, ``after-infusion``, ``weekly``) are in its own words and are not validated scales; each
file says so. Of published questionnaires only what is scored ships, never their wording.
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
from tracker.domain.instruments.basics import (
    AnsweredBy,
    AnswerKind,
    Aspect,
    Direction,
    Operator,
    Remote,
    Standing,
    WordingState,
)
from tracker.domain.instruments.catalogue import (
    UnknownInstrument,
    definitions,
    get,
    in_language,
    languages,
    versions,
    wordings,
)
from tracker.domain.instruments.definition import (
    AnswerScale,
    AskWhen,
    Choice,
    Instrument,
    Item,
    Page,
)
from tracker.domain.instruments.plain import canonical, to_json
from tracker.domain.instruments.reading import BrokenInstrument, from_json
from tracker.domain.instruments.rules import (
    Category,
    Column,
    Condition,
    Count,
    Finding,
    Outcome,
    SafetyRule,
    Verdict,
)
from tracker.domain.instruments.scales import (
    Band,
    ChangeKind,
    ChangeThreshold,
    CutPoint,
    Method,
    OutcomeKind,
    OutcomeRule,
    Scale,
)
from tracker.domain.instruments.wording import (
    AnswerScaleWords,
    AnswerWords,
    ItemWords,
    ScaleWords,
    Wording,
    WordingMisfit,
    misfits,
    worded,
    wording_from_json,
    wording_of,
)

__all__ = [
    "SKIPPED",
    "AnswerKind",
    "AnswerNotOffered",
    "AnswerScale",
    "AnswerScaleWords",
    "AnswerValue",
    "AnswerWords",
    "AnsweredBy",
    "Answers",
    "AskWhen",
    "Aspect",
    "Band",
    "BrokenInstrument",
    "Category",
    "ChangeKind",
    "ChangeThreshold",
    "Choice",
    "Column",
    "Condition",
    "Count",
    "CutPoint",
    "Direction",
    "Finding",
    "Instrument",
    "Item",
    "ItemWords",
    "Method",
    "Operator",
    "Outcome",
    "OutcomeKind",
    "OutcomeRule",
    "Page",
    "Remote",
    "SafetyRule",
    "Scale",
    "ScaleWords",
    "Standing",
    "UnknownInstrument",
    "Verdict",
    "Wording",
    "WordingMisfit",
    "WordingState",
    "canonical",
    "check_answer",
    "check_answers",
    "definitions",
    "from_json",
    "get",
    "in_language",
    "languages",
    "misfits",
    "read_answer",
    "to_json",
    "versions",
    "worded",
    "wording_from_json",
    "wording_of",
    "wordings",
]
