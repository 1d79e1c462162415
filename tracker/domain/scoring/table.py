"""Batch scoring: a table of answers in, a table of everything the definition says out.

One row in, one row out. Cells are text: an answer's number, or nothing for a skipped one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import getitem
from typing import Any

from tracker.domain.instruments import AnswerKind, AnswerScale, Column, Instrument, Verdict
from tracker.domain.scoring.interpreter import band_of
from tracker.domain.scoring.logic import Facts
from tracker.domain.scoring.program import program_of
from tracker.domain.scoring.scales import Number
from tracker.domain.scoring.values import NotAsked, Value, places

Cell = str | Number | tuple[str, ...] | None
"""None is printed as nothing, a tuple with semicolons between."""
_BETWEEN = ";"
_FIRST = ("answered", "complete", "prorated", "total")


class TableFault(ValueError):
    """What is wrong with a header or a row, as a sentence; nothing of it was scored."""


class ScoredTable:
    """Scores the rows of one table. Made from its header, which may be in any order.

    Raises `TableFault` that names every column that is missing, unknown or there twice.
    """

    def __init__(self, instrument: Instrument, header: Sequence[str]) -> None:
        self.instrument = instrument
        self._program = program_of(instrument)
        self._take = _order(instrument, header)
        self._width = len(header)
        offered = [instrument.answer_scale(item) for item in instrument.items]
        self._kinds = offered
        self._texts = [_texts(answers) for answers in offered]
        self._columns = [_reader(instrument, column) for column in instrument.columns]
        scales = [scale.id for scale in instrument.scales]
        self._total = scales.index(instrument.total) if instrument.total else None
        self._others = [
            (scales.index(column.scale), f"prorated-{column.name}")
            for column in instrument.columns
            if column.scale
        ]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns that `score_row` gives."""
        return (*_FIRST, *(column.name for column in self.instrument.columns), "flags")

    def score_row(self, cells: Sequence[str]) -> list[Cell]:
        """One row. Raises `TableFault` for too many or too few cells or an answer not offered."""
        if len(cells) != self._width:
            raise TableFault(f"has {len(cells)} cells, the header has {self._width}")
        texts = cells if self._take is None else self._take(cells)
        try:
            values: list[Value] = list(map(getitem, self._texts, texts))
        except KeyError:
            values = [self._value(place, text) for place, text in enumerate(texts)]
        facts = self._program.run(values)
        answered, asked = self._program.answered(facts)
        total = None if self._total is None else facts.scales[self._total]
        return [
            answered,
            _yes(answered == asked),
            _yes(total is not None and total.prorated),
            None if total is None else total.value,
            *[read(facts) for read in self._columns],
            self._flags(facts),
        ]

    def _value(self, place: int, text: str) -> Value:
        """Slowly, for a cell with spaces around it or one that is refused."""
        plain = text.strip()
        if plain in self._texts[place]:
            return self._texts[place][plain]
        offered = self._kinds[place]
        if offered.kind is AnswerKind.SEVERAL:
            ticked = _ticked(offered, plain)
            if ticked is not None:
                return ticked
        raise TableFault(f"q{place + 1} is {_short(plain)}: {_wanted(offered)}")

    def _flags(self, facts: Facts) -> tuple[str, ...]:
        """What somebody must know of a row: safety rules that were met, urgent ones first, groups
        that were prorated, answers that contradict others.
        """
        raised = self._program.raised(facts)
        if facts.is_full and not facts.contradictions:
            return _ids(raised) if raised else ()
        prorated = [name for number, name in self._others if facts.scales[number].prorated]
        odd = [f"contradiction-q{place + 1}" for place in facts.contradictions]
        return (*_ids(raised), *prorated, *odd)


def _ids(raised: Sequence[Any]) -> tuple[str, ...]:
    return tuple(rule.id for rule in sorted(raised, key=lambda rule: -rule.level))


