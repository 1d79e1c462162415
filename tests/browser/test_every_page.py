"""Every page that people can reach, in a real browser: accessible, quiet, within the screen.

The pages are found by following links, so that a new page is looked at on the day it is born.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.visiting import complaints_of, sign_in
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.scan]

STARTS = {
    "clinician": ("/board", "/patients", "/alerts"),
    "therapist": ("/board",),
    "admin": ("/admin",),
    "patient": ("/me",),
    "proxy": ("/for",),
    None: ("/login", "/help", "/nowhere"),
}
VARIABLE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d|\b\d+\b|[0-9a-f]{64}")
FORM = re.compile(r"/(check-ins|instruments)/(?!daily|weekly|c-ssrs)[a-z0-9-]+")
"""The questionnaires of staff: one page in the same shape for each, but for these."""
NAMES_A_KIND = {"kind", "with-gaps"}
"""What of a query makes another page of it, not the same page with another value."""
EACH = 1  # how many pages of one pattern are looked at
MOST = 120
HARMLESS = ("404", "[DOM]")
"""A page that is not there, and hints for password managers on forms that ask whose hand it is."""


def pattern(address: str) -> str:
    """What of an address makes a page of its own kind."""
    parts = urlsplit(address)
    query = [
        f"{name}={value if name in NAMES_A_KIND else '*'}"
        for name, value in sorted(parse_qsl(parts.query))
        if name not in {"paper", "language"}
    ]
    return "&".join([VARIABLE.sub("*", FORM.sub(r"/\1/*", parts.path)), *query])


DOWNLOADS = (".pdf", ".svg", ".csv")


def links(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    return found


def pages_of(page: Any, server: Server, starts: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Go from link to link; yield each address that was opened, and its status."""
    seen: dict[str, int] = {}
    waiting = list(starts)
    while waiting:
        path = waiting.pop(0)
        if seen.get(pattern(path), 0) >= EACH or urlsplit(path).path.endswith(DOWNLOADS):
            continue
        seen[pattern(path)] = seen.get(pattern(path), 0) + 1
        assert sum(seen.values()) <= MOST, "more kinds of pages than are looked at: raise MOST"
        answer = page.goto(server.url + path)
        yield path, answer.status
        for href in links(page):
            if href.startswith(server.url):
                parts = urlsplit(href)
                if not parts.query.startswith("language="):  # the context's locale chooses here
                    waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))


WIDE_TABLES = (
    "innerWidth < 700 && [...document.querySelectorAll('.stacked')]"
    ".some((each) => each.scrollWidth > each.clientWidth + 1)"
)


@pytest.mark.parametrize(
    ("who", "width", "scheme", "locale"),
    [
        *((who, 360, "dark", "en-US") for who in STARTS),
        ("clinician", 1180, "light", "en-US"),
        ("patient", 1180, "light", "en-US"),
        ("patient", 360, "light", "es-MX"),
        ("proxy", 360, "light", "es-MX"),
        (None, 360, "light", "es-MX"),
    ],
)
def test_every_page_is_accessible_quiet_and_within_the_screen(
    chromium, demo_server, who, width, scheme, locale
):
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
        locale=locale,
    )
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    if who:
        sign_in(context, demo_server, who)
    page = context.new_page()
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(demo_server.url) else said.append(request.url)
        ),
    )
    axe, visited, faults = Axe(), 0, []
    for path, status in pages_of(page, demo_server, STARTS[who]):
        visited += 1
        if status >= 400 and not path.startswith("/nowhere"):
            faults.append(f"{path}: {status}")
        faults += [f"{path}: {each}" for each in complaints_of(axe, page)]
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            faults.append(f"{path}: wider than the screen")
        if page.evaluate(WIDE_TABLES):
            faults.append(f"{path}: a table that is stacked on phones is wider than its place")
    context.close()
    said = [each for each in said if not any(words in each for words in HARMLESS)]
    assert not faults, "\n".join(faults)
    assert not said, said
    assert visited >= len(STARTS[who])
