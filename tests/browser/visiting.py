"""Signing in to the fictitious clinic, and what axe has to say about a page."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.serving import Server

PASSWORD = "demo-demo-demo"
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
}


def sign_in(context: Any, server: Server, who: str) -> None:
    """What the form would send, sent without a page: journeys sign in by hand."""
    login = server.url + "/login"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', context.request.get(login).text())
    assert token is not None
    answers = {"csrf_token": token[1], "email": f"{who}@demo.test", "password": PASSWORD}
    answer = context.request.post(login, form=answers, max_redirects=0)
    assert answer.status == 303, answer.text()


def complaints_of(axe: Axe, page: Any) -> list[str]:
    results = axe.run(page, options=RULES)
    return [
        f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes']][:3]}"
        for each in results.response["violations"]
    ]
