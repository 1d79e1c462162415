"""Rows as the driver gives them, which become dates, ids and words only when somebody needs them.

What a row says is the same as long as its raw values are. Whoever remembers what came of a row by
those values spends nothing on reading it again, and never shows what is no longer so.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Dialect, type_coerce
from sqlalchemy.types import NullType


class RawColumns:
    """Columns for a statement whose values are left as they come. Names go by keyword."""

    def __init__(self, **columns: Any) -> None:
        self.columns = tuple(
            type_coerce(column, NullType()).label(name) for name, column in columns.items()
        )
        self._types = tuple(column.type for column in columns.values())
        self._values: Any = namedtuple("_values", tuple(columns))  # type: ignore[misc]
        self._readers: dict[str, tuple[Callable[[Any], Any] | None, ...]] = {}

    def read(self, row: Sequence[Any], dialect: Dialect) -> Any:
        """The values of one row by name, as the columns' types read them."""
        readers = self._readers.get(dialect.name)
        if readers is None:
            readers = tuple(
                each.dialect_impl(dialect).result_processor(dialect, None) for each in self._types
            )
            self._readers[dialect.name] = readers
        return self._values(
            *(
                reader(value) if reader else value
                for reader, value in zip(readers, row, strict=True)
            )
        )
