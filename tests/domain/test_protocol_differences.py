"""Two people made a new version of one protocol: what the second is shown."""

from __future__ import annotations

from dataclasses import replace

from tracker.domain.protocol import Protocol
from tracker.domain.protocol_differences import protocol_differences


def lines(yours, stored):
    return [(each.label, each.yours, each.stored) for each in protocol_differences(yours, stored)]


def test_the_same_rules_differ_in_nothing():
    assert lines(Protocol(), Protocol()) == []


def test_every_changed_rule_is_one_line_with_both_values():
    mine, theirs = Protocol(), Protocol()
    mine = replace(mine, infusion_count=7, dose=replace(mine.dose, infusion_minutes=50))
    theirs = replace(theirs, monitoring=replace(theirs.monitoring, observe_minutes=150))
    assert lines(mine, theirs) == [
        ("Infusion count", "7", "6"),
        ("Infusion minutes", "50", "40"),
        ("Monitoring: observe minutes", "120", "150"),
    ]


def test_a_rule_that_one_of_them_took_away_is_empty_on_that_side():
    whole = Protocol()
    shorter = replace(whole, checks_before=whole.checks_before[:-1])
    (line,) = lines(shorter, whole)
    assert line[0] == f"Checks before {len(whole.checks_before)}"
    assert line[1] == ""
    assert line[2].startswith(whole.checks_before[-1].words)


def test_a_limit_says_what_it_is_about():
    whole = Protocol()
    first = whole.vital_limits[0]
    changed = replace(whole, vital_limits=(replace(first, value=145), *whole.vital_limits[1:]))
    ((label, yours, stored),) = lines(changed, whole)
    assert label == "Vital limits 1"
    assert yours == "warn before, systolic mmhg, at least, 145"
    assert stored == "warn before, systolic mmhg, at least, 140"
