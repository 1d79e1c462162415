"""What every application compiles anew, compiled once for the applications of all tests.

Two thirds of a web test were templates and addresses that the test before had compiled already.
"""

from __future__ import annotations

from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class CompiledTemplates(BytecodeCache):
    """Jinja's own place for compiled templates, in memory, by name and checksum of the source."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


class CompiledRule(Rule):
    """An address whose parts and builders are those of the first application that had it."""

    known: dict[Any, Rule] = {}

    def compile(self) -> None:
        assert self.map is not None
        key = (
            self.rule,
            self.subdomain,
            self.host,
            self.strict_slashes,
            self.merge_slashes,
            tuple(sorted(self.defaults or {})),
            tuple(sorted(self.map.converters.items(), key=repr)),
        )
        first = self.known.setdefault(key, self)
        if first is self:
            super().compile()
        else:
            self._take_over(first)

    def _take_over(self, first: Rule) -> None:
        for name in ("_parts", "_trace", "_converters", "arguments"):
            setattr(self, name, getattr(first, name))
        for name in ("_build", "_build_unknown"):
            setattr(self, name, getattr(first, name).__func__.__get__(self, None))
