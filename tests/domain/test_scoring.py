"""Scores: totals, groups, missing answers and direction."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tracker.domain.instruments import check_answers, get
from tracker.domain.scoring import Score, score

WEEKLY = get("weekly")
SYMPTOMS = WEEKLY.scale("weekly_symptoms").items


def weekly(*numbers: int | None) -> dict[str, Score]:
    answers = check_answers(WEEKLY, dict(zip(SYMPTOMS, numbers, strict=False)))
    return {made.scale: made for made in score(WEEKLY, answers)}


def values(scores: dict[str, Score]) -> list[Decimal | None]:
    names = ("weekly_symptoms", "intrusion", "avoidance", "mood_and_thinking", "arousal")
    return [scores[name].value for name in names]


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        ([4] * 20, [80, 20, 8, 28, 24]),
        ([1] * 20, [20, 5, 2, 7, 6]),
        ([0] * 20, [0, 0, 0, 0, 0]),
        ([4] * 5 + [1] * 2 + [4] * 7 + [3] * 6, [68, 20, 2, 28, 18]),
        ([2, 0, 0, 0, 0, 2, 0, 2, 2, 0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0], [12, 2, 2, 4, 4]),
        ([3, 3, 2, 3, 2, 3, 3, 1, 3, 2, 3, 3, 3, 2, 2, 1, 4, 3, 3, 4], [53, 13, 6, 17, 17]),
    ],
)
def test_weekly_total_and_groups_are_sums_when_all_is_answered(
    numbers: list[int], wanted: list[int]
) -> None:
    assert values(weekly(*numbers)) == wanted


def test_total_is_prorated_when_16_of_20_are_answered() -> None:
    total = weekly(*[3] * 15, 2, None, None, None, None)["weekly_symptoms"]
    assert total.value == Decimal("58.75")
    assert (total.answered, total.of, total.prorated) == (16, 20, True)


def test_total_is_undetermined_when_15_of_20_are_answered() -> None:
    total = weekly(*[3] * 15)["weekly_symptoms"]
    assert total.value is None
    assert (total.answered, total.of, total.prorated) == (15, 20, False)


def test_group_is_undetermined_when_less_than_three_quarters_are_answered() -> None:
    scores = weekly(4, 4, 4, 4, None, 4, None, *[1] * 13)
    assert scores["intrusion"].value == 20
    assert scores["intrusion"].prorated
    assert scores["avoidance"].value is None
    assert scores["mood_and_thinking"].value == 7


def test_gains_count_on_their_own_scale_and_not_among_the_symptoms() -> None:
    gains = dict.fromkeys(WEEKLY.scale("weekly_gains").items, 4)
    scores = {made.scale: made for made in score(WEEKLY, check_answers(WEEKLY, gains))}
    assert scores["weekly_gains"].value == 24
    assert scores["weekly_symptoms"].value is None


def test_daily_rating_is_undetermined_when_skipped_and_never_0() -> None:
    daily = get("daily")
    answers = check_answers(daily, {"memories": 0, "sleep": 8, "anxiety": 6, "safety": 4})
    scores = {made.scale: made for made in score(daily, answers)}
    assert scores["memories"].value == 0
    assert scores["mood"].value is None
    assert scores["daily_total"].value == Decimal("22.5")
    assert scores["daily_total"].prorated


def test_self_harm_answer_is_in_no_score() -> None:
    daily = get("daily")
    assert all("self_harm" not in scale.items for scale in daily.scales)
    with_answer = score(daily, check_answers(daily, {"mood": 1, "self_harm": 3}))
    assert with_answer == score(daily, check_answers(daily, {"mood": 1, "self_harm": 0}))


def test_answers_are_refused_when_they_belong_to_another_version() -> None:
    answers = check_answers(WEEKLY, {})
    other = replace(answers, instrument_version=9)
    with pytest.raises(ValueError, match="weekly version 9 cannot be scored as weekly version 2"):
        score(WEEKLY, other)


def test_prorated_score_is_above_the_sum_when_items_were_skipped() -> None:
    assert weekly(*[4] * 16)["weekly_symptoms"].value == 80
    assert weekly(*[4] * 16, 0, 0, 0, 0)["weekly_symptoms"].value == 64
