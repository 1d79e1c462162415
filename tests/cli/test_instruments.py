"""`instruments list|show|score` on the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracker.cli.instruments import instruments_cli

PCL5 = [3, 3, 2, 3, 2, 3, 3, 1, 3, 2, 3, 3, 3, 2, 2, 1, 4, 3, 3, 4]
HEADER = ",".join(f"q{number}" for number in range(1, 21))
ROW = ",".join(map(str, PCL5))
SCORED = "20,yes,no,53,13,6,17,17,5,2,6,5,yes,"


def run(*arguments: str, sent: str | bytes | None = None) -> Result:
    return CliRunner().invoke(instruments_cli, arguments, input=sent)


def score(text: str | bytes, key: str = "pcl-5", *more: str) -> Result:
    return run("score", key, "-", *more, sent=text)


def refused(result: Result) -> str:
    """The one line of a refusal: nothing was printed that could be taken for scores."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_the_real_command_scores_a_file(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(f"{HEADER}\n{ROW}\n{','.join(['4'] * 20)}\n")
    environment = os.environ | {
        "TRACKER_INSTANCE_DIR": str(tmp_path / "instance"),
        "FLASK_SKIP_DOTENV": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "instruments", "score", "pcl-5",
         str(tmp_path / "answers.csv")],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "answered,complete,prorated,total,b,c,d,e,endorsed_b,endorsed_c,endorsed_d,endorsed_e,"
        "provisional_diagnosis,flags",
        SCORED,
        "20,yes,no,80,20,8,28,24,5,2,7,6,yes,risky-behaviour",
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{ROW}\n",
        f"{HEADER}\r\n{ROW}\r\n",
        f"{HEADER}\n{ROW}",
        f"{HEADER}\n{ROW}\n\n\n",
        "\ufeff" + f"{HEADER}\n{ROW}\n",
        ",".join(f'"q{n}"' for n in range(1, 21)) + "\n" + ",".join(f'"{n}"' for n in PCL5) + "\n",
    ],
    ids=["plain", "CRLF", "no end", "empty lines at the end", "BOM", "quoted"],
)
def test_a_file_is_scored_however_it_was_written(text: str) -> None:
    result = score(text.encode())
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.splitlines()[1:] == [SCORED]


def test_a_blank_cell_is_skipped_and_leaves_its_results_open() -> None:
    result = score(f"{HEADER}\n{',' * 19}\n,{ROW.split(',', 1)[1]}\n")
    assert result.stdout.splitlines()[1:] == [
        "0,no,no,,,,,,,,,,undetermined,",
        "19,no,yes,52.63,12.5,6,17,17,,2,6,5,yes,prorated-b",
    ]


def test_a_header_alone_is_a_table_without_rows() -> None:
    result = score(f"{HEADER}\n")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the first line must be the header"),
        ("\n", "the first line must be the header"),
        (HEADER.replace("q7", "q6"), "q7 missing; q6 there twice"),
        (f"{HEADER},name\n{ROW},x\n", "name unknown"),
        (f"{HEADER}\n{ROW}\n{ROW},1\n", "row 2 (line 3) has 21 cells, the header has 20"),
        (f"{HEADER}\n{ROW[2:]}\n", "row 1 (line 2) has 19 cells, the header has 20"),
        (f"{HEADER}\n{ROW}\n\n{ROW}\n", "row 2 (line 3) is an empty line"),
        (f"{HEADER}\n{ROW}\n5{ROW[1:]}\n", "row 2 (line 3) q1 is '5': write a whole number"),
        (f"{HEADER}\n{ROW[:-1]}9\n", "row 1 (line 2) q20 is '9'"),
        (f'{HEADER}\n"{ROW}\n', "is damaged"),
        (f'{HEADER}\n"1"x,{ROW[2:]}\n', "is damaged"),
    ],
)
def test_a_file_is_refused_by_row_line_and_column(text: str, said: str) -> None:
    assert said in refused(score(text))


def test_a_file_is_refused_when_it_is_no_text() -> None:
    assert "no UTF-8 text" in refused(score(b"\xff\xfe\x00q1"))
    assert "row 1 (line 2)" in refused(score(f"{HEADER}\n\x00{ROW}\n"))


