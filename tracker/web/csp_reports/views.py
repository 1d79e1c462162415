"""Takes browsers' reports of what a page's policy stopped: planted markup, or a fault of ours.

A report holds addresses, and an address may hold an id: what is logged is the pattern of the page's
route, the rule of the policy and what kind of thing it stopped, each from a list of ours.
"""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, request
from werkzeug.exceptions import HTTPException

from tracker.web.access import anyone
from tracker.web.headers import CONTENT_SECURITY_POLICY

csp_reports = Blueprint("csp_reports", __name__)
log = logging.getLogger("tracker.policy")

LONGEST_BYTES = 16 * 1024
_PARTS = ("script-src", "script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr")
RULES = frozenset({each.split()[0] for each in CONTENT_SECURITY_POLICY.split("; ")} | {*_PARTS})
KINDS = frozenset({"inline", "eval", "data", "blob", "self"})


@csp_reports.post("/csp-report")
@anyone
def report() -> Any:
    """One report, from a browser that has no token and may be signed out."""
    said = _read()
    log.warning(
        "page stopped by its policy",
        extra={
            "kind": f"{_rule(said)}: {_kind(said)}",
            "route": _route(said),
        },
    )
    return "", 204


def _read() -> dict[str, Any]:
    if (request.content_length or 0) > LONGEST_BYTES:
        abort(413)
    try:
        said = json.loads(request.get_data())["csp-report"]
    except (ValueError, TypeError, KeyError, RecursionError):
        abort(400)
    if not isinstance(said, dict):
        abort(400)
    return said


def _rule(said: dict[str, Any]) -> str:
    for name in ("effective-directive", "violated-directive"):
        words = str(said.get(name, "")).split()
        if words and words[0] in RULES:
            return words[0]
    return "unknown"


def _kind(said: dict[str, Any]) -> str:
    blocked = str(said.get("blocked-uri", ""))
    return blocked if blocked in KINDS else "an address"


def _route(said: dict[str, Any]) -> str:
    """The pattern of the page's address; never the address."""
    try:
        path = urlsplit(str(said.get("document-uri", ""))).path
        rule, _values = current_app.url_map.bind("").match(path, method="GET", return_rule=True)
    except (ValueError, HTTPException):
        return "unknown"
    return str(rule.rule)
