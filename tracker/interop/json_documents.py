"""JSON from outside: read within bounds, or refused with the reason."""

from __future__ import annotations

import json
from typing import Any


class UnreadableJson(ValueError):
    """Bytes that are no JSON, or JSON that is no honest document. The text says what is wrong."""


def read_json(raw: bytes, *, most_bytes: int, most_depth: int) -> Any:
    """The document in UTF-8 bytes. Raises `UnreadableJson`.

    Refused are: more than ``most_bytes``, more than ``most_depth`` brackets inside each other, a
    field that stands twice in one object (programs differ on which one counts), NaN and infinity.
    """
    if len(raw) > most_bytes:
        raise UnreadableJson(
            f"The file has {len(raw) // 1024} KB, at most {most_bytes // 1024} KB are taken."
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableJson("The file is not in UTF-8. Save it as JSON in UTF-8.") from None
    if _depth(text) > most_depth:
        raise UnreadableJson(f"The file is nested more than {most_depth} levels deep.")
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
    except UnreadableJson:
        raise
    except (ValueError, RecursionError) as problem:
        raise UnreadableJson(f"The file is not JSON: {_first_line(problem)}.") from None


def _depth(text: str) -> int:
    """How deep brackets stand inside each other, those in strings left out."""
    deepest = depth = 0
    in_string = is_escaped = False
    for character in text:
        if in_string:
            in_string = is_escaped or character != '"'
            is_escaped = character == "\\" and not is_escaped
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _refuse_constant(name: str) -> Any:
    raise UnreadableJson(f"The file is not JSON: {name} is no number.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise UnreadableJson(f"The field “{name[:40]}” stands twice in one place of the file.")
        found[name] = value
    return found


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0][:120].rstrip(".")
