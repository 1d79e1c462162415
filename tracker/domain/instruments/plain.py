"""Definitions and wordings as plain data, in one canonical form.

A field that came after version 1 of the files (`later`) is left out while it holds its default:
what was stored before the field existed keeps its text, letter for letter.
"""

from __future__ import annotations

import json
from dataclasses import Field, field, fields, is_dataclass
from typing import Any, TypeVar

T = TypeVar("T")


def later(default: T) -> T:
    """A field that older files do not have."""
    made: T = field(default=default, metadata={"later": True})
    return made


def to_json(value: Any) -> dict[str, Any]:
    """A definition or a wording as plain data, to be stored; `from_json` reads it back."""
    plain: dict[str, Any] = json.loads(canonical(value))
    return plain


def canonical(value: Any) -> str:
    """The same text for the same content: sorted keys, no spaces."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {
            each.name: _plain(getattr(value, each.name))
            for each in fields(value)
            if not _is_left_out(each, getattr(value, each.name))
        }
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _is_left_out(each: Field[Any], value: Any) -> bool:
    return bool(each.metadata.get("later")) and bool(value == each.default)
