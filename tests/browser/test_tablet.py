"""Lists that staff compare, on a tablet held upright and on a desk's screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.visiting import sign_in

pytestmark = pytest.mark.browser

TABLET, PHONE, DESK = 820, 390, 1280
LINES = """(cells) => cells.map((cell) => {
  const words = document.createRange();
  words.selectNodeContents(cell);
  return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size;
})"""
TOPS = """(questions) => questions.map((question) => new Set(
  [...question.querySelectorAll(".tile")].map((tile) => tile.getBoundingClientRect().top),
).size)"""
WIDER_THAN_SHOWN = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth).length"


@pytest.fixture
def page(chromium: Any, demo_server: Any) -> Iterator[Any]:
    context = chromium.new_context(
        viewport={"width": TABLET, "height": 1180}, base_url=demo_server.url
    )
    sign_in(context, demo_server, "clinician")
    yield context.new_page()
    context.close()


def test_the_worklist_is_a_table_on_a_tablet_and_stacked_on_a_phone(page):
    page.goto("/check-ins")
    rows = page.locator("tbody tr")
    many = rows.count()
    assert many > 10
    assert rows.first.evaluate("row => getComputedStyle(row).display") == "table-row"
    assert page.eval_on_selector_all(".table-scroll", WIDER_THAN_SHOWN) == 0
    heights = rows.evaluate_all("all => all.map((row) => row.offsetHeight)")
    assert sum(heights) / many < 140
    page.set_viewport_size({"width": PHONE, "height": 800})
    assert rows.first.evaluate("row => getComputedStyle(row).display") == "flex"
    assert page.eval_on_selector_all(".table-scroll", WIDER_THAN_SHOWN) == 0


def test_the_ledger_keeps_a_day_and_a_vial_together_on_a_tablet(page):
    page.goto("/ledger")
    newest = "section[aria-labelledby=newest-h]"
    days = page.eval_on_selector_all(f"{newest} tbody th", LINES)
    assert len(days) > 10
    assert max(days) <= 2
    assert set(page.eval_on_selector_all(f"{newest} tbody td:nth-child(2) a", LINES)) == {1}
    assert page.eval_on_selector_all(f"{newest} .table-scroll", WIDER_THAN_SHOWN) == 0


@pytest.mark.parametrize("width", [TABLET, DESK])
def test_all_answers_to_a_question_of_a_paper_form_stand_on_one_line(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/check-ins")
    course = page.locator("tbody th a").first.get_attribute("href")
    page.goto(f"{course}/check-ins/pcl-5")
    tops = page.eval_on_selector_all(".keys", TOPS)
    assert tops == [1] * 20
    skip = page.locator(".keys .tile label").nth(5)
    assert skip.locator("[aria-hidden]").inner_text() == "Skip"