def _yes(holds: bool) -> str:
    return str(Verdict.YES if holds else Verdict.NO)


def _order(
    instrument: Instrument, header: Sequence[str]
) -> Callable[[Sequence[str]], list[str]] | None:
    """How to bring a row into the order of the items; None where it is."""
    given = [name.strip().lower() for name in header]
    wanted = [f"q{number}" for number in range(1, len(instrument.items) + 1)]
    extra = {name for name, item in zip(wanted, instrument.items, strict=True) if item.is_extra}
    faults = [
        ("missing", [name for name in wanted if name not in given and name not in extra]),
        ("unknown", [name or "(empty)" for name in given if name not in wanted]),
        ("there twice", [name for name, count in Counter(given).items() if count > 1]),
    ]
    said = [f"{', '.join(names)} {what}" for what, names in faults if names]
    if said:
        raise TableFault(
            f"the header must be q1 to q{len(wanted)}, one column for each: {'; '.join(said)}"
        )
    if given == wanted:
        return None
    where = {name: place for place, name in enumerate(given)}
    order = [where.get(name) for name in wanted]
    return lambda cells: ["" if place is None else cells[place] for place in order]


def _texts(offered: AnswerScale) -> Mapping[str, Value]:
    """Every cell that can be read at once."""
    if offered.kind is AnswerKind.SEVERAL:
        return {"": None}
    numbers = range(offered.lowest, offered.highest + 1)
    return {"": None, **{str(number): number for number in numbers}}


def _ticked(offered: AnswerScale, text: str) -> tuple[str, ...] | None:
    """Entries of a list with semicolons between, in the list's order; None for a wrong one."""
    given = [part.strip() for part in text.split(_BETWEEN) if part.strip()]
    known = [str(choice.value) for choice in offered.choices]
    alone = {str(choice.value) for choice in offered.choices if choice.alone}
    is_mixed = len(set(given)) > 1 and not alone.isdisjoint(given)
    if not given or is_mixed or not set(given) <= set(known):
        return None
    return tuple(label for label in known if label in given)


def _wanted(offered: AnswerScale) -> str:
    if offered.kind is AnswerKind.SEVERAL:
        known = ", ".join(str(choice.value) for choice in offered.choices)
        return f"write some of {known} with semicolons between, or nothing if it was skipped"
    return (
        f"write a whole number from {offered.lowest} to {offered.highest}, "
        "or nothing if it was skipped"
    )


def _short(text: str) -> str:
    return repr(text) if len(text) <= 20 else repr(text[:20]) + "…"


def _reader(instrument: Instrument, column: Column) -> Callable[[Facts], Cell]:
    """What one column shows of a row."""
    if column.scale or column.band:
        return _of_scale(instrument, column)
    if column.count:
        number = [count.id for count in instrument.counts].index(column.count)
        return lambda facts: _settled(facts.counts[number])
    if column.finding:
        number = [finding.id for finding in instrument.findings].index(column.finding)
        words = {known: str(Verdict.of(known)) for known in (True, False, None)}
        return lambda facts: words[facts.findings[number]]
    if column.category:
        number = [category.id for category in instrument.categories].index(column.category)
        return lambda facts: facts.categories[number]
    place = places(instrument)[column.item]
    return lambda facts: _answer(facts.values[place])


def _of_scale(instrument: Instrument, column: Column) -> Callable[[Facts], Cell]:
    number = [scale.id for scale in instrument.scales].index(column.scale or column.band)
    if column.scale:
        return lambda facts: facts.scales[number].value
    scale = instrument.scales[number]

    def band(facts: Facts) -> str | None:
        found = band_of(scale, facts.scales[number].value)
        return found.label.lower() if found else None

    return band


def _settled(ends: tuple[int, int]) -> int | None:
    return ends[0] if ends[0] == ends[1] else None


def _answer(value: Value) -> Cell:
    return None if isinstance(value, NotAsked) else value
