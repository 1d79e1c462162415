"""Tables as CSV that a spreadsheet can open without running what somebody typed.

A text that begins like a formula gets an apostrophe in front (OWASP, CSV injection). Numbers are
written as numbers: a negative one is no formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def csv_file(rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, quoted as RFC 4180 says, lines ended by CR LF."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def safe_cell(cell: Cell) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return f"{cell:.4g}" if isinstance(cell, float) else str(cell)
    text = cell.replace("\0", "")
    starts = text.lstrip(" \u00a0")[:1] or text[:1]
    return f"'{text}" if cell.startswith(_LIKE_A_FORMULA) or starts in _LIKE_A_FORMULA else text
