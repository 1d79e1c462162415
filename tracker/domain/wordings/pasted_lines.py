"""What one line of pasted text is: a numbered line, a row of answers, a bullet, or plain text.

A line is judged by itself here; what it belongs to depends on the lines before it (`pasted`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tracker.domain.wordings.copies import CopiedAnswer


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing to read."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """The places to tick only, such as "0 1 2 3 4" or a row of empty boxes."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number and words. ``notation`` is how the number is written: "1." and "Q1" differ."""

    number: int
    notation: str
    text: str
    answers: tuple[CopiedAnswer, ...] = ()
    """The other cells, where it is a row of a table that holds the answers."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """Several answers in one line."""

    answers: tuple[CopiedAnswer, ...]


@dataclass(frozen=True, slots=True)
class Bullet:
    """A line behind a bullet, a box or a small letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Plain:
    """Any other text."""

    text: str


Line = Blank | Boxes | Numbered | AnswerRow | Bullet | Plain

BARE = "#"
"""The notation of a number without any mark."""
_BOX = r"(?:[☐□○◯⬜]|\[ ?\]|\( ?\)|_{2,})"
_BULLET = r"[•◦▪●‣·*–—-]"
_NUMBERED = re.compile(
    rf"(?P<bullet>{_BULLET}\s*)?"
    r"(?P<word>(?:question|pregunta|item|ítem|[qp])\.?\s*)?"
    r"(?P<open>[(\[])?(?P<number>\d{1,3})"
    r"(?P<mark>\s*[)\]]?\s*(?:[.:=–—-](?!\d))?[\t ]*)"
    r"(?P<text>\S.*)",
    re.IGNORECASE,
)
_BULLETED = re.compile(rf"(?:{_BULLET}|[a-h][.)]|{_BOX})\s+(?P<text>\S.*)")
_BOXES_ONLY = re.compile(rf"(?:\s*(?:\d{{1,2}}|{_BOX}))+")
_BOXES_BEHIND = re.compile(rf"(?:\s+{_BOX})+$|(?:\s+\d{{1,2}}){{2,}}$")
_EQUALS = re.compile(
    r"\(?(?P<value>\d{1,2})\)?\s*=\s*(?P<label>[^=;|\t]+?)"
    r"(?=\s*(?:[;,|/.]|\t|\s)\s*\(?\d{1,2}\)?\s*=|[\s;|.]*$)"
)
_IN_BRACKETS = re.compile(r"(?P<label>[^()\t;|]+?)\s*[(\[](?P<value>\d{1,2})[)\]][\s;,|/]*")
_CELLS = re.compile(r"\t+|\s*\|\s*| {3,}")
_LONG_CELL = 40
"""A first cell longer than this heads the row; it is no answer."""


def clean_lines(text: str) -> list[str]:
    """The lines of pasted text with plain spaces: without control, zero-width and direction
    characters. A tab stays, for it separates cells.
    """
    composed = unicodedata.normalize("NFC", text)
    return [_clean(line) for line in composed.splitlines()]


def _clean(line: str) -> str:
    kept = (_plain(character) for character in line)
    return "".join(kept).strip(" ")


def _plain(character: str) -> str:
    if character == "\t":
        return character
    kind = unicodedata.category(character)
    if kind == "Zs":
        return " "
    return "" if kind in {"Cc", "Cf", "Cs", "Co", "Cn"} else character


def read_line(line: str) -> Line:
    """What one clean line is."""
    words = line.strip()
    if not words:
        return Blank()
    if _BOXES_ONLY.fullmatch(words):
        return Boxes()
    row = answer_row(words)
    if row:
        return AnswerRow(row)
    numbered = _numbered(words)
    if numbered is not None:
        return numbered
    cells = _cells(line)
    if len(cells) > 1:
        return AnswerRow(tuple(CopiedAnswer(label=cell) for cell in cells))
    bullet = _BULLETED.fullmatch(words)
    if bullet:
        return Bullet(one_space(bullet["text"]))
    return Plain(one_space(without_boxes(words)))


def _numbered(words: str) -> Numbered | None:
    found = _NUMBERED.fullmatch(words)
    if found is None or not (found["mark"] or found["text"][0] in '“"¿¡'):
        return None  # "5th of May", "3D": a number that is part of a word
    marks = [found["bullet"], found["word"], found["open"], BARE, found["mark"]]
    notation = "".join(mark.strip().lower() for mark in marks if mark)
    first, *cells = without_boxes(found["text"]).split("\t")
    answers = tuple(CopiedAnswer(label=one_space(cell)) for cell in cells if cell.strip())
    if len(answers) < 2:
        first, answers = " ".join([first, *cells]), ()
    text = one_space(without_boxes(first))
    return Numbered(int(found["number"]), notation, text, answers) if text else None


def answer_row(words: str) -> tuple[CopiedAnswer, ...]:
    """ "0 = Never; 1 = Often" or "Never (0)  Often (1)", at least two of them and nothing else."""
    for pattern in (_EQUALS, _IN_BRACKETS):
        found = list(pattern.finditer(words))
        rest = pattern.sub("", words).strip(" ;,|/.\t")
        if len(found) > 1 and not rest:
            return tuple(
                CopiedAnswer(label=one_space(each["label"].strip(" ,;")), value=int(each["value"]))
                for each in found
            )
    return ()


def _cells(line: str) -> list[str]:
    cells = [one_space(cell) for cell in _CELLS.split(without_boxes(line)) if cell.strip()]
    if len(cells) > 2 and len(cells[0]) > _LONG_CELL:
        return cells[1:]
    return cells


def without_boxes(words: str) -> str:
    """A question without the places to tick that stand behind it in a table."""
    found = _BOXES_BEHIND.search(words)
    if found is None:
        return words
    numbers = [int(each) for each in found[0].split() if each.isdigit()]
    steps = {after - before for before, after in zip(numbers, numbers[1:], strict=False)}
    is_places = not numbers or (steps in ({1}, {-1}) and min(numbers) <= 1)
    return words[: found.start()].rstrip() if is_places else words


def one_space(words: str) -> str:
    """The words with one space between them."""
    return " ".join(words.split())
