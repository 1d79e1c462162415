from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.reports.examples import whole_report
from tracker.reports.progress_report import Audience, ReportPatient
from tracker.reports.report_rows import InfusionRow, ScoreRow


def test_json_is_the_same_text_when_the_report_is_made_twice() -> None:
    assert whole_report().to_json() == whole_report().to_json()


def test_json_has_sorted_keys_and_no_spaces_when_written() -> None:
    text = whole_report().to_json()
    again = json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert text == again


def test_json_is_the_same_when_one_instant_is_given_in_another_zone() -> None:
    report = whole_report()
    eastern = report.generated_at.astimezone(timezone(timedelta(hours=-4)))
    assert replace(report, generated_at=eastern).to_json() == report.to_json()


def test_json_differs_when_one_number_differs() -> None:
    report = whole_report()
    assert report.scores is not None
    changed = (*report.scores[:-1], replace(report.scores[-1], total="27 of 80"))
    assert replace(report, scores=changed).to_json() != report.to_json()


@pytest.mark.parametrize("blank", ["", "   ", "\n"])
def test_blank_column_says_so_when_nothing_is_known(blank: str) -> None:
    assert InfusionRow(number="1", date="1 Sep 2026", weight=blank).weight == "Not recorded"
    assert ScoreRow(date="1 Sep 2026", instrument="Weekly rating", total=blank).total == "No data"
    assert ReportPatient(name="Dana Whitfield", born=blank).born == "Not recorded"


def test_column_keeps_a_zero_when_zero_was_recorded() -> None:
    assert InfusionRow(number="1", date="1 Sep 2026", dose="0").dose == "0"


def test_naive_time_is_refused_when_a_report_is_made() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(
            whole_report(), generated_at=datetime(2026, 10, 14, tzinfo=UTC).replace(tzinfo=None)
        )


def test_heading_names_the_reader_when_the_audience_changes() -> None:
    report = replace(whole_report(), audience=Audience.INSURER)
    assert report.title == "Progress report for the insurer"
