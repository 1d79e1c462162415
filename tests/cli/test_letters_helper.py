"""The helper that `flask serve` starts: one at a time, and nothing ordered is forgotten."""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

from tracker.cli.letters_helper import LettersHelper

COUNTS_AND_WAITS = """
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
number = len(list(folder.iterdir()))
(folder / str(number)).touch()
sys.stdout.close()
if number == 0:
    open(sys.argv[2]).read()
"""


def ends() -> None:
    """Wait until its thread has nothing to do."""
    for thread in threading.enumerate():
        if thread.name == "letters":
            thread.join(30)
            assert not thread.is_alive()


def test_what_is_asked_for_while_one_is_at_work_is_done_after_it_once(tmp_path: Path) -> None:
    begun, gate = tmp_path / "begun", tmp_path / "gate"
    begun.mkdir()
    os.mkfifo(gate)
    helper = LettersHelper([sys.executable, "-c", COUNTS_AND_WAITS, str(begun), str(gate)])
    helper.ask()
    with gate.open("w"):  # opens when the first one is there
        for _ in range(3):
            helper.ask()
        assert len(list(begun.iterdir())) == 1
    ends()
    assert len(list(begun.iterdir())) == 2


def test_one_that_fails_is_said_in_the_log_and_the_next_is_begun(tmp_path, caplog) -> None:
    helper = LettersHelper([sys.executable, "-c", "raise SystemExit(3)"])
    with caplog.at_level(logging.ERROR):
        helper.ask()
        ends()
        helper.ask()
        ends()
    assert [each.getMessage() for each in caplog.records] == [
        "the helper for letters ended with 3"
    ] * 2


def test_one_that_cannot_be_started_is_said_in_the_log(tmp_path, caplog) -> None:
    with caplog.at_level(logging.ERROR):
        LettersHelper([str(tmp_path / "nothing")]).ask()
        ends()
    assert "did not start" in caplog.text
