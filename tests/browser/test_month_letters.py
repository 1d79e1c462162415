"""The letters of a month: ordered, made by a helper, downloaded, deleted; without scripts."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.visiting import sign_in
from tests.databases import copy_installation
from tests.serving import Server, process_wait, start_server, stop_server

pytestmark = pytest.mark.browser


@pytest.fixture
def server(demo_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A server with the fictitious clinic, to be written on."""
    started = start_server(copy_installation(demo_folder, tmp_path / "instance"), demo=True)
    yield started
    stop_server(started)


def test_the_letters_of_a_month_are_ordered_and_downloaded(
    chromium: Any, server: Server, tmp_path: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False, accept_downloads=True)
    try:
        sign_in(context, server, "clinician")
        page = context.new_page()
        page.goto(f"{server.url}/patients")
        page.get_by_role("link", name="Letters of a month").click()
        page.locator("[name=kind][value=patient]").check(force=True)
        page.get_by_role("button", name="Make the letters").click()
        page.get_by_text("letters made").first.wait_for()
        download = page.get_by_role("link", name="Download the letters")
        give_up = time.monotonic() + 120
        while download.count() == 0 and time.monotonic() < give_up:
            process_wait(server.process, 0.5)
            page.reload()
        with page.expect_download() as downloading:
            download.click()
        file = tmp_path / "letters.zip"
        downloading.value.save_as(file)
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            assert len(names) > 3
            assert all(archive.read(name).startswith(b"%PDF-") for name in names)
        page.get_by_role("button", name="Delete the letters").click()
        page.get_by_text("The letters were deleted.").wait_for()
    finally:
        context.close()
