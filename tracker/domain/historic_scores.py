"""Scores from before: what one line of another system's list says, held against the definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from tracker.domain import instruments, scoring
from tracker.domain.instruments import (
    AnswerKind,
    AnswerNotOffered,
    Answers,
    Instrument,
    Item,
    UnknownInstrument,
    check_answers,
)
from tracker.domain.safety import concerns

_BETWEEN = ";"
"""Between the entries of an answer that is a list."""
EARLIEST = date(1950, 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoricLine:
    """One line as it stands in the file: texts without spaces around them, none interpreted."""

    line: int
    record_number: str
    instrument: str
    on: str
    total: str
    items: tuple[str, ...]
    """The cells q1, q2, … as far as the file has them."""
    fault: str = ""
    """Why the line cannot be read at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoricScore:
    """What a line says. Either every answer is there or only ``total``."""

    line: int
    record_number: str
    instrument: Instrument
    on: date
    answers: Answers | None
    total: Decimal | None

    @property
    def key(self) -> tuple[str, str, date]:
        """Two lines with the same key are about the same questionnaire of the same day."""
        return (self.record_number.casefold(), self.instrument.key, self.on)


@dataclass(frozen=True, kw_only=True, slots=True)
class LineProblem:
    """What is wrong with one line of a file, in a sentence. Line 1 is the header."""

    line: int
    words: str


class _Wrong(Exception):
    """The first thing that is wrong with a line."""


def check_lines(
    lines: Sequence[HistoricLine], *, today: date
) -> tuple[tuple[HistoricScore, ...], tuple[LineProblem, ...]]:
    """Every line that can be read, and a problem for every other one.

    A line that says again what an earlier one said is a problem too. ``today`` is the clinic's.
    """
    scores: list[HistoricScore] = []
    problems: list[LineProblem] = []
    seen: dict[tuple[str, str, date], int] = {}
    for line in lines:
        try:
            score = _read(line, today)
            earlier = seen.setdefault(score.key, line.line)
            if earlier != line.line:
                raise _Wrong(f"It is about the same day as line {earlier}.")
            scores.append(score)
        except _Wrong as problem:
            problems.append(LineProblem(line=line.line, words=str(problem)))
    return tuple(scores), tuple(problems)


def wrong_lines(many: int) -> str:
    """How a list with faults is refused: "1 line is wrong"."""
    return "1 line is wrong" if many == 1 else f"{many} lines are wrong"


def count_worrying(scores: Sequence[HistoricScore]) -> int:
    """How many of them hold an answer that would raise an alert today."""
    return sum(
        bool(concerns(score.instrument, score.answers))
        for score in scores
        if score.answers is not None
    )


def _read(line: HistoricLine, today: date) -> HistoricScore:
    if line.fault:
        raise _Wrong(line.fault)
    if not line.record_number:
        raise _Wrong("The record number of the patient is missing.")
    instrument = _instrument(line.instrument)
    on = _date(line.on, today)
    total = _total(instrument, line.total)
    answers = _answers(instrument, line.items)
    if answers is None and total is None:
        raise _Wrong("There are neither answers nor a total.")
    if answers is not None and total is not None:
        _check_total(instrument, answers, total)
    return HistoricScore(
        line=line.line,
        record_number=line.record_number,
        instrument=instrument,
        on=on,
        answers=answers,
        total=None if answers is not None else total,
    )


def _instrument(key: str) -> Instrument:
    try:
        return instruments.get(key.lower())
    except UnknownInstrument:
        raise _Wrong(f"There is no instrument {quoted(key)}.") from None


def _date(text: str, today: date) -> date:
    says = f"{quoted(text)} is not a date such as 2026-11-23."
    if len(text) != 10 or not text.isascii():  # fromisoformat takes other notations too
        raise _Wrong(says)
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise _Wrong(says) from None
    if found > today:
        raise _Wrong(f"The date {found} is in the future.")
    if found < EARLIEST:
        raise _Wrong(f"The date {found} is before {EARLIEST.year}.")
    return found


def _total(instrument: Instrument, text: str) -> Decimal | None:
    if not text:
        return None
    if not instrument.total:
        raise _Wrong(f"{instrument.title} has no total: its answers are needed.")
    scale = instrument.scale(instrument.total)
    says = f"The total {quoted(text)} is not a number from {scale.minimum} to {scale.maximum}."
    if len(text) > 8 or not text.isascii() or not text.replace(".", "", 1).isdigit():
        raise _Wrong(says)
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise _Wrong(says) from None
    if not scale.minimum <= found <= scale.maximum or found != round(found, 2):
        raise _Wrong(says)
    return found


def _answers(instrument: Instrument, cells: Sequence[str]) -> Answers | None:
    """The answers in the definition's order; None when there is not one."""
    if not any(cells):
        return None
    for place, cell in enumerate(cells[len(instrument.items) :], len(instrument.items) + 1):
        if cell:
            raise _Wrong(
                f"{instrument.title} has {len(instrument.items)} questions, but q{place} is "
                f"{quoted(cell)}."
            )
    raw: dict[str, object] = {
        item.id: _answer(instrument, item, cell, place)
        for place, (item, cell) in enumerate(zip(instrument.items, cells, strict=False), 1)
    }
    return _checked(instrument, raw)


def _checked(instrument: Instrument, raw: Mapping[str, object]) -> Answers:
    try:
        return check_answers(instrument, raw)
    except AnswerNotOffered as problem:
        places = [item.id for item in instrument.items]
        raise _Wrong(f"q{places.index(problem.item_id) + 1}: {problem.message}") from None


def _check_total(instrument: Instrument, answers: Answers, total: Decimal) -> None:
    """Both in one line must agree where every question was answered."""
    found = {each.scale: each for each in scoring.score(instrument, answers)}[instrument.total]
    if found.answered == found.of and found.value is not None and round(found.value, 2) != total:
        raise _Wrong(f"The answers give {found.value}, but the total says {total}.")


def _answer(instrument: Instrument, item: Item, cell: str, place: int) -> object:
    if not cell:
        return None
    scale = instrument.answer_scale(item)
    if scale.kind is AnswerKind.SEVERAL:
        return [part.strip() for part in cell.split(_BETWEEN) if part.strip()]
    number = int(cell) if len(cell) <= 4 and cell.isascii() and cell.isdigit() else None
    if not scale.offers(number):
        raise _Wrong(
            f"q{place} is {quoted(cell)}; “{item.topic}” takes a whole number from "
            f"{scale.lowest} to {scale.highest}."
        )
    return number


def quoted(text: str) -> str:
    """A cell inside a sentence: short, in one line, never alone at a beginning."""
    plain = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return f"“{plain[:30]}…”" if len(plain) > 30 else f"“{plain}”"
