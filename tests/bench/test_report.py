"""What the bench says of the letters of a month, and when it holds them against their aim."""

from __future__ import annotations

import pytest

from bench.letters import Letters
from bench.report import Findings, aims, as_text


def letters(kind="referrer", *, made=100, seconds=8.0):
    return Letters(
        kind=kind, made=made, asked=100, workers=2, seconds=seconds, cpu_seconds=15, megabytes=4.2
    )


def aim_of(*found):
    return [line for line in aims(Findings(letters=list(found))) if "100 letters" in line]


@pytest.mark.parametrize(("seconds", "word"), [(9.99, "met"), (10.0, "met"), (10.4, "MISSED")])
def test_the_slowest_kind_of_letter_is_held_against_ten_seconds(seconds, word):
    (line,) = aim_of(letters(seconds=3), letters("insurer", seconds=seconds))
    assert line.split() == [word, "100", "letters", "under", "10", "s:", f"{seconds:.2f}", "s"]


def test_fewer_letters_or_none_meet_no_aim():
    """A quick run makes few; one that failed is none that was fast."""
    assert aim_of() == []
    assert aim_of(letters(made=8)) == []
    assert aim_of(letters(), letters("patient", made=99)) == []


def test_each_kind_has_its_line():
    said = as_text(Findings(letters=[letters(), letters("patient", seconds=5.25)]))
    assert "Letters, referrer: 100 of 100 letters by 2 workers in 8.0 s (15.0 s of" in said
    assert "Letters, patient: 100 of 100 letters by 2 workers in 5.2 s" in said
