"""The letters of a month: ordered, made by two workers, downloaded, deleted; without scripts."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.test_every_page import sign_in
from tests.serving import ROOT, Server, environment, start_server, stop_server

pytestmark = pytest.mark.browser


@pytest.fixture
def server(demo_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A server with the fictitious clinic, to be written on."""
    started = start_server(shutil.copytree(demo_folder, tmp_path / "instance"), demo=True)
    yield started
    stop_server(started)


def worker(server: Server) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "reports", "work"],
        cwd=ROOT,
        env=environment(server.folder, urlsplit(server.url).port or 0, demo=True),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


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
        assert page.locator("progress").get_attribute("value") == "0"
        started = [worker(server) for _ in range(2)]
        assert [each.wait(timeout=120) for each in started] == [0, 0]
        page.get_by_role("link", name="Look again").click()
        with page.expect_download() as downloading:
            page.get_by_role("link", name="Download the letters").click()
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
