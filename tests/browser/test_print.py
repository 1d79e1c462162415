"""Pages that people print from the browser: complete, readable in grey, nothing cut."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from tests.browser.visiting import sign_in
from tests.serving import Server

pytestmark = pytest.mark.browser

A4_PX = {"width": 718, "height": 1047}
"""A4 less the margins that a browser leaves, at 96 dots an inch."""
NEVER_PRINTED = ("Sign out", "Skip to", "Lock", "Refresh", "Pause refreshing")
TOO_WIDE = """() => [...document.querySelectorAll("main *")]
  .filter((each) => each.checkVisibility() && each.getClientRects().length)
  .filter((each) => !each.closest("svg, .unseen"))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => `${each.tagName} ${each.className}: ${each.textContent.slice(0, 40)}`)"""
BROKEN_WORDS = """() => [...document.querySelectorAll("main :is(h1, h2, h3, th, .who, dt, strong)")]
  .filter((each) => each.checkVisibility() && !each.closest("svg"))
  .flatMap((each) => [...each.childNodes].filter((node) => node.nodeType === 3))
  .flatMap((node) => [...node.data.matchAll(/[^\\s–-]+/g)].map((word) => {
    const range = document.createRange();
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
    return lines.size > 1 ? word[0] : "";
  })).filter(Boolean)"""
PICTURES = """() => [...document.querySelectorAll("main figure")].map((figure) =>
  [...figure.querySelectorAll("img")].filter((each) =>
    each.checkVisibility() && each.naturalWidth > 0).length)"""
HEADS = """() => [...document.querySelectorAll("main thead")]
  .filter((each) => each.checkVisibility())
  .map((each) => getComputedStyle(each).display)"""


@pytest.fixture(scope="module")
def signed_in(chromium: Any, demo_server: Server) -> Iterator[Any]:
    context = chromium.new_context(viewport=A4_PX, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    sign_in(context, demo_server, "clinician")
    yield context
    context.close()


@pytest.fixture
def page(signed_in: Any) -> Iterator[Any]:
    opened = signed_in.new_page()
    yield opened
    opened.close()


def first_link(page: Any, at: str, pattern: str) -> str:
    """The address of the first link of this kind on the page at an address."""
    page.goto(at)
    page.locator("footer").first.wait_for()
    found = page.eval_on_selector_all(
        "main a", "all => all.map((each) => [each.href, each.textContent.trim()].join(' '))"
    )
    return next(each.split(" ")[0].split("#")[0] for each in found if re.search(pattern, each))


def addresses(page: Any, server: Server) -> dict[str, str]:
    """The pages that the clinic prints, of a patient whose course is over."""
    patient = first_link(page, f"{server.url}/patients", r"/patients/\S+ Reese Nonesuch")
    course = first_link(page, patient, r"/courses/[0-9a-f-]{36} ")
    return {
        "course": course,
        "progress": f"{course}/progress",
        "report": f"{course}/report",
        "run sheet": first_link(page, course, r"/infusions/[0-9a-f-]{36}"),
        "outcomes": f"{server.url}/outcomes",
        "board": f"{server.url}/board",
        "drug ledger": f"{server.url}/ledger",
    }


@pytest.mark.parametrize(
    ("name", "most_pages"),
    [
        ("course", 5),
        ("progress", 11),
        ("report", 8),
        ("run sheet", 8),
        ("outcomes", 8),
        ("board", 6),
        ("drug ledger", 12),
    ],
)
def test_a_page_prints_whole_and_without_its_controls(
    page: Any, demo_server: Server, name: str, most_pages: int
) -> None:
    page.goto(addresses(page, demo_server)[name])
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print", color_scheme="light")
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(BROKEN_WORDS) == []
    assert set(page.evaluate(PICTURES)) <= {1}, "each figure prints one picture"
    assert set(page.evaluate(HEADS)) <= {"table-header-group"}, "heads are repeated on each page"
    pages = [each.extract_text() for each in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]
    assert 1 <= len(pages) <= most_pages
    assert all(len(text.strip()) > 40 for text in pages), "no page is blank"
    heading = page.locator("h1").first.inner_text()
    assert " ".join(heading.split()) in " ".join(pages[0].split())
    for words in NEVER_PRINTED:
        lines = [line.strip() for text in pages for line in text.splitlines()]
        assert words not in lines


def test_what_is_printed_has_the_numbers_of_the_screen(page: Any, demo_server: Server) -> None:
    page.goto(addresses(page, demo_server)["progress"])
    cells = page.eval_on_selector_all(
        "main tbody td", "all => all.map((each) => each.textContent.trim())"
    )
    printed = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    words = "".join("".join(each.extract_text().split()) for each in printed)
    missing = [each for each in cells if "".join(each.split()) not in words]
    assert len(cells) > 100
    assert missing == []


def test_a_dark_screen_prints_light(chromium: Any, demo_server: Server) -> None:
    context = chromium.new_context(viewport=A4_PX, color_scheme="dark")
    sign_in(context, demo_server, "clinician")
    page = context.new_page()
    page.goto(addresses(page, demo_server)["progress"])
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    ground, words = page.evaluate(
        "() => ['backgroundColor', 'color'].map((each) => getComputedStyle(document.body)[each])"
    )
    assert ground == "rgba(0, 0, 0, 0)", "the paper's own"
    assert sum(map(int, re.findall(r"\d+", words)[:3])) < 150, "dark words"
    assert set(page.evaluate(PICTURES)) == {1}
    context.close()
