"""What a summary of change says, in numbers and in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tracker.domain.instruments import get
from tracker.domain.progress import (
    OWN_SCALE_RULES,
    PCL5_RULES,
    ChangeMark,
    ChangeRules,
    ChangeSummary,
    Point,
    changes_since_baseline,
)

STARTED = datetime(2026, 11, 23, 15, tzinfo=UTC)
WEEKLY = get("weekly")
SYMPTOMS, GAINS = WEEKLY.totals


def summary(
    before: str | None,
    after: str | None,
    rules: ChangeRules = OWN_SCALE_RULES,
    scale_id: str = SYMPTOMS.id,
) -> ChangeSummary:
    points = [
        Point(occurred_at=STARTED + timedelta(days=days), value=Decimal(value))
        for days, value in ((-1, before), (7, after))
        if value is not None
    ]
    (found,) = changes_since_baseline(
        [WEEKLY.scale(scale_id)], {scale_id: points}, STARTED, rules={scale_id: rules}
    )
    return found


def test_better_beyond_chance_is_said_when_a_reliable_change_value_exists() -> None:
    found = summary("58", "41", PCL5_RULES)
    assert found.sentences == (
        "Your weekly symptom score went from 58 to 41.",
        "That is a bigger change than day-to-day ups and downs usually make.",
    )
    assert found.clinician_line == "58 → 41 (−17, 29 % better): Reliably improved"


@pytest.mark.parametrize("rules", [OWN_SCALE_RULES])
def test_chance_is_not_mentioned_when_the_scale_has_no_reliable_change_value(
    rules: ChangeRules,
) -> None:
    assert summary("58", "29", rules).sentences == (
        "Your weekly symptom score went from 58 to 29.",
        "That is 50 % better than when you started.",
    )
    assert summary("58", "53", rules).sentences[1] == (
        "That is not enough to call it a clear change."
    )


@pytest.mark.parametrize("latest", ["53", "48", "63"])
def test_small_change_is_said_to_be_ups_and_downs(latest: str) -> None:
    assert summary("58", latest, PCL5_RULES).sentences[1] == (
        "Changes this small often come from ordinary ups and downs."
    )


@pytest.mark.parametrize("rules", [PCL5_RULES, OWN_SCALE_RULES])
def test_worse_is_said_plainly_and_with_what_happens_next(rules: ChangeRules) -> None:
    found = summary("40", "60", rules)
    assert found.is_worse
    assert found.sentences == (
        "Your weekly symptom score went from 40 to 60.",
        "That is higher than when you started.",
        "This can happen. Your team can see it and will talk with you about it.",
    )


def test_direction_is_minded_when_higher_is_better() -> None:
    found = summary("14", "8", scale_id=GAINS.id)
    assert found.sentences[1] == "That is lower than when you started."
    assert found.clinician_line == "14 → 8 (−6, 60 % worse): Much worse"
    assert summary("4", "14", scale_id=GAINS.id).clinician_line == (
        "4 → 14 (+10, 50 % better): Response"
    )


def test_a_percent_never_contradicts_what_it_counts_as() -> None:
    found = summary("58", "29.01")
    assert found.percent_words == "49.9 % better"
    assert found.mark is ChangeMark.PARTIAL_RESPONSE
    assert found.is_response is False


def test_no_change_is_said_once() -> None:
    found = summary("58", "58.00")
    assert found.sentences == ("Your weekly symptom score is 58, as when you started.",)
    assert found.clinician_line == "58 → 58 (0, 0 %): No clear change"


def test_missing_stays_missing_when_there_is_no_baseline() -> None:
    found = summary(None, "41")
    assert (found.change, found.percent_better, found.is_response) == (None, None, None)
    assert found.mark is ChangeMark.NOT_JUDGED
    assert found.clinician_line == (
        "There is no weekly symptom score from before the first infusion, "
        "so we cannot say what changed."
    )
    assert (found.change_words, found.percent_words) == ("", "")


def test_missing_stays_missing_when_there_is_nothing_since_infusion_1() -> None:
    found = summary("58", None)
    assert found.latest is None
    assert found.change is None
    assert found.sentences == ("There is no weekly symptom score since the first infusion yet.",)


def test_percent_is_left_out_when_the_baseline_is_under_the_floor() -> None:
    found = summary("12", "4")
    assert found.sentences == ("Your weekly symptom score went from 12 to 4.",)
    assert found.clinician_line == "12 → 4 (−8): Not judged"


def test_every_scale_is_summed_up_in_its_order_when_nothing_was_measured() -> None:
    found = changes_since_baseline(WEEKLY.scales, {}, None)
    assert [one.scale for one in found] == list(WEEKLY.scales)
    assert {one.mark for one in found} == {ChangeMark.NOT_JUDGED}
