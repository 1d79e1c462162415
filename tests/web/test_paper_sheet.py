"""The run sheet on paper, read back from the file."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_paper_sheet_has_the_checks_and_the_minutes_of_the_protocol(browser, world, paper):
    answer = browser(world.a.clinician).get(f"/paper-run-sheet.pdf?paper={paper}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = PdfReader(io.BytesIO(answer.data)).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    for words in (
        "Allergies read out and confirmed",
        "T+40",
        "T+55",
        "T+115",
        "T+120",
        "RASS",
        "Left with",
    ):
        assert words in text, words
    assert "T+50" not in text  # every 15 minutes after the end
    assert "Entering it afterwards" in text
    assert len(pages) == 3
    assert all("Born on" in page.extract_text() for page in pages)  # paper gets apart


def test_the_board_leads_to_it_for_those_who_may_enter_it(browser, world):
    assert "/paper-run-sheet.pdf" in browser(world.a.clinician).get_page("/board").html
    therapist = browser(world.a.therapist)
    assert "/paper-run-sheet.pdf" not in therapist.get_page("/board").html
    assert therapist.get("/paper-run-sheet.pdf").status_code == 403
