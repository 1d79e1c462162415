"""Vital signs: what cannot be, what is unusual, and where the clinic wants to be told.

Three tables, three consequences. `POSSIBLE`: outside it is a typing error and is refused.
`USUAL`: outside it somebody is asked once and the value is kept. Site limits: a notice in words.
None of them is a guideline value: published thresholds do not agree (Yip 2022 reviews them). All
are defaults that need clinical review, and the notices belong to a record, not to a monitor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.confirmation import Question


class Measure(StrEnum):
    """One measured value; the word is the name of its column, with the unit."""

    SYSTOLIC = "systolic_mmhg"
    DIASTOLIC = "diastolic_mmhg"
    HEART_RATE = "heart_rate_bpm"
    OXYGEN = "spo2_percent"
    RESPIRATION = "respiration_per_minute"
    RASS = "rass"
    MOAAS = "moaas"
    CADSS6 = "cadss6"


LABELS: dict[Measure, str] = {
    Measure.SYSTOLIC: "Systolic",
    Measure.DIASTOLIC: "Diastolic",
    Measure.HEART_RATE: "Heart rate",
    Measure.OXYGEN: "SpO₂",
    Measure.RESPIRATION: "Respiration",
    Measure.RASS: "RASS",
    Measure.MOAAS: "MOAA/S",
    Measure.CADSS6: "CADSS-6",
}

UNITS: dict[Measure, str] = {
    Measure.SYSTOLIC: "mmHg",
    Measure.DIASTOLIC: "mmHg",
    Measure.HEART_RATE: "per minute",
    Measure.OXYGEN: "%",
    Measure.RESPIRATION: "per minute",
    Measure.RASS: "",
    Measure.MOAAS: "",
    Measure.CADSS6: "",
}

POSSIBLE: dict[Measure, tuple[int, int]] = {
    Measure.SYSTOLIC: (30, 300),
    Measure.DIASTOLIC: (10, 200),
    Measure.HEART_RATE: (10, 300),
    Measure.OXYGEN: (30, 100),
    Measure.RESPIRATION: (1, 80),
    Measure.RASS: (-5, 4),
    Measure.MOAAS: (0, 5),
    Measure.CADSS6: (0, 24),
}
"""Inside both ends inclusive; the database has the same bounds."""

USUAL: dict[Measure, tuple[int, int]] = {
    Measure.SYSTOLIC: (70, 199),
    Measure.DIASTOLIC: (35, 119),
    Measure.HEART_RATE: (40, 150),
    Measure.OXYGEN: (85, 100),
    Measure.RESPIRATION: (6, 40),
    Measure.RASS: (-4, 3),
    Measure.MOAAS: (1, 5),
    Measure.CADSS6: (0, 24),
}
"""A guard against slips of the finger, this project's own default. Wider than the site limits, so
that a real rise in pressure is not held up by a question."""

RASS_WORDS: dict[int, str] = {
    4: "combative",
    3: "very agitated",
    2: "agitated",
    1: "restless",
    0: "alert and calm",
    -1: "drowsy",
    -2: "light sedation",
    -3: "moderate sedation",
    -4: "deep sedation",
    -5: "cannot be woken",
}
"""The Richmond scale's steps in short words of our own."""


MOAAS_WORDS: dict[int, str] = {
    5: "answers readily to the name",
    4: "answers slowly to the name",
    3: "answers to a loud or repeated name",
    2: "answers to a mild prod",
    1: "answers to a painful squeeze only",
    0: "no answer to a painful squeeze",
}
"""The steps of the modified observer's assessment of alertness, in short words of our own."""


class ImpossibleVitalSigns(ValueError):
    """Values that cannot be a measurement. `measure` says which one to look at."""

    def __init__(self, message: str, measure: Measure) -> None:
        super().__init__(message)
        self.measure = measure


@dataclass(frozen=True, kw_only=True, slots=True)
class VitalSigns:
    """One set. What was not measured is None: never 0, never the value before."""

    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    heart_rate_bpm: int | None = None
    spo2_percent: int | None = None
    respiration_per_minute: int | None = None
    rass: int | None = None
    moaas: int | None = None
    cadss6: int | None = None

    def value(self, measure: Measure) -> int | None:
        found: int | None = getattr(self, measure.value)
        return found

    def values(self) -> Iterator[tuple[Measure, int]]:
        """What was measured, in the order of the form."""
        for measure in Measure:
            value = self.value(measure)
            if value is not None:
                yield measure, value

    @property
    def is_empty(self) -> bool:
        return not any(True for _ in self.values())

    @property
    def map_mmhg(self) -> int | None:
        """Mean arterial pressure by the third-of-the-pulse-pressure rule, to whole mmHg."""
        if self.systolic_mmhg is None or self.diastolic_mmhg is None:
            return None
        return (2 * (self.systolic_mmhg + 2 * self.diastolic_mmhg) + 3) // 6

    @property
    def pressure(self) -> str:
        """Such as "148/92"; empty when it was not measured."""
        if self.systolic_mmhg is None or self.diastolic_mmhg is None:
            return ""
        return f"{self.systolic_mmhg}/{self.diastolic_mmhg}"


def check_possible(signs: VitalSigns) -> None:
    """Raise `ImpossibleVitalSigns` for what no measurement can be."""
    for measure, value in signs.values():
        low, high = POSSIBLE[measure]
        if not low <= value <= high:
            raise ImpossibleVitalSigns(f"Enter a number from {low} to {high}.", measure)
    systolic, diastolic = signs.systolic_mmhg, signs.diastolic_mmhg
    if systolic is None and diastolic is not None:
        raise ImpossibleVitalSigns("Enter the systolic pressure too.", Measure.SYSTOLIC)
    if systolic is not None and diastolic is None:
        raise ImpossibleVitalSigns("Enter the diastolic pressure too.", Measure.DIASTOLIC)
    if systolic is not None and diastolic is not None and diastolic >= systolic:
        raise ImpossibleVitalSigns(
            "The diastolic pressure must be below the systolic one. Check both.", Measure.DIASTOLIC
        )


def unusual_questions(signs: VitalSigns) -> tuple[Question, ...]:
    """What to ask once before storing: "200/110: is this right?"."""
    unusual = [measure for measure, value in signs.values() if not _is_usual(measure, value)]
    questions = []
    if any(measure in _PRESSURES for measure in unusual) and signs.pressure:
        words = f"{signs.pressure} mmHg: is this right?"
        questions.append(Question(key=f"pressure {signs.pressure}", words=words))
    for measure in unusual:
        if measure in _PRESSURES:
            continue
        value = signs.value(measure)
        words = f"{LABELS[measure]} {with_unit(measure, value or 0)}: is this right?"
        questions.append(Question(key=f"{measure} {value}", words=words))
    return tuple(questions)


_PRESSURES = (Measure.SYSTOLIC, Measure.DIASTOLIC)


def _is_usual(measure: Measure, value: int) -> bool:
    low, high = USUAL[measure]
    return low <= value <= high


def with_unit(measure: Measure, value: int) -> str:
    """A value as it is read aloud: "97 %", "78 per minute", "−2"."""
    if measure is Measure.RASS:
        return signed(value)
    return f"{value} {UNITS[measure]}".strip()


def signed(value: int) -> str:
    """A number with its sign, as the Richmond scale is written: "+1", "0", "−2"."""
    return "0" if value == 0 else f"{value:+d}".replace("-", "−")
