"""Letters of a month where one command is the whole installation: a helper process makes them.

`flask serve` starts it when some were ordered, and at its own start when some are left. It goes
away when nothing waits. An installation with a timer for `flask reports work` may have both.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

logger = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "reports", "work", "--as-helper")


class LettersHelper:
    """At most one helper of this process at a time; what is ordered meanwhile is not forgotten."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._is_asked = False
        self._is_at_work = False

    def ask(self) -> None:
        """Have the letters made that wait now. Returns at once."""
        with self._lock:
            self._is_asked = True
            if self._is_at_work:
                return
            self._is_at_work = True
        threading.Thread(target=self._work, name="letters", daemon=True).start()

    def _work(self) -> None:
        while self._is_asked_again():
            try:
                self._run()
            except OSError as problem:
                logger.error("the helper for letters did not start: %s", problem.strerror)

    def _is_asked_again(self) -> bool:
        with self._lock:
            asked, self._is_asked = self._is_asked, False
            self._is_at_work = asked
            return asked

    def _run(self) -> None:
        """Its standard input closes when this process ends, whatever ends it: then it ends too."""
        with subprocess.Popen(  # noqa: S603 - our own command
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        ) as helper:
            ended = helper.wait()
        if ended != 0:
            logger.error("the helper for letters ended with %s", ended)
