"""What a course is for and how it is judged: the code of the diagnosis, the kind of trauma, the
assessment and the plan, as whoever treats writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from tracker.domain.errors import Refused

_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?")
_WITHOUT_POINT = re.compile(r"([A-Z][0-9][0-9A-Z])([0-9A-Z]{1,4})")


class Trauma(StrEnum):
    """The kind of the index trauma. What happened stays out of the record of the course.

    The kinds are this project's own short list (default, needs clinical review).
    """

    COMBAT = "combat"
    SEXUAL_VIOLENCE = "sexual_violence"
    PHYSICAL_VIOLENCE = "physical_violence"
    CHILDHOOD = "childhood"
    ACCIDENT = "accident"
    DISASTER = "disaster"
    ILLNESS = "illness"
    DEATH = "death"
    WORK = "work"
    SEVERAL = "several"
    OTHER = "other"


TRAUMA_WORDS = MappingProxyType(
    {
        Trauma.COMBAT: "Combat or war",
        Trauma.SEXUAL_VIOLENCE: "Sexual violence",
        Trauma.PHYSICAL_VIOLENCE: "Physical violence",
        Trauma.CHILDHOOD: "Violence or neglect in childhood",
        Trauma.ACCIDENT: "Accident",
        Trauma.DISASTER: "Disaster",
        Trauma.ILLNESS: "Illness or medical treatment",
        Trauma.DEATH: "Violent or sudden death of another person",
        Trauma.WORK: "Exposure at work, such as first responders",
        Trauma.SEVERAL: "Several kinds",
        Trauma.OTHER: "Another kind",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """One version of it. Every part may be left open."""

    icd10_code: str = ""
    trauma: Trauma | None = None
    assessment: str = ""
    plan: str = ""

    @property
    def trauma_words(self) -> str:
        return "" if self.trauma is None else TRAUMA_WORDS[self.trauma]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAssessment:
    """The version that stands. `revision` counts the versions of a course from 1."""

    revision: int
    assessment: Assessment
    recorded_at: datetime
    recorded_by: str


def read_code(typed: str) -> str:
    """An ICD-10 code as it is written: "f4312" becomes "F43.12". Raises `Refused`.

    Looked at for its shape alone: which codes there are changes every year and with the country.
    """
    code = "".join(typed.split()).upper()
    if not code:
        return ""
    if without_point := _WITHOUT_POINT.fullmatch(code):
        code = ".".join(without_point.groups())
    if not _CODE.fullmatch(code):
        raise Refused(
            "Write the code as a letter, two characters and what follows the point, "
            "such as F43.10 or F43.12.",
            field="icd10_code",
        )
    return code
