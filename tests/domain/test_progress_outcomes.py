"""Response and remission by the rules of a definition."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.domain.instruments import ChangeKind, get
from tracker.domain.progress import (
    PCL5_RULES,
    PCL5_STRICT_RULES,
    is_reached,
    percent_better,
    percent_gone,
)

PHQ9 = get("phq-9").scale("phq_9_total")


def reached(key: str, outcome: str, baseline: int | None, latest: int) -> bool | None:
    scale = get(key).scale(get(key).total)
    start = None if baseline is None else Decimal(baseline)
    return is_reached(scale, scale.outcome(outcome), baseline=start, latest=Decimal(latest))


@pytest.mark.parametrize(
    ("outcome", "baseline", "latest", "wanted"),
    [
        ("response", 18, 9, True),
        ("response", 18, 10, False),
        ("response", 18, 20, False),
        ("remission", 18, 4, True),
        ("remission", 18, 5, False),
        ("remission_at_most_5", 18, 5, True),
        ("remission_at_most_5", 18, 6, False),
        ("response", 4, 0, None),
        ("response", 5, 0, True),
        ("response", None, 0, None),
        ("remission", None, 4, True),
    ],
)
def test_phq_9_response_and_remission_keep_the_operator_of_their_source(
    outcome: str, baseline: int | None, latest: int, wanted: bool | None
) -> None:
    assert reached("phq-9", outcome, baseline, latest) is wanted


def test_other_scales_have_their_own_operators() -> None:
    assert reached("qids-sr16", "remission", 20, 5) is True
    assert reached("isi", "remission", 20, 8) is False
    assert reached("pcl-5", "response", 19, 0) is None
    assert reached("pcl-5", "response", 20, 10) is True


def test_percent_runs_the_other_way_when_higher_is_better() -> None:
    scale = get("who-5").scale("who_5_total")
    assert percent_gone(scale, Decimal(20), Decimal(60)) == 50
    assert percent_gone(scale, Decimal(100), Decimal(60)) is None


def test_percent_of_a_definition_is_that_of_the_change_rules_above_their_floor() -> None:
    scale = get("pcl-5").scale("pcl_5_total")
    for baseline in range(81):
        start, now = Decimal(baseline), Decimal(30)
        assert percent_gone(scale, start, now) == percent_better(scale, start, now, PCL5_RULES)


def test_change_rules_of_the_pcl_5_are_those_of_its_definition() -> None:
    scale = get("pcl-5").scale("pcl_5_total")
    reliable, end = scale.change("pcl_5_reliable"), scale.change("pcl_5_end_score")
    assert (PCL5_RULES.large, PCL5_STRICT_RULES.large) == (reliable.value, reliable.strict)
    assert PCL5_RULES.end_cut == end.value
    assert PCL5_RULES.percent_floor * scale.maximum / 100 == scale.percent_floor
    assert [each.kind for each in scale.changes] == [
        ChangeKind.RELIABLE,
        ChangeKind.END_SCORE,
        ChangeKind.MINIMAL,
    ]
