"""Addresses: ids are UUIDs in their one spelling, anything else is not found."""

from __future__ import annotations

from uuid import UUID

from flask import Flask
from werkzeug.routing import BaseConverter


class OneSpellingUuid(BaseConverter):
    """A lower-case UUID with dashes."""

    regex = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID | str) -> str:
        return str(value)


def register_converters(app: Flask) -> None:
    app.url_map.converters["uuid"] = OneSpellingUuid
