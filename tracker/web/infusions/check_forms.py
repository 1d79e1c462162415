"""The form of a checklist: for each item what became of it, and a line of words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from wtforms.validators import StopValidation

from tracker.actions.sheet_checks import GivenAnswer
from tracker.domain.checklist import ANSWERS_ITSELF, RESULT_WORDS, CheckAnswer
from tracker.domain.checklists import WEIGHT, CheckItem
from tracker.domain.sheet_log import CheckResult
from tracker.queries.sheet_entries import LoggedCheck
from tracker.web.fields import Identifier, Tiles, Words
from tracker.web.forms import TimedForm


class AnswerTiles(Tiles):
    """An answer that may still be open. No label says so: the form says it once for all."""

    def pre_validate(self, form: Any) -> None:
        if self.data in {None, ""}:
            self.data = None
            raise StopValidation
        super().pre_validate(form)


class AnswerWords(Words):
    """What was found, or why an item is overridden."""

    def pre_validate(self, form: Any) -> None:
        if not self.data and not self.process_errors:
            raise StopValidation
        super().pre_validate(form)


class ChecksForm(TimedForm):
    """The base of every checklist's form; `form_of` adds the fields of its items."""

    items: tuple[CheckItem, ...] = ()
    correction_reason = Words("If an answer is changed, why", longest=200, optional=True)

    def answers(self) -> dict[str, GivenAnswer]:
        """The answers that were given, by the key of the item."""
        given = {}
        for place, item in enumerate(self.items):
            result = self[f"result_{place}"].data
            if not result:
                continue
            answer = CheckAnswer(
                result=CheckResult(result), words=self[f"words_{place}"].data or ""
            )
            seen_id = self[f"seen_{place}"].data
            given[item.key] = GivenAnswer(answer=answer, seen_id=seen_id, field=f"words_{place}")
        return given


@lru_cache(maxsize=64)
def form_of(items: tuple[CheckItem, ...]) -> type[ChecksForm]:
    """The form of one checklist. Fields are numbered: a protocol never changes its items."""
    fields: dict[str, Any] = {"items": items}
    for place, item in enumerate(items):
        fields[f"result_{place}"] = AnswerTiles(item.words, choices=_choices(item), hint=item.hint)
        fields[f"words_{place}"] = AnswerWords(_asks(item), longest=200)
        fields[f"seen_{place}"] = Identifier()
    return type("ChecksForm", (ChecksForm,), fields)


def _asks(item: CheckItem) -> str:
    asks = item.asks or "Note, or reason"
    return f"{asks} (kg)" if item.key == WEIGHT else asks


def _choices(item: CheckItem) -> list[tuple[str, str]]:
    results = [CheckResult.OVERRIDDEN]
    if item.may_not_apply:
        results.insert(0, CheckResult.NOT_APPLICABLE)
    if item.key not in ANSWERS_ITSELF:
        results.insert(0, CheckResult.DONE)
    return [(result.value, RESULT_WORDS[result]) for result in results]


def as_shown(items: tuple[CheckItem, ...], standing: Mapping[str, LoggedCheck]) -> dict[str, Any]:
    """The fields of a form that shows what was answered."""
    values: dict[str, Any] = {}
    for place, item in enumerate(items):
        if found := standing.get(item.key):
            values[f"result_{place}"] = found.result.value
            values[f"words_{place}"] = found.reason or found.note
            values[f"seen_{place}"] = found.id
    return values
