"""Signing in to the fictitious clinic, and what axe has to say about a page."""

from __future__ import annotations

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
    page = context.new_page()
    page.goto(server.url + "/login")
    page.fill("#email", f"{who}@demo.test")
    page.fill("#password", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.close()


def complaints_of(axe: Axe, page: Any) -> list[str]:
    results = axe.run(page, options=RULES)
    return [
        f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes']][:3]}"
        for each in results.response["violations"]
    ]
