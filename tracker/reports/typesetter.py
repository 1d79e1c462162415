"""Turning a report into a PDF, in a child process that may be killed.

A typesetter is a compiler: fed something unforeseen it can run for minutes and take all memory.
So it runs beside the server, one report at a time, with a time limit; a child that is too slow or
dies is replaced, and the next report is printed as if nothing had happened.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from tracker.reports.document import Document
from tracker.reports.frames import BrokenConversation, Kind, read_frame, write_frame
from tracker.reports.printable import printable

REPORTS_EACH = 500
"""A child is replaced after so many reports: its caches grow with each."""


class TypesettingFailed(Exception):
    """No PDF was made. ``detail`` may quote the report, so it belongs in no log and on no page."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class TypesettingTooSlow(TypesettingFailed):
    """No PDF was made within the time limit."""


def prepared(report: Document) -> str:
    """All that a PDF is made from, as one text. Raises ReportTooLarge."""
    return json.dumps(printable(report), sort_keys=True, ensure_ascii=False)


def with_code(content: str, words: str) -> str:
    """What `prepared` made, with words for the foot of every page: the code of its hash."""
    return json.dumps(json.loads(content) | {"code": words}, sort_keys=True, ensure_ascii=False)


class Typesetter:
    """Makes PDFs, from any thread. The child process is started by the first report.

    ``templates_folder`` holds a template for each kind of document, which its layout names;
    nothing outside the folder can be read by a template.
    ``time_limit_seconds`` counts from the moment that a report's turn has come, and as long again
    may be spent waiting for the turn.
    """

    def __init__(
        self,
        templates_folder: Path,
        font_folders: Sequence[Path],
        time_limit_seconds: float = 10.0,
    ) -> None:
        self.time_limit_seconds = time_limit_seconds
        self._command = [
            sys.executable,
            "-m",
            "tracker.reports.worker",
            *(str(folder.resolve()) for folder in (templates_folder, *font_folders)),
        ]
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._child_of = 0
        self._printed = 0

    def pdf(self, report: Document) -> bytes:
        """The document as a tagged PDF; the same document gives the same bytes.

        Raises ReportTooLarge, TypesettingTooSlow or TypesettingFailed.
        """
        return self.pdf_of(prepared(report))

    def pdf_of(self, job: str) -> bytes:
        """The PDF of what `prepared` made, also years later: the same text, the same bytes."""
        if not self._lock.acquire(timeout=self.time_limit_seconds):
            raise TypesettingTooSlow("Other reports are being printed. Try again in a minute.")
        try:
            kind, payload = self._exchange(job.encode())
        finally:
            self._lock.release()
        if kind is not Kind.PDF:
            raise TypesettingFailed(
                "The report could not be printed.", detail=payload.decode(errors="replace")
            )
        return payload

    def close(self) -> None:
        """End the child process, if there is one. A later report starts another."""
        with self._lock:
            self._drop_child()

    def _exchange(self, job: bytes) -> tuple[Kind, bytes]:
        child = self._running_child()
        too_slow = threading.Event()

        def stop() -> None:
            too_slow.set()
            child.kill()

        watchdog = threading.Timer(self.time_limit_seconds, stop)
        watchdog.daemon = True
        watchdog.start()
        try:
            answer = _ask(child, job)
        except (OSError, ValueError, BrokenConversation) as problem:
            self._drop_child()
            if too_slow.is_set():
                raise TypesettingTooSlow(
                    f"The report took longer than {self.time_limit_seconds:g} seconds to print. "
                    "Choose a shorter period."
                ) from None
            raise TypesettingFailed(
                "The printing process ended unexpectedly. Try again.", detail=str(problem)
            ) from None
        finally:
            watchdog.cancel()
        if too_slow.is_set():
            self._drop_child()  # it answered and was killed in the same moment
        self._printed += 1
        return answer

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child_of != os.getpid():
            self._child = None  # a forked server must not share its parent's pipe
        running = self._child
        if running is not None and running.poll() is None and self._printed < REPORTS_EACH:
            return running
        self._drop_child()
        self._child = self._start()
        self._child_of = os.getpid()
        self._printed = 0
        return self._child

    def _start(self) -> subprocess.Popen[bytes]:
        """A child that knows nothing of the server: no secrets in its environment, no terminal."""
        return subprocess.Popen(  # noqa: S603 - a fixed list of arguments, no shell
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).resolve().parents[2],
            env={"LANG": "C.UTF-8", "PYTHONUTF8": "1", "RAYON_NUM_THREADS": "1"},
            start_new_session=True,
        )

    def _drop_child(self) -> None:
        child, self._child = self._child, None
        if child is None or self._child_of != os.getpid():
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                _close(pipe)
        child.wait()


def _ask(child: subprocess.Popen[bytes], job: bytes) -> tuple[Kind, bytes]:
    if child.stdin is None or child.stdout is None:
        raise BrokenConversation("the printing process has no pipes")
    write_frame(child.stdin, Kind.REPORT, job)
    answer = read_frame(child.stdout)
    if answer is None:
        raise BrokenConversation("the printing process closed its pipe")
    return answer


def _close(pipe: IO[bytes]) -> None:
    """Close a pipe whose other end may be gone, with bytes that nobody will read."""
    try:
        pipe.close()
    except OSError:
        return
