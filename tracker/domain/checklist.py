"""The checks of a run sheet: what was answered, what is still open, what may be answered how.

The items are data of the protocol. Some answer themselves: baseline vital signs are there or not, a
score reaches its bound or not. Those can be overridden with a reason like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol as Shape

from tracker.domain.checklists import BASELINE_VITAL_SIGNS, WEIGHT, CheckItem
from tracker.domain.discharge import ComputedKey, discharge_rules, item_words
from tracker.domain.errors import Refused
from tracker.domain.measured_weight import check_weight_words
from tracker.domain.protocol import Protocol
from tracker.domain.sheet_log import CheckPhase, CheckResult

ANSWERS_ITSELF = frozenset({BASELINE_VITAL_SIGNS, *ComputedKey})
"""Keys of items that the sheet itself answers: a person can override them, not tick them off."""

RESULT_WORDS: dict[CheckResult, str] = {
    CheckResult.DONE: "Done",
    CheckResult.NOT_APPLICABLE: "Does not apply",
    CheckResult.OVERRIDDEN: "Overridden",
}


class Item(Shape):
    """One item of a checklist."""

    @property
    def key(self) -> str: ...

    @property
    def words(self) -> str: ...

    @property
    def may_not_apply(self) -> bool: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckAnswer:
    """What became of an item. `words` are the reason of an override, else what was found."""

    result: CheckResult
    words: str = ""

    @property
    def reason(self) -> str:
        """Why it was overridden or does not apply."""
        return "" if self.result is CheckResult.DONE else self.words

    @property
    def note(self) -> str:
        """What was found: a name, a time, a value."""
        return self.words if self.result is CheckResult.DONE else ""


def list_items(protocol: Protocol, phase: CheckPhase) -> tuple[CheckItem, ...]:
    """Every item of a list that takes an answer; computed ones can be overridden."""
    if phase is CheckPhase.BEFORE:
        return protocol.checks_before
    words = item_words(discharge_rules(protocol))
    computed = tuple(CheckItem(key=key, words=said) for key, said in words.items())
    return (*computed, *protocol.checks_discharge)


def check_answer(item: Item, answer: CheckAnswer, *, field: str) -> None:
    """Raise `Refused` for an answer that the item does not take."""
    if item.key in ANSWERS_ITSELF and answer.result is not CheckResult.OVERRIDDEN:
        raise Refused(f"“{item.words}”: the sheet answers this itself.", field=field)
    if answer.result is CheckResult.OVERRIDDEN and not answer.words:
        raise Refused(f"Say why “{item.words}” is overridden.", field=field)
    if answer.result is CheckResult.NOT_APPLICABLE and not item.may_not_apply:
        raise Refused(f"“{item.words}” applies to everybody.", field=field)
    if item.key == WEIGHT and answer.result is CheckResult.DONE:
        check_weight_words(answer.words, field=field)


def open_items(
    items: Sequence[Item], answers: Mapping[str, object], met: Iterable[str] = ()
) -> tuple[str, ...]:
    """The words of every item without an answer, in order; `met` are keys the sheet answers."""
    answered = {*answers, *met}
    return tuple(item.words for item in items if item.key not in answered)


def check_all_done(open_words: Sequence[str], *, what: str) -> None:
    """Raise `Refused` with the list of what is open. `what` is what cannot happen yet."""
    if open_words:
        raise Refused(f"{what} Still open: {'; '.join(open_words)}.")
