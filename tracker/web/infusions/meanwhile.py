"""What stands in the place of an entry that was corrected while a form about it was open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from flask import url_for

from tracker.queries import run_sheets
from tracker.queries.sheet_entries import Entry
from tracker.web import access
from tracker.web.formatting import clock_time, day, moment
from tracker.web.infusions.log_words import entry_words


@dataclass(frozen=True, kw_only=True, slots=True)
class Meanwhile:
    """`rows` are the fields that differ: label, typed, stored. `correct_href` may be empty."""

    words: str
    why: str
    rows: tuple[tuple[str, str, str], ...]
    correct_href: str


def meanwhile(
    form: Any,
    kind: str,
    entry_id: UUID,
    entries: str,
    correct: str,
    as_typed: Callable[[Any], dict[str, Any]] = lambda _entry: {},
) -> Meanwhile | None:
    """Both versions for a form that came too late, read again; None for any other form.

    `as_typed` gives a stored entry as the form's fields show it, `correct` is the endpoint that
    corrects one.
    """
    if not form.is_too_late:
        return None
    clinic = access.clinic()
    sheet = run_sheets.get_run_sheet_of(access.database(), access.who(), kind, entry_id)
    newest = _newest(getattr(sheet.entries, entries), entry_id)
    by = f"by {newest.recorded_by}, {moment(newest.recorded_at, clinic)}"
    at = moment(newest.occurred_at, clinic)
    stands = f"Now stands: {entry_words(newest)}, at {at}. Corrected {by}."
    about: dict[str, Any] = {f"{kind}_id": newest.id}
    return Meanwhile(
        words=f"Struck out {by}." if newest.is_struck else stands,
        why=f"Reason: {newest.correction_reason}",
        rows=() if newest.is_struck else _differing(form, as_typed(newest)),
        correct_href="" if newest.is_struck else url_for(correct, **about),
    )


def _newest(entries: Sequence[Entry], entry_id: UUID) -> Entry:
    """The last link of the chain of corrections that begins with an entry."""
    by_id = {each.id: each for each in entries}
    found = by_id[entry_id]
    while found.corrected_by is not None:
        found = by_id[found.corrected_by]
    return found


def _differing(form: Any, stored: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    pairs = (
        (field.label.text, _said(field, field.data), _said(field, stored.get(field.name)))
        for field in form
        if field.name in stored
    )
    return tuple(each for each in pairs if each[1] != each[2])


def _said(field: Any, value: Any) -> str:
    if value is None or value in ("", [], ()):
        return "Empty"
    if isinstance(value, time):
        return clock_time(value)
    if isinstance(value, date):
        return day(value)
    labels = {str(key): str(words) for key, words, *_ in getattr(field, "choices", None) or ()}
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(labels.get(str(each), str(each)) for each in values)
