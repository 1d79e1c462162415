"""Addresses: ids and hashes in their one spelling; anything else is not found."""

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


class ContentKey(BaseConverter):
    """The hash of what a picture shows: 64 hexadecimal digits."""

    regex = r"[0-9a-f]{64}"


def register_converters(app: Flask) -> None:
    app.url_map.converters["uuid"] = OneSpellingUuid
    app.url_map.converters["content_key"] = ContentKey
