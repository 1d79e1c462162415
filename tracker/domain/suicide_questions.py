"""Which questionnaires ask about suicidal thoughts, when one last did, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from tracker.domain import instruments
from tracker.domain.course_record import SentCheckIn
from tracker.domain.due import DAILY
from tracker.domain.instruments import Instrument, SafetyRule, UnknownInstrument
from tracker.domain.progress import Ideation

SCREENER = "c-ssrs-screener"
SCREENER_THOUGHTS = ("q1", "q2", "q3", "q4", "q5")
"""Its questions on thoughts. Its triage counts behaviour too, of any time of life, which is no
thought of now."""


def asks_about_suicide(instrument: Instrument) -> bool:
    """Whether a question of it is about suicidal thoughts: its safety rules say so."""
    return any(_is_about_suicide(rule) for rule in instrument.safety_rules)


def _is_about_suicide(rule: SafetyRule) -> bool:
    return rule.category == "triage" or rule.id.startswith("self-harm")


def find_asking(key: str, version: int) -> Instrument | None:
    """The definition; None where it asks no such thing, or is not among those of this release."""
    try:
        found = instruments.get(key, version)
    except UnknownInstrument:
        return None
    return found if asks_about_suicide(found) else None


def has_thoughts(instrument: Instrument, answers: Mapping[str, object]) -> bool | None:
    """Whether the answers tell of suicidal thoughts; None where it was skipped, or is not asked.

    An answer tells of them that meets a safety rule of the definition on self-harm. A yes counts
    whatever else was skipped; a no takes an answer to every question that is put to everybody.
    """
    questions = _questions(instrument)
    if any(answers.get(item_id) in telling for item_id, telling in questions.items()):
        return True
    put_to_all = [item_id for item_id in questions if instrument.item(item_id).ask_when is None]
    is_whole = all(answers.get(item_id) is not None for item_id in put_to_all)
    return False if put_to_all and is_whole else None


def _questions(instrument: Instrument) -> Mapping[str, frozenset[int]]:
    """The answers that tell of thoughts, by question."""
    if instrument.key == SCREENER:
        return dict.fromkeys(SCREENER_THOUGHTS, frozenset({1}))
    found: dict[str, frozenset[int]] = {}
    for rule in instrument.safety_rules:
        if _is_about_suicide(rule) and rule.item:
            telling = frozenset(each for each in rule.answers if each is not None)
            found[rule.item] = found.get(rule.item, frozenset()) | telling
    return found


def ideation(check_ins: Iterable[SentCheckIn]) -> Iterator[Ideation]:
    """What each check-in said that asked."""
    for each in check_ins:
        if find_asking(each.instrument_key, each.instrument_version) is not None:
            yield Ideation(
                occurred_at=each.occurred_at,
                is_present=each.has_thoughts,
                asked_by=each.instrument_key,
                is_of_one_day=each.instrument_key == DAILY,
            )


def last_asked_at(check_ins: Iterable[SentCheckIn]) -> datetime | None:
    """The last check-in that asked; None where none did."""
    return max((each.occurred_at for each in ideation(check_ins)), default=None)
