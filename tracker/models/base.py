"""The declarative base, the naming convention and the column shorthands of every table."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    MetaData,
    String,
    UniqueConstraint,
    Uuid,
    event,
    func,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

from tracker.models.types import FixedPoint, Instant

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=uuid4)]
Words = Annotated[str, mapped_column(String(80))]
Line = Annotated[str, mapped_column(String(200))]
Note = Annotated[str, mapped_column(String(4000))]
Moment = Annotated[datetime, mapped_column(Instant)]
Kilograms = Annotated[Decimal, mapped_column(FixedPoint(2))]
Milligrams = Annotated[Decimal, mapped_column(FixedPoint(3))]


class Base(DeclarativeBase):
    """Every table. Flask-SQLAlchemy gives the engine and the scoped session, nothing else."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: Instant,
        Decimal: FixedPoint(3),
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


db = SQLAlchemy(metadata=Base.metadata)


def table(*constraints: Any) -> tuple[Any, ...]:
    """``__table_args__`` with strict typing switched on where the engine offers it."""
    return (*constraints, {"sqlite_strict": True})


def same_clinic(column: str, target: str) -> ForeignKeyConstraint:
    """A foreign key that carries the clinic: no row can point into another clinic."""
    return ForeignKeyConstraint(["clinic_id", column], [f"{target}.clinic_id", f"{target}.id"])


def target_of_clinic() -> UniqueConstraint:
    """What `same_clinic` points at."""
    return UniqueConstraint("clinic_id", "id")


def one_of(column: str, values: Any) -> CheckConstraint:
    """The column holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def between(column: str, low: float, high: float) -> CheckConstraint:
    """The column is empty or inside the bounds."""
    return CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=f"{column}_range")


@event.listens_for(Base, "instrument_class", propagate=True)
def _check_lengths(mapper: Any, _class: Any) -> None:
    # SQLite ignores VARCHAR lengths: the same limit as a check holds on both engines.
    for column in mapper.local_table.columns:
        if isinstance(column.type, String) and column.type.length:
            name = f"{column.name}_length"
            if all(check.name != name for check in mapper.local_table.constraints):
                mapper.local_table.append_constraint(
                    CheckConstraint(func.length(column) <= column.type.length, name=name)
                )


__all__ = [
    "Base",
    "Key",
    "Kilograms",
    "Line",
    "Milligrams",
    "Moment",
    "Note",
    "Words",
    "between",
    "date",
    "db",
    "one_of",
    "same_clinic",
    "table",
    "target_of_clinic",
    "time",
]
