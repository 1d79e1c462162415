"""A real server and a real Chromium: started by the tests, stopped by the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import copy_installation
from tests.serving import ROOT, Server, environment, start_server, stop_server

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HOW_TO_GET_IT = "Chromium is missing: install the package chromium (Debian, Ubuntu) or Chrome"


def find_browser() -> str | None:
    """The path of a Chromium on this machine."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or (MAC if Path(MAC).exists() else None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A Chromium driven by Playwright. Missing: a failure in CI, a skip with advice elsewhere."""
    path = find_browser()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def keeping_browser(chromium: Any) -> Any:
    """A browser that keeps pages for its back button, as those of people do."""
    return chromium.browser_type.launch(
        executable_path=find_browser(),
        args=FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the fictitious clinic, loaded once: tests that write copy it."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"],
        cwd=ROOT,
        env=environment(folder, 8000, demo=True),
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="session")
def demo_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the fictitious clinic. Tests only look at it."""
    server = start_server(
        copy_installation(demo_folder, tmp_path_factory.mktemp("seen") / "instance"), demo=True
    )
    yield server
    stop_server(server)


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """A server on its first start: nobody has an account, the set-up link is in what it said."""
    server = start_server(tmp_path / "instance", demo=False)
    yield server
    stop_server(server)
