"""The typesetting process: reads prepared reports from a pipe, answers each with a PDF.

Started by `typesetter.Typesetter` as ``python -m tracker.reports.worker TEMPLATES FONTS…``. It
holds no secret, opens no connection, writes no file, and ends when its pipe is closed. It imports
as little as it can, so that the first report does not wait for it.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import typst

from tracker.reports.coverage import Coverage
from tracker.reports.frames import Kind, read_frame, write_frame

MEMORY_BYTES = 2 * 1024**3
"""Address space, not memory in use: threads reserve far more than they touch."""
CPU_SECONDS_EACH = 30
"""A last wall behind the server's own time limit, for a child whose server is gone."""


def main(arguments: list[str]) -> None:
    """Answer reports from standard input on standard output until the input is closed."""
    _fence()
    templates_folder, *font_folders = map(Path, arguments)
    press = Press(templates_folder, font_folders)
    serve(press, sys.stdin.buffer, sys.stdout.buffer)


def serve(press: Press, source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer every frame of `source` with one frame on `sink`."""
    while (frame := read_frame(source)) is not None:
        _allow_more_cpu_time()
        try:
            answer = Kind.PDF, press.pdf(json.loads(frame[1]))
        except (typst.TypstError, ValueError, KeyError) as problem:
            answer = Kind.FAILURE, f"{type(problem).__name__}: {problem}".encode(errors="replace")
        write_frame(sink, *answer)


class Press:
    """The templates of one folder and one set of fonts, ready to print."""

    def __init__(self, templates_folder: Path, font_folders: Sequence[Path]) -> None:
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in font_folders],
        )
        self._coverage = Coverage(font_folders)
        self._templates_folder = templates_folder
        self._compilers: dict[str, typst.Compiler] = {}

    def pdf(self, report: dict[str, Any]) -> bytes:
        """The PDF of one prepared report: tagged, PDF/UA-1, dated by the report itself."""
        data = json.dumps(self._coverage.shown(report), sort_keys=True, ensure_ascii=False)
        made = self._compiler(report["template"]).compile(
            format="pdf",
            sys_inputs={"report": data},
            pdf_standards=["ua-1"],
            timestamp=int(datetime.fromisoformat(report["generated_at"]).timestamp()),
        )
        if not isinstance(made, bytes):
            raise ValueError("the typesetter made no single file")
        return made

    def _compiler(self, template: str) -> typst.Compiler:
        """The compiler of one template: a name in letters and low lines, never a path."""
        if not re.fullmatch("[a-z_]+", template):
            raise ValueError("no such template")
        if template not in self._compilers:
            self._compilers[template] = typst.Compiler(
                str(self._templates_folder / f"{template}.typ"),
                root=str(self._templates_folder),
                font_paths=self._fonts,
            )
        return self._compilers[template]


def _fence() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 256),
    ):
        _limit(what, most)


def _allow_more_cpu_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + CPU_SECONDS_EACH)


def _limit(what: int, most: int) -> None:
    """Lower a soft limit where the system has it; macOS lacks some and the time limit remains."""
    try:
        _, hard = resource.getrlimit(what)
        resource.setrlimit(
            what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )
    except (ValueError, OSError):
        return


if __name__ == "__main__":
    main(sys.argv[1:])
