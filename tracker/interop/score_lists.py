"""Lists of scores as CSV: one line a questionnaire that was answered before.

The header names the columns, in any order: `record_number`, `instrument`, `date`, then `q1` … `qN`
or `total` or both. Values are text here; what they mean is for the domain to say.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence

from tracker.domain.historic_scores import HistoricLine, quoted

LARGEST_BYTES = 10 * 1024 * 1024
MOST_LINES = 100_000
MOST_ITEMS = 100
MOST_FAULTS_SAID = 8
"""Of a header: a file that is something else altogether has hundreds."""
_NEEDED = ("record_number", "instrument", "date")


class UnreadableList(ValueError):
    """A file that is no such list. The text says what is wrong with it as a whole."""


def read_score_list(raw: bytes) -> tuple[HistoricLine, ...]:
    """The lines of a CSV file in UTF-8, with or without a byte order mark; empty ones left out.

    Raises `UnreadableList`.
    """
    rows = _rows(_text(raw))
    try:
        header = [name.strip().lower() for name in next(rows, (1, []))[1]]
        places = _places(header)
        return tuple(
            _line(number, row, places, len(header))
            for number, row in rows
            if any(map(str.strip, row))
        )
    except csv.Error as problem:
        raise UnreadableList(f"The file is not CSV: {problem}.") from None


def _text(raw: bytes) -> str:
    if len(raw) > LARGEST_BYTES:
        raise UnreadableList(f"The file is larger than {LARGEST_BYTES // 1024 // 1024} MB.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise UnreadableList(
            f"Line {line} is not in UTF-8. Save the list as “CSV UTF-8 (comma separated)”."
        ) from None
    if "\x00" in text:
        raise UnreadableList("The file holds NUL characters: it is not CSV.")
    return text


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    first = 1
    for count, row in enumerate(reader):
        if count > MOST_LINES:
            raise UnreadableList(f"The list has more than {MOST_LINES} lines.")
        yield first, row
        first = reader.line_num + 1


def _places(header: Sequence[str]) -> dict[str, int]:
    if not any(header):
        raise UnreadableList("The file is empty.")
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        mark = "semicolons" if ";" in header[0] else "tabs"
        raise UnreadableList(f"The columns are separated by {mark}. Save the list with commas.")
    faults = list(_header_faults(header))
    if faults:
        more = len(faults) - MOST_FAULTS_SAID
        said = [*faults[:MOST_FAULTS_SAID], *([f"And {more} more."] if more > 0 else ())]
        raise UnreadableList(f"Line 1, the header: {' '.join(said)}")
    return {name: place for place, name in enumerate(header)}


def _header_faults(header: Sequence[str]) -> Iterator[str]:
    for name, count in Counter(header).items():
        if count > 1:
            yield f"{quoted(name)} stands there {count} times."
        if name not in _NEEDED and name != "total" and _item_number(name) is None:
            yield f"{quoted(name)} is no column of such a list."
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        yield f"{', '.join(missing)} missing."
    numbers = sorted(number for name in header if (number := _item_number(name)) is not None)
    if numbers != list(range(1, len(numbers) + 1)) and len(set(numbers)) == len(numbers):
        yield "The answers must be q1, q2, … without a gap."
    if not numbers and "total" not in header:
        yield "Neither q1, q2, … nor total is there."


def _item_number(name: str) -> int | None:
    digits = name.removeprefix("q")
    is_number = name[:1] == "q" and digits.isascii() and digits.isdigit() and len(digits) < 4
    number = int(digits) if is_number else 0
    return number if 1 <= number <= MOST_ITEMS else None


def _line(number: int, row: Sequence[str], places: dict[str, int], width: int) -> HistoricLine:
    if len(row) != width:
        fault = f"There are {len(row)} cells, the header has {width}."
        return HistoricLine(
            line=number, record_number="", instrument="", on="", total="", items=(), fault=fault
        )
    cells = {name: row[place].strip() for name, place in places.items()}
    count = sum(_item_number(name) is not None for name in places)
    return HistoricLine(
        line=number,
        record_number=cells["record_number"],
        instrument=cells["instrument"],
        on=cells["date"],
        total=cells.get("total", ""),
        items=tuple(cells[f"q{place}"] for place in range(1, count + 1)),
    )
