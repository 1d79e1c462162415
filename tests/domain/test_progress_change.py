"""Change since the baseline: percent, response, reliable change and the marks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.instruments import Direction, Scale, get
from tracker.domain.progress import (
    OWN_SCALE_RULES,
    PCL5_RULES,
    PCL5_STRICT_RULES,
    Basis,
    ChangeMark,
    ChangeRules,
    Side,
    change,
    is_response,
    mark,
    own_scale_rules,
    percent_better,
    reliable_change_index,
)

PCL5 = Scale(
    id="pcl5_total",
    label="PCL-5",
    in_sentence="PTSD symptom score",
    items=("total",),
    minimum=0,
    maximum=80,
    direction=Direction.LOWER_IS_BETTER,
    least_answered_percent=80,
)
WHO5 = replace(PCL5, id="who5", label="WHO-5", maximum=100, direction=Direction.HIGHER_IS_BETTER)
SYMPTOMS = get("weekly").scale("weekly_symptoms")
GAINS = get("weekly").scale("weekly_gains")
RULES = [OWN_SCALE_RULES, PCL5_RULES, PCL5_STRICT_RULES]
SCALES = [PCL5, WHO5, SYMPTOMS, GAINS, get("daily").scale("mood")]


def marked(scale: Scale, baseline: int, latest: int, rules: ChangeRules) -> ChangeMark:
    return mark(scale, Decimal(baseline), Decimal(latest), rules)


def percent(scale: Scale, baseline: int, latest: int) -> Decimal | None:
    return percent_better(scale, Decimal(baseline), Decimal(latest), OWN_SCALE_RULES)


@pytest.mark.parametrize(
    ("baseline", "latest", "wanted"),
    [
        (58, 43, ChangeMark.RELIABLY_IMPROVED),
        (58, 28, ChangeMark.CLINICALLY_SIGNIFICANT),
        (58, 44, ChangeMark.MINIMALLY_IMPROVED),
        (58, 48, ChangeMark.MINIMALLY_IMPROVED),
        (58, 49, ChangeMark.NO_RELIABLE_CHANGE),
        (27, 10, ChangeMark.RELIABLY_IMPROVED),
        (28, 10, ChangeMark.RELIABLY_IMPROVED),
        (40, 40, ChangeMark.NO_RELIABLE_CHANGE),
        (40, 49, ChangeMark.NO_RELIABLE_CHANGE),
        (40, 50, ChangeMark.POSSIBLY_WORSE),
        (40, 54, ChangeMark.POSSIBLY_WORSE),
        (40, 55, ChangeMark.RELIABLY_WORSE),
        (10, 60, ChangeMark.RELIABLY_WORSE),
    ],
)
def test_pcl5_change_is_marked_by_points_and_end_score(
    baseline: int, latest: int, wanted: ChangeMark
) -> None:
    assert marked(PCL5, baseline, latest, PCL5_RULES) is wanted


def test_strict_mode_asks_for_18_points() -> None:
    assert marked(PCL5, 58, 41, PCL5_STRICT_RULES) is ChangeMark.MINIMALLY_IMPROVED
    assert marked(PCL5, 58, 40, PCL5_STRICT_RULES) is ChangeMark.RELIABLY_IMPROVED
    assert marked(PCL5, 40, 57, PCL5_STRICT_RULES) is ChangeMark.POSSIBLY_WORSE


def test_half_points_of_a_prorated_score_fall_to_the_lesser_mark() -> None:
    found = mark(PCL5, Decimal("58"), Decimal("43.01"), PCL5_RULES)
    assert found is ChangeMark.MINIMALLY_IMPROVED


def test_points_are_judged_the_other_way_when_higher_is_better() -> None:
    rules = replace(PCL5_RULES, large=Decimal(20), small=Decimal(10), end_cut=Decimal(52))
    assert marked(WHO5, 20, 40, rules) is ChangeMark.RELIABLY_IMPROVED
    assert marked(WHO5, 20, 52, rules) is ChangeMark.CLINICALLY_SIGNIFICANT
    assert marked(WHO5, 52, 80, rules) is ChangeMark.RELIABLY_IMPROVED
    assert marked(WHO5, 60, 40, rules) is ChangeMark.RELIABLY_WORSE


@pytest.mark.parametrize(
    ("baseline", "latest", "wanted"),
    [
        (40, 20, ChangeMark.RESPONSE),
        (40, 21, ChangeMark.PARTIAL_RESPONSE),
        (40, 28, ChangeMark.PARTIAL_RESPONSE),
        (40, 29, ChangeMark.NO_CLEAR_CHANGE),
        (40, 40, ChangeMark.NO_CLEAR_CHANGE),
        (40, 51, ChangeMark.NO_CLEAR_CHANGE),
        (40, 52, ChangeMark.WORSE),
        (40, 60, ChangeMark.MUCH_WORSE),
        (19, 5, ChangeMark.NOT_JUDGED),
        (19, 60, ChangeMark.MUCH_WORSE),
        (0, 6, ChangeMark.WORSE),
        (0, 0, ChangeMark.NO_CLEAR_CHANGE),
        (68, 79, ChangeMark.NO_CLEAR_CHANGE),
        (68, 80, ChangeMark.WORSE),
    ],
)
def test_own_symptom_scale_is_marked_by_percent(
    baseline: int, latest: int, wanted: ChangeMark
) -> None:
    assert marked(SYMPTOMS, baseline, latest, OWN_SCALE_RULES) is wanted


@pytest.mark.parametrize(
    ("baseline", "latest", "wanted"),
    [
        (4, 14, ChangeMark.RESPONSE),
        (4, 10, ChangeMark.PARTIAL_RESPONSE),
        (4, 9, ChangeMark.NO_CLEAR_CHANGE),
        (14, 8, ChangeMark.MUCH_WORSE),
        (14, 11, ChangeMark.WORSE),
        (20, 22, ChangeMark.NOT_JUDGED),
        (4, 0, ChangeMark.WORSE),
    ],
)
def test_own_gains_are_marked_by_the_way_to_the_best_score(
    baseline: int, latest: int, wanted: ChangeMark
) -> None:
    assert marked(GAINS, baseline, latest, OWN_SCALE_RULES) is wanted


def test_nothing_is_judged_when_the_site_has_set_no_threshold() -> None:
    unset = ChangeRules(name="Not set", source="Site setting, not set", basis=Basis.POINTS)
    assert marked(SYMPTOMS, 80, 0, unset) is ChangeMark.NOT_JUDGED


@pytest.mark.parametrize(
    "wrong",
    [
        {"large": Decimal(5)},
        {"large": Decimal(5), "small": Decimal(6)},
        {"large": Decimal(5), "small": Decimal(0)},
        {"response_percent": Decimal(0)},
        {"percent_floor": Decimal(60)},
    ],
)
def test_rules_are_refused_when_they_contradict_themselves(wrong: dict[str, Decimal]) -> None:
    with pytest.raises(ValueError, match="threshold|response"):
        ChangeRules(name="x", source="x", basis=Basis.POINTS, **wrong)  # type: ignore[arg-type]


def test_own_rules_say_that_they_are_a_site_setting() -> None:
    assert OWN_SCALE_RULES.is_site_setting
    assert "needs clinical review" in OWN_SCALE_RULES.source
    assert "Marx et al. 2022" in PCL5_RULES.source


def test_own_rules_take_the_percentages_of_the_protocol() -> None:
    rules = own_scale_rules(40, 20)
    assert marked(SYMPTOMS, 40, 24, rules) is ChangeMark.RESPONSE
    assert marked(SYMPTOMS, 40, 32, rules) is ChangeMark.PARTIAL_RESPONSE
    assert marked(SYMPTOMS, 40, 48, rules) is ChangeMark.WORSE
    assert is_response(SYMPTOMS, Decimal(40), Decimal(24), rules) is True
    assert "40 % is a response, 20 %" in rules.source


def test_change_has_the_sign_of_the_numbers() -> None:
    assert change(Decimal(58), Decimal(41)) == -17


def test_percent_is_of_the_baseline_when_lower_is_better() -> None:
    assert percent(PCL5, 58, 29) == 50
    assert percent(PCL5, 40, 50) == -25


def test_percent_is_of_the_way_to_the_best_score_when_higher_is_better() -> None:
    assert percent(GAINS, 4, 14) == 50
    assert percent(GAINS, 14, 9) == -50


@pytest.mark.parametrize("baseline", [0, 1, 19])
def test_percent_is_undefined_when_the_baseline_is_0_or_under_the_floor(baseline: int) -> None:
    assert percent(PCL5, baseline, 0) is None
    assert is_response(PCL5, Decimal(baseline), Decimal(0), PCL5_RULES) is None


def test_response_needs_the_whole_threshold() -> None:
    assert is_response(PCL5, Decimal(58), Decimal(29), PCL5_RULES) is True
    assert is_response(PCL5, Decimal(58), Decimal("29.01"), PCL5_RULES) is False
    thirty = replace(PCL5_RULES, response_percent=Decimal(30))
    assert is_response(PCL5, Decimal(50), Decimal(35), thirty) is True


def test_reliable_change_index_is_that_of_jacobson_and_truax() -> None:
    assert reliable_change_index(15, 0.84) == pytest.approx(16.63, abs=0.005)
    assert reliable_change_index(15, 1) == 0


@pytest.mark.parametrize(("sd", "r"), [(0, 0.8), (-1, 0.8), (15, 1.1), (15, -0.1)])
def test_reliable_change_index_is_refused_when_impossible(sd: float, r: float) -> None:
    with pytest.raises(ValueError, match="the SD must be above 0"):
        reliable_change_index(sd, r)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Scale, Decimal, Decimal, ChangeRules]:
    scale = draw(st.sampled_from(SCALES))
    value = st.decimals(scale.minimum, scale.maximum, places=2)
    return scale, draw(value), draw(value), draw(st.sampled_from(RULES))


def got_better(scale: Scale, baseline: Decimal, latest: Decimal) -> bool:
    lower = scale.direction is Direction.LOWER_IS_BETTER
    return latest < baseline if lower else latest > baseline


@given(changes())
def test_worse_is_never_called_better_nor_better_worse(
    case: tuple[Scale, Decimal, Decimal, ChangeRules],
) -> None:
    scale, baseline, latest, _ = case
    side = mark(*case).side
    if got_better(scale, baseline, latest):
        assert side is not Side.WORSE
    else:
        assert side is not Side.BETTER
        assert not is_response(*case)


@given(changes())
def test_worsening_is_judged_wherever_it_starts(
    case: tuple[Scale, Decimal, Decimal, ChangeRules],
) -> None:
    scale, baseline, latest, _ = case
    if not got_better(scale, baseline, latest):
        assert mark(*case) is not ChangeMark.NOT_JUDGED


@given(changes(), st.data())
def test_mark_never_gets_better_when_the_latest_score_gets_worse(
    case: tuple[Scale, Decimal, Decimal, ChangeRules], data: st.DataObject
) -> None:
    scale, baseline, latest, rules = case
    lower = scale.direction is Direction.LOWER_IS_BETTER
    worse_than = (latest, scale.maximum) if lower else (scale.minimum, latest)
    worse = data.draw(st.decimals(*worse_than, places=2))
    order = [Side.WORSE, Side.SAME, Side.BETTER]
    sides = [mark(scale, baseline, value, rules).side for value in (worse, latest)]
    if Side.UNKNOWN not in sides:
        assert order.index(sides[0]) <= order.index(sides[1])


@given(changes())
def test_mirrored_scale_gives_the_same_percent(
    case: tuple[Scale, Decimal, Decimal, ChangeRules],
) -> None:
    scale, baseline, latest, rules = case
    turned = {
        Direction.LOWER_IS_BETTER: Direction.HIGHER_IS_BETTER,
        Direction.HIGHER_IS_BETTER: Direction.LOWER_IS_BETTER,
    }[scale.direction]
    mirror = replace(scale, direction=turned)
    flipped = [scale.minimum + scale.maximum - value for value in (baseline, latest)]
    same = percent_better(mirror, flipped[0], flipped[1], rules)
    assert same == percent_better(scale, baseline, latest, rules)
