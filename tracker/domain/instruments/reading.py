"""From plain data to a definition: every field there, of the right type, and nothing else."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast

from tracker.domain.instruments.checking import fault_in
from tracker.domain.instruments.definition import Instrument

T = TypeVar("T")


class BrokenInstrument(ValueError):
    """A definition that cannot be used; names the file (or other origin) and what is wrong."""

    def __init__(self, origin: str, fault: str) -> None:
        super().__init__(f"{origin}: {fault}")
        self.origin = origin
        self.fault = fault


class _Misfit(Exception):
    """What does not fit, with its place in the data."""


def from_json(data: Any, origin: str) -> Instrument:
    """The definition in ``data``. Raises `BrokenInstrument` with ``origin`` and the first fault."""
    instrument = read_record(Instrument, data, "the definition", origin)
    fault = fault_in(instrument)
    if fault:
        raise BrokenInstrument(origin, fault)
    return instrument


def read_record(kind: type[T], data: Any, place: str, origin: str) -> T:
    """Plain data as a frozen dataclass. Raises `BrokenInstrument` with the first misfit."""
    try:
        return _record(kind, data, place)
    except _Misfit as misfit:
        raise BrokenInstrument(origin, str(misfit)) from None


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _record(kind: type[T], data: Any, place: str) -> T:
    if not isinstance(data, Mapping):
        raise _Misfit(f"{place} must be an object")
    known = {field.name: field for field in fields(cast(Any, kind))}
    for name in data:
        if name not in known:
            raise _Misfit(f"{place} has an unknown field {name!r}")
    return kind(**{name: _field(kind, field, data, place) for name, field in known.items()})


def _field(kind: type[Any], field: Field[Any], data: Mapping[str, Any], place: str) -> Any:
    if field.name in data:
        return _value(
            _hints(cast(Any, kind))[field.name], data[field.name], f"{field.name} of {place}"
        )
    if field.default is MISSING:
        raise _Misfit(f"{place} lacks {field.name!r}")
    return field.default


def _value(hint: Any, data: Any, place: str) -> Any:
    origin = typing.get_origin(hint)
    if origin is tuple:
        return _several(typing.get_args(hint)[0], data, place)
    if origin is types.UnionType:
        return _union(typing.get_args(hint), data, place)
    if is_dataclass(hint):
        return _record(cast("type[Any]", hint), data, _named(data, place))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _word(hint, data, place)
    return _one_of((hint,), data, place)


def _union(hints: tuple[Any, ...], data: Any, place: str) -> Any:
    records = [hint for hint in hints if is_dataclass(hint)]
    if records and data is not None:
        return _value(records[0], data, place)
    return _one_of(hints, data, place)


def _several(hint: Any, data: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise _Misfit(f"{place} must be a list")
    return tuple(_value(hint, entry, f"entry {n} of {place}") for n, entry in enumerate(data, 1))


def _one_of(kinds: tuple[Any, ...], data: Any, place: str) -> Any:
    # `type(...) in`, not isinstance: true is no number here, though Python counts it as one
    if type(data) not in kinds:
        names = " or ".join(_KIND_WORDS[kind] for kind in kinds)
        raise _Misfit(f"{place} must be {names}, not {data!r}")
    return data


_KIND_WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    types.NoneType: "null",
}


def _word(kind: type[StrEnum], data: Any, place: str) -> StrEnum:
    if data not in tuple(kind):
        raise _Misfit(f"{place} must be one of {', '.join(kind)}, not {data!r}")
    return kind(data)


def _named(data: Any, place: str) -> str:
    name = data.get("id") if isinstance(data, Mapping) else None
    return f"{place} ({name})" if isinstance(name, str) else place
