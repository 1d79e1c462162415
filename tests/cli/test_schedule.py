"""`schedule plan` on the command line, without an application or a database."""

import json

import pytest
from click.testing import CliRunner

from tracker.cli.schedule import schedule_cli

PUBLISHED = (
    "plan --start 2026-11-23 --count 6 --open mon,tue,wed,thu,fri --closed 2026-11-26 --json"
)


def run(line):
    return CliRunner().invoke(schedule_cli, line.split())


def test_json_has_the_dates_and_nothing_broken_when_a_plan_keeps_every_gap():
    result = run(PUBLISHED)

    assert result.exit_code == 0
    assert result.stderr == ""
    assert json.loads(result.stdout) == {
        "dates": [
            "2026-11-23",
            "2026-11-27",
            "2026-11-30",
            "2026-12-04",
            "2026-12-07",
            "2026-12-11",
        ],
        "broken": [],
    }


def test_nearest_plan_is_printed_and_exit_is_1_when_no_plan_keeps_every_gap():
    result = run(
        "plan --start 2026-11-23 --count 3 --min-gap 3 --max-gap 5 --preferred-gap 4 "
        "--closed 2026-11-26,2026-11-25 --unavailable 2026-11-27,2026-11-24 "
        "--given 2026-11-23 --json"
    )

    assert result.exit_code == 1
    printed = json.loads(result.stdout)
    assert printed["dates"] == ["2026-11-23", "2026-11-30", "2026-12-04"]
    assert printed["broken"] == [
        {
            "between": [1, 2],
            "from": "2026-11-23",
            "to": "2026-11-30",
            "gap_days": 7,
            "min_gap_days": 3,
            "max_gap_days": 5,
        }
    ]
    assert result.stderr.startswith("Error: No plan keeps every gap. With every earlier gap kept")
    assert result.stderr.count("\n") == 1


def test_table_shows_numbers_dates_and_gaps():
    result = run("plan --start 2026-11-24 --count 3 --given 2026-11-23,2026-11-27")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "No  Date             Gap",
        " 1  Mon 23 Nov 2026           given",
        " 2  Fri 27 Nov 2026  4 days   given",
        " 3  Tue 1 Dec 2026   4 days",
    ]


def test_table_says_why_the_first_day_is_later_than_asked():
    result = run("plan --start 2026-11-21 --count 1")

    assert result.exit_code == 0
    assert "The first infusion is on Mon 23 Nov 2026, not on Sat 21 Nov 2026" in result.stdout


def test_table_marks_the_broken_gap():
    result = run("plan --start 2026-11-23 --count 2 --open mon")

    assert result.exit_code == 1
    assert " 2  Mon 30 Nov 2026  7 days   gap broken" in result.stdout.splitlines()


def test_preferred_gap_is_the_middle_when_four_days_are_not_allowed():
    result = run("plan --start 2026-11-23 --count 2 --min-gap 6 --max-gap 8 --json")

    assert json.loads(result.stdout)["dates"] == ["2026-11-23", "2026-11-30"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("plan", "Missing option '--start'"),
        ("plan --start 2026-02-30", "'2026-02-30' is not a date: write it as 2026-11-23."),
        ("plan --start 2026-11-23 --closed 2026-11-26,soon", "'soon' is not a date"),
        ("plan --start 2026-11-23 --open mon,fry", "'fry' is not one of mon, tue"),
        ("plan --start 2026-11-23 --count six", "'six' is not a valid integer"),
        ("plan --start 2026-11-23 --count 0", "must be 1 to 60, not 0"),
        ("plan --start 2026-11-23 --open ,", "No day is left for infusion 1"),
        ("plan --start 2026-11-23 --min-gap 5 --max-gap 3", "not 5 to 3"),
        ("plan --start 2026-11-23 --frequency 2", "No such option"),
    ],
)
def test_one_line_says_what_is_wrong_when_a_value_is_bad(line, says):
    result = run(line)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_help_has_an_example():
    result = run("plan --help")

    assert result.exit_code == 0
    assert "flask schedule plan --start 2026-11-23 --count 6" in result.stdout
