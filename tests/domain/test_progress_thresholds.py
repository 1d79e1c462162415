"""The lines on a chart stand exactly where the marks begin."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import instruments
from tracker.domain.progress import (
    OWN_SCALE_RULES,
    PCL5_RULES,
    ChangeMark,
    Side,
    mark,
    thresholds,
)

TICK = Decimal("0.01")
SYMPTOMS = instruments.get("weekly").scale("weekly_symptoms")
GAINS = instruments.get("weekly").scale("weekly_gains")


@given(scale=st.sampled_from([SYMPTOMS, GAINS]), start=st.data())
def test_a_mark_begins_at_its_line_and_not_before(scale, start):
    baseline = Decimal(start.draw(st.integers(scale.minimum, scale.maximum)))
    toward_baseline = {}
    for line in thresholds(scale, baseline, OWN_SCALE_RULES):
        assert scale.minimum <= line.score <= scale.maximum
        at_line = mark(scale, baseline, line.score, OWN_SCALE_RULES)
        assert at_line is line.mark
        step = TICK if line.score < baseline else -TICK
        before = mark(scale, baseline, line.score + step, OWN_SCALE_RULES)
        toward_baseline[line.mark] = before
        assert before is not line.mark
    if ChangeMark.WORSE in toward_baseline:
        assert toward_baseline[ChangeMark.WORSE].side is not Side.WORSE


def test_response_and_worsening_are_given_for_a_usual_baseline():
    found = thresholds(SYMPTOMS, Decimal(60), OWN_SCALE_RULES)
    assert [(line.mark, line.score) for line in found] == [
        (ChangeMark.RESPONSE, Decimal(30)),
        (ChangeMark.WORSE, Decimal(72)),
    ]


def test_a_gain_has_its_lines_the_other_way_round():
    found = {line.mark: line.score for line in thresholds(GAINS, Decimal(6), OWN_SCALE_RULES)}
    assert found == {ChangeMark.RESPONSE: Decimal(15), ChangeMark.WORSE: Decimal("2.4")}


def test_a_line_outside_of_the_scale_is_left_out():
    marks = [line.mark for line in thresholds(SYMPTOMS, Decimal(79), OWN_SCALE_RULES)]
    assert marks == [ChangeMark.RESPONSE]


def test_a_baseline_near_the_best_score_has_no_line_for_a_response():
    marks = [line.mark for line in thresholds(SYMPTOMS, Decimal(4), OWN_SCALE_RULES)]
    assert marks == [ChangeMark.WORSE]


def test_rules_in_points_have_no_lines():
    assert thresholds(SYMPTOMS, Decimal(60), PCL5_RULES) == ()