def test_a_late_fault_prints_none_of_the_good_rows() -> None:
    text = f"{HEADER}\n" + f"{ROW}\n" * 500 + f"x{ROW[1:]}\n"
    assert "row 501 (line 502) q1 is 'x'" in refused(score(text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "none.csv")
    assert refused(run("score", "pcl-5", path)) == f"Error: {path}: No such file or directory\n"
    assert "Is a directory" in refused(run("score", "pcl-5", str(tmp_path)))


def test_an_unknown_instrument_is_named_with_those_there_are() -> None:
    said = refused(run("score", "pcl-6", "-"))
    assert "There is no instrument pcl-6. Known are" in said
    assert "phq-9" in said
    assert "no instrument phq-9 version 7" in refused(run("show", "phq-9", "--version", "7"))
    assert "Missing argument 'KEY'" in refused(run("show"))


def test_one_column_is_scored_with_a_skipped_row() -> None:
    result = score('q1\n30\n""\n', "madrs")
    assert result.stdout.splitlines()[1:] == ["1,yes,no,30,", "0,no,no,,"]


def test_json_has_numbers_null_and_lists() -> None:
    result = score("q1,q2,q3,q4,q5,q6,q7,q8,q9\n2,2,2,2,2,2,2,,1\n,,,,,,,,0\n", "phq-9", "--json")
    first, second = json.loads(result.stdout)
    assert first == {
        "answered": 8, "complete": "no", "prorated": "yes", "total": 16.88,
        "band": "moderately severe", "item9": 1, "flags": ["self-harm-some-days"],
    }  # fmt: skip
    assert second["total"] is None
    assert second["flags"] == []


def test_bam_shows_no_total_anywhere() -> None:
    shown = json.loads(run("show", "bam", "--json").stdout)
    assert "total" not in shown
    assert "total" not in {scale["id"].rsplit("_", 1)[1] for scale in shown["scales"]}
    text = ",".join(f"q{n}" for n in range(1, 18)) + "\n" + ",".join(["1"] * 17) + "\n"
    (row,) = csv.DictReader(io.StringIO(score(text, "bam").stdout))
    assert row["total"] == ""
    assert (row["use"], row["risk"], row["protective"]) == ("3", "6", "6")


def test_list_has_every_instrument() -> None:
    listed = json.loads(run("list", "--json").stdout)
    keys = [each["key"] for each in listed]
    assert keys == sorted(keys)
    assert len(keys) == 23
    assert next(each for each in listed if each["key"] == "phq-9")["remote"] == "watched"
    assert [line.split()[0] for line in run("list").stdout.splitlines()] == keys


@pytest.mark.parametrize("key", [each["key"] for each in json.loads(run("list", "--json").stdout)])
def test_show_says_what_a_definition_says(key: str) -> None:
    text, data = run("show", key).stdout, json.loads(run("show", key, "--json").stdout)
    assert data["key"] == key
    for scale in data["scales"]:
        assert scale["id"] in text
        for cut in scale.get("cut_points", []):
            assert cut["meaning"] in text
    assert ("Regenstrief" in text) == ("loinc" in data)


@pytest.mark.parametrize("command", ["list", "show", "score"])
def test_help_has_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"flask --app wsgi instruments {command}" in result.stdout


PCL5_VECTORS = {
    "4," * 19 + "4": "20,yes,no,80,20,8,28,24,5,2,7,6,yes,risky-behaviour",
    "1," * 19 + "1": "20,yes,no,20,5,2,7,6,0,0,0,0,no,",
    "4,4,4,4,4,1,1,4,4,4,4,4,4,4,3,3,3,3,3,3": (
        "20,yes,no,68,20,2,28,18,5,0,7,6,no,risky-behaviour"
    ),
    "2,0,0,0,0,2,0,2,2,0,0,0,0,0,2,2,0,0,0,0": "20,yes,no,12,2,2,4,4,1,1,2,2,yes,",
    ROW: SCORED,
    ",2,2,2,2,0,0,3,3,3,3,3,3,3,3,3,3,3,3,3": (
        "19,no,yes,49.47,10,0,21,18,,0,7,6,no,risky-behaviour;prorated-b"
    ),
    "2,2,2,2,2,,0,3,3,3,3,3,3,3,3,3,3,3,3,3": (
        "19,no,yes,51.58,10,,21,18,5,,7,6,undetermined,risky-behaviour"
    ),
}
PHQ9_VECTORS = {
    "2,2,2,2,2,2,,,2": "7,no,yes,18,moderately severe,2,self-harm-stronger",
    "2,2,2,2,2,2,2,2,": "8,no,no,,,,self-harm-skipped",
    "2,2,2,2,2,,,,2": "6,no,no,,,2,self-harm-stronger",
    "2,2,2,2,2,2,2,2,2": "9,yes,no,18,moderately severe,2,self-harm-stronger",
    "1,1,1,1,1,1,1,1,1": "9,yes,no,9,mild,1,self-harm-some-days",
    "1,1,1,1,0,0,0,0,0": "9,yes,no,4,minimal,0,",
    "1,1,1,1,1,0,0,0,0": "9,yes,no,5,mild,0,",
    "3,3,3,1,0,0,0,0,0": "9,yes,no,10,moderate,0,",
    "3,3,3,3,3,3,3,3,3": "9,yes,no,27,severe,3,self-harm-stronger",
}
GAD7_VECTORS = {
    "0,0,0,0,0,0,0": "7,yes,no,0,minimal,",
    "3,1,0,0,0,0,0": "7,yes,no,4,minimal,",
    "3,2,0,0,0,0,0": "7,yes,no,5,mild,",
    "3,3,3,0,0,0,0": "7,yes,no,9,mild,",
    "3,3,3,1,0,0,0": "7,yes,no,10,moderate,",
    "3,3,3,3,3,0,0": "7,yes,no,15,severe,",
    "3,3,3,3,3,3,3": "7,yes,no,21,severe,",
    "2,2,2,2,2,,": "5,no,yes,14,moderate,",
    "2,2,2,2,,,": "4,no,no,,,",
}


@pytest.mark.parametrize(
    ("key", "vectors"),
    [
        ("pcl-5", PCL5_VECTORS),
        ("pcl-5-week", PCL5_VECTORS),
        ("phq-9", PHQ9_VECTORS),
        ("gad-7", GAD7_VECTORS),
    ],
)
def test_a_file_of_known_answers_gives_known_scores(key: str, vectors: dict[str, str]) -> None:
    width = len(next(iter(vectors)).split(","))
    header = ",".join(f"q{number}" for number in range(1, width + 1))
    result = score("\n".join([header, *vectors]) + "\n", key)
    assert result.stdout.splitlines()[1:] == list(vectors.values())
