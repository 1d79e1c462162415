"""Column types that mean the same on SQLite (strict tables) and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import TIMESTAMP, Boolean, Date, Dialect, Float, Numeric, String, Text, Time, Uuid
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

from tracker.domain.local_time import fixed_text

# SQLite's STRICT tables know five types only. The names below are what a column is declared as;
# how a value is bound and read stays SQLAlchemy's.
_STRICT_NAMES: dict[type[TypeEngine[Any]], str] = {
    Uuid: "TEXT",
    String: "TEXT",
    Date: "TEXT",
    Time: "TEXT",
    JSON: "TEXT",
    Boolean: "INTEGER",
    Float: "REAL",
}


def _declare(type_class: type[TypeEngine[Any]], name: str) -> None:
    @compiles(type_class, "sqlite")
    def _strict_name(_type: Any, _compiler: Any, **_kw: Any) -> str:
        return name


for _type_class, _name in _STRICT_NAMES.items():
    _declare(_type_class, _name)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Text of one fixed width on SQLite, so that text order is time order."""

    impl = Text
    cache_ok = True

    def __repr__(self) -> str:  # what a migration spells out
        return "Instant()"

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(TIMESTAMP(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone; a naive datetime was given")
        return fixed_text(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromisoformat(value)
        moment: datetime = value
        return moment.astimezone(UTC)


class FixedPoint(TypeDecorator[Decimal]):
    """A decimal number with a fixed count of places (doses, weights, scores).

    SQLite has no decimal type. A REAL holds 15 digits exactly enough that rounding to the declared
    places gives back the number that went in; the places are applied on the way out.
    """

    impl = Float
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places
        self._quantum = Decimal(1).scaleb(-places)

    def __repr__(self) -> str:  # what a migration spells out
        return f"FixedPoint({self.places})"

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Float())
        return dialect.type_descriptor(Numeric(12, self.places))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        rounded = Decimal(value).quantize(self._quantum)
        return float(rounded) if dialect.name == "sqlite" else rounded

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(str(value)).quantize(self._quantum)
