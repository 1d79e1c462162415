"""Flask's application, with what it does anew for every link and every macro done once."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Flask, Request, has_request_context
from flask.globals import request_ctx
from flask.templating import Environment

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_PLACES = tuple(UUID(int=number) for number in range(4))
"""Stand in an address for the ids of records: no record has such an id."""
_PLACE_WORDS = tuple(map(str, _PLACES))


class SharedGlobals(Environment):
    """A template environment whose templates share one plain dict of globals.

    Jinja lays an empty dict of the template's own over it; laid over each other they are read with
    each macro that is imported, name by name. No template here has globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class PlainRequest(Request):
    """A request whose query is ASCII, as addresses are: other bytes are spelled out (%FF).

    Browsers do that themselves; of what somebody else sends, Werkzeug cannot read such a query.
    """

    def __init__(self, environ: WSGIEnvironment, *arguments: Any, **options: Any) -> None:
        super().__init__(environ, *arguments, **options)
        if not self.query_string.isascii():
            self.query_string = _NOT_ASCII.sub(
                lambda byte: b"%%%02X" % byte[0][0], self.query_string
            )


_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class Application(Flask):
    """Builds the address of each kind of record once, and fills in the ids."""

    jinja_environment = SharedGlobals
    request_class = PlainRequest

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._addresses: dict[tuple[str, ...], str] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: nothing here is a coroutine. Flask asks that of sixteen functions a request."""
        return func

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """As Flask's. Addresses with nothing but ids, seen from a request, are those kept."""
        if _anchor or _method or _scheme or _external or not _has_ids_only(endpoint, values):
            return super().url_for(
                endpoint,
                _anchor=_anchor,
                _method=_method,
                _scheme=_scheme,
                _external=_external,
                **values,
            )
        address = self._addresses.get((endpoint, *values))
        if address is None:
            places: dict[str, Any] = dict(zip(values, _PLACES, strict=False))
            address = super().url_for(endpoint, **places)
            self._addresses[endpoint, *values] = address
        for place, value in zip(_PLACE_WORDS, values.values(), strict=False):
            address = address.replace(place, str(value))
        return address


def _has_ids_only(endpoint: str, values: dict[str, Any]) -> bool:
    """Whether an address within this site is asked for that depends on ids alone."""
    if len(values) > len(_PLACES) or endpoint[:1] == "." or not has_request_context():
        return False
    for value in values.values():
        if type(value) is not UUID:
            return False
    adapter = request_ctx.url_adapter
    return adapter is not None and adapter.script_name == "/"
