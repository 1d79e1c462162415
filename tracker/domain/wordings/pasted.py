"""Pasted text: the numbered questions of a clinic's own copy, with the answers beside them.

Understood are "1. …", "1) …", "(1) …", "1 …", "Q1 …", with tabs, bullets, lines that run on, places
to tick behind a question, and answers as a row ("0 = Never; 1 = Often"), as lines of their own, or
as a table's head. What stands before question 1 is the introduction. Anything else is a leftover
and is named: nothing of a copy gets lost unseen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.domain.wordings.copies import (
    MOST_ITEMS,
    CopiedAnswer,
    CopiedItem,
    Copy,
    Leftover,
    UnreadableCopy,
    check_lengths,
)
from tracker.domain.wordings.pasted_lines import (
    BARE,
    AnswerRow,
    Blank,
    Boxes,
    Bullet,
    Line,
    Numbered,
    Plain,
    clean_lines,
    read_line,
)

LONGEST_PASTED = 40_000
"""Characters of a whole copy."""


def read_pasted(text: str) -> Copy:
    """The questionnaire in pasted text. Raises `UnreadableCopy`."""
    if len(text) > LONGEST_PASTED:
        raise UnreadableCopy(
            f"The text has {len(text)} characters; a questionnaire has at most {LONGEST_PASTED}."
        )
    reader = _Reader()
    for number, line in enumerate(clean_lines(text), 1):
        reader.take(read_line(line), number)
    return reader.copy()


def read_answers(text: str) -> tuple[CopiedAnswer, ...]:
    """Answers typed by themselves, one a line or in a row; empty for an empty text."""
    found: list[CopiedAnswer] = []
    for line in clean_lines(text[:LONGEST_PASTED]):
        read = read_line(line)
        if isinstance(read, AnswerRow):
            found.extend(read.answers)
        elif isinstance(read, Numbered):
            found.append(CopiedAnswer(label=read.text, value=read.number))
        elif isinstance(read, Bullet | Plain):
            found.append(CopiedAnswer(label=read.text))
    return tuple(found)


@dataclass(slots=True)
class _Answers:
    """A block of answers that is being read."""

    notation: str
    is_apart: bool = False
    """A blank line stands before it."""
    labels: list[str] = field(default_factory=list)
    values: list[int | None] = field(default_factory=list)

    def add(self, label: str, value: int | None) -> None:
        self.labels.append(label)
        self.values.append(value)

    def goes_on_with(self, line: Numbered) -> bool:
        """Whether a numbered line is the next answer: same notation, next number up or down."""
        last = self.values[-1] if self.values else None
        if last is None or line.notation != self.notation:
            return False
        if len(self.values) == 1:
            return abs(line.number - last) == 1
        return line.number - last == last - (self.values[-2] or 0)

    def finished(self) -> tuple[CopiedAnswer, ...]:
        pairs = zip(self.labels, self.values, strict=True)
        return tuple(CopiedAnswer(label=label, value=value) for label, value in pairs)


@dataclass(slots=True)
class _Item:
    """A question that is being read."""

    number: int
    words: list[str]
    answers: list[_Answers] = field(default_factory=list)

    def finished(self) -> CopiedItem:
        # a table's head that is repeated on the next page is the same answers once more
        blocks = dict.fromkeys(block.finished() for block in self.answers)
        answers = tuple(each for block in blocks for each in block)
        return CopiedItem(number=self.number, text=" ".join(self.words), answers=answers)


class _Reader:
    """Takes line after line and knows to what the next one may belong."""

    def __init__(self) -> None:
        self.introduction: list[str] = []
        self.items: list[_Item] = []
        self.common: list[_Answers] = []
        self.leftovers: list[Leftover] = []
        self.notation = ""
        self.block: _Answers | None = None
        self.is_apart = False
        """A blank line stands between this line and the question or answer before it."""

    def take(self, line: Line, number: int) -> None:
        if isinstance(line, Blank):
            self.is_apart = True
        elif isinstance(line, Numbered):
            self._take_numbered(line, number)
        elif isinstance(line, AnswerRow):
            self._take_row(line.answers)
        elif isinstance(line, Bullet):
            self._take_answer("bullet", line.text, None)
        elif isinstance(line, Plain):
            self._take_plain(line, number)
        if not isinstance(line, Blank | Boxes | Plain):
            self.is_apart = False

    def _take_numbered(self, line: Numbered, number: int) -> None:
        if self.block is not None and self.block.goes_on_with(line):
            self.block.add(line.text, line.number)
        elif self._only_begins_with_a_number(line):
            self._take_plain(Plain(f"{line.number} {line.text}"), number)
        elif self._is_answer(line):
            self._take_answer(line.notation, line.text, line.number)
        else:
            self._begin_item(line)

    def _only_begins_with_a_number(self, line: Numbered) -> bool:
        """ "7 days …", run on from the line before: no other question is numbered like this."""
        if line.notation != BARE or line.number == 0:
            return False
        return self.notation != BARE if self.items else line.number != 1

    def _is_answer(self, line: Numbered) -> bool:
        if line.number == 0 or "=" in line.notation:
            return True
        if not self.items:
            return line.number != 1
        return line.notation != self.notation and line.number != self.items[-1].number + 1

    def _begin_item(self, line: Numbered) -> None:
        if not self.items:
            self.notation = line.notation
        if len(self.items) >= MOST_ITEMS:
            raise UnreadableCopy(f"The text has more than {MOST_ITEMS} numbered questions.")
        self.items.append(_Item(line.number, [line.text]))
        self.block = None
        if line.answers:
            self._take_row(line.answers)

    def _take_row(self, answers: tuple[CopiedAnswer, ...]) -> None:
        block = _Answers("row", self.is_apart)
        for answer in answers:
            block.add(answer.label, answer.value)
        self._keep(block)
        self.block = None

    def _take_answer(self, notation: str, label: str, value: int | None) -> None:
        if self.block is None or self.block.notation != notation or value is not None:
            self.block = _Answers(notation, self.is_apart)
            self._keep(self.block)
        self.block.add(label, value)

    def _keep(self, block: _Answers) -> None:
        if self.items and not (block.is_apart and self.items[-1].answers):
            self.items[-1].answers.append(block)
        else:
            self.common.append(block)

    def _take_plain(self, line: Plain, number: int) -> None:
        if not self.items and (self.block is None or self.is_apart):
            self.introduction.append(line.text)
            self.block, self.is_apart = None, False
        elif self.is_apart or not self._run_on(line.text):
            self.leftovers.append(Leftover(place=f"line {number}", text=line.text))
            self.is_apart = True  # nor does the line after it run on

    def _run_on(self, words: str) -> bool:
        if self.block is not None:
            self.block.labels[-1] += f" {words}"
        elif self.items and not self.items[-1].answers:
            self.items[-1].words.append(words)
        else:
            return False
        return True

    def copy(self) -> Copy:
        if not self.items:
            raise UnreadableCopy(
                "No numbered question was found. Number them: “1. …”, “2. …”, each on a new line."
            )
        self._move_answers_at_the_end()
        made = Copy(
            items=tuple(item.finished() for item in self.items),
            common=tuple(block.finished() for block in self.common),
            introduction=" ".join(self.introduction),
            leftovers=tuple(self.leftovers),
        )
        check_lengths(made)
        return made

    def _move_answers_at_the_end(self) -> None:
        """The only answers, after the last question and apart from it, belong to all questions."""
        last = self.items[-1]
        others = any(item.answers for item in self.items[:-1]) or self.common
        if last.answers and last.answers[0].is_apart and len(self.items) > 1 and not others:
            self.common, last.answers = last.answers, []
