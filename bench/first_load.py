"""How many bytes a telephone fetches that opens a page for the first time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from bench.browser import Browser
from bench.pages import expect
from bench.site import Site

_AS_A_PHONE = {"Accept-Encoding": "gzip, deflate, br"}
_IMPORTED = re.compile(rb'^import [^;]*"([^"]+)";$', re.MULTILINE)
_FETCHED_LINKS = {"stylesheet", "icon", "manifest", "preload", "modulepreload"}


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstLoad:
    """Answers as they were sent, heads and bodies, compressed where they were."""

    page_bytes: int
    total_bytes: int
    requests: int


def measured(site: Site, path: str, cookie: str) -> FirstLoad:
    """Fetch a page and everything that it names, and what its scripts import."""
    browser = Browser(site.server.port, cookie)
    waiting, sizes = [path], dict[str, int]()
    while waiting:
        address = waiting.pop()
        if address not in sizes:
            sizes[address] = expect(browser.get(address, _AS_A_PHONE), 200, address).all_bytes
            plain = browser.get(address).body
            waiting += fetched_by(plain) if address == path else imported_by(address, plain)
    browser.close()
    return FirstLoad(page_bytes=sizes[path], total_bytes=sum(sizes.values()), requests=len(sizes))


def fetched_by(page: bytes) -> list[str]:
    """The addresses of styles, scripts and pictures that a browser fetches for a page."""
    return _Fetched(page).addresses


def imported_by(address: str, script: bytes) -> list[str]:
    """The addresses of the modules that a script begins with."""
    return [urljoin(address, found.decode()) for found in _IMPORTED.findall(script)]


class _Fetched(HTMLParser):
    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and _FETCHED_LINKS & set(given.get("rel", "").split()):
            self.addresses.append(given["href"])
        elif tag in {"script", "img"} and given.get("src"):
            self.addresses.append(given["src"])
