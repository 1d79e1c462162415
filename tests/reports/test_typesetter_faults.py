from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.reports.examples import TEMPLATES, chart, scores, whole_report
from tracker.reports.fonts import font_folders
from tracker.reports.printable import ReportTooLarge
from tracker.reports.typesetter import Typesetter, TypesettingFailed, TypesettingTooSlow

ENDLESS = """
#let n = 0
#while json(bytes(sys.inputs.report)).version == "endless" and n < 4000 {
  for i in range(100000) { let x = i }
  n += 1
}
#set document(title: "Progress report")
= Done
"""


@pytest.fixture
def typesetter() -> Iterator[Typesetter]:
    """A process of the test's own, which it may kill."""
    made = Typesetter(TEMPLATES, font_folders(), time_limit_seconds=30)
    yield made
    made.close()


def _children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE and "tracker.reports.worker" in child.cmdline()
    ]


@pytest.mark.fault
def test_next_report_is_printed_when_one_ran_into_the_time_limit(tmp_path: Path) -> None:
    (tmp_path / "progress.typ").write_text(ENDLESS, encoding="utf-8")
    slow = Typesetter(tmp_path, font_folders(), time_limit_seconds=2)
    try:
        before = time.monotonic()
        with pytest.raises(TypesettingTooSlow, match="longer than 2 seconds"):
            slow.pdf(replace(whole_report(), version="endless"))
        assert time.monotonic() - before < 10
        assert slow.pdf(whole_report()).startswith(b"%PDF-")
    finally:
        slow.close()
    assert not [child for child in _children() if str(tmp_path) in child.cmdline()]


@pytest.mark.fault
def test_next_report_is_printed_when_the_process_was_killed(typesetter: Typesetter) -> None:
    before = {child.pid for child in _children()}
    first = typesetter.pdf(whole_report())
    (mine,) = [child for child in _children() if child.pid not in before]
    mine.kill()
    mine.wait(10)
    assert typesetter.pdf(whole_report()) == first


@pytest.mark.fault
def test_failure_is_plain_when_the_process_cannot_start(tmp_path: Path) -> None:
    broken = Typesetter(tmp_path, font_folders(), time_limit_seconds=30)
    with pytest.raises(TypesettingFailed, match="(could not be printed|ended unexpectedly)"):
        broken.pdf(whole_report())
    broken.close()


@pytest.mark.fault
def test_failure_quotes_no_patient_when_a_chart_is_broken(typesetter: Typesetter) -> None:
    broken = replace(whole_report(), charts=(replace(chart(), svg="<svg>Whitfield"),))
    with pytest.raises(TypesettingFailed) as caught:
        typesetter.pdf(broken)
    assert str(caught.value) == "The report could not be printed."
    assert caught.value.detail
    assert typesetter.pdf(whole_report()).startswith(b"%PDF-")


@pytest.mark.fault
def test_process_ends_when_its_pipe_is_closed(typesetter: Typesetter) -> None:
    before = {child.pid for child in _children()}
    typesetter.pdf(whole_report())
    (mine,) = [child for child in _children() if child.pid not in before]
    held = typesetter._child
    assert held is not None
    assert held.stdin is not None
    held.stdin.close()
    assert held.wait(10) == 0
    assert not mine.is_running() or mine.status() == psutil.STATUS_ZOMBIE


@pytest.mark.fault
def test_server_secrets_stay_out_when_the_process_starts(
    typesetter: Typesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_SECRET_KEY", "canary")
    before = {child.pid for child in _children()}
    typesetter.pdf(whole_report())
    (mine,) = [child for child in _children() if child.pid not in before]
    assert "canary" not in mine.environ().values()
    assert os.getsid(mine.pid) != os.getsid(0)


@pytest.mark.fault
def test_reports_are_right_when_threads_print_at_once(typesetter: Typesetter) -> None:
    reports = [replace(whole_report(), version=str(n)) for n in range(4)]
    alone = [typesetter.pdf(report) for report in reports]
    together: dict[int, bytes] = {}

    def print_one(number: int) -> None:
        together[number] = typesetter.pdf(reports[number])

    threads = [threading.Thread(target=print_one, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[n] for n in range(4)] == alone


@pytest.mark.fault
def test_memory_stays_bounded_when_a_report_is_as_large_as_allowed(
    typesetter: Typesetter,
) -> None:
    before = {child.pid for child in _children()}
    typesetter.pdf(replace(whole_report(), scores=scores(600)))
    (mine,) = [child for child in _children() if child.pid not in before]
    assert mine.memory_info().rss < 300 * 1024**2
    with pytest.raises(ReportTooLarge):
        typesetter.pdf(replace(whole_report(), scores=scores(601)))
