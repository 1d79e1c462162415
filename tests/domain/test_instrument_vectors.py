"""Published and hand-made examples: what each definition has to say of known answers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from tracker.domain.instruments import Instrument, Verdict, check_answers, definitions, get
from tracker.domain.scoring import Results, results

YES, NO, OPEN = Verdict.YES, Verdict.NO, Verdict.UNDETERMINED


def of(key: str, numbers: Sequence[int | None]) -> Results:
    """The results of answers in the order of the items; what is left out was skipped."""
    instrument = get(key)
    names = [item.id for item in instrument.items]
    return results(instrument, check_answers(instrument, dict(zip(names, numbers, strict=False))))


def values(found: Results) -> list[Decimal | None]:
    return [score.value for score in found.scores]


PCL5 = [
    ([4] * 20, [80, 20, 8, 28, 24], (5, 2, 7, 6), YES),
    ([1] * 20, [20, 5, 2, 7, 6], (0, 0, 0, 0), NO),
    ([4] * 5 + [1] * 2 + [4] * 7 + [3] * 6, [68, 20, 2, 28, 18], (5, 0, 7, 6), NO),
    (
        [2, 0, 0, 0, 0, 2, 0, 2, 2, 0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0],
        [12, 2, 2, 4, 4],
        (1, 1, 2, 2),
        YES,
    ),
    (
        [3, 3, 2, 3, 2, 3, 3, 1, 3, 2, 3, 3, 3, 2, 2, 1, 4, 3, 3, 4],
        [53, 13, 6, 17, 17],
        (5, 2, 6, 5),
        YES,
    ),
]


@pytest.mark.parametrize("key", ["pcl-5", "pcl-5-week"])
@pytest.mark.parametrize(("numbers", "wanted", "endorsed", "provisional"), PCL5)
def test_pcl_5_total_clusters_counts_and_provisional_diagnosis(
    key: str,
    numbers: list[int],
    wanted: list[int],
    endorsed: tuple[int, ...],
    provisional: Verdict,
) -> None:
    found = of(key, numbers)
    assert values(found) == wanted
    assert tuple(found.counts.values()) == endorsed
    assert found.findings["provisional_diagnosis"] is provisional


def test_pcl_5_cut_point_and_rule_can_disagree_both_ways() -> None:
    high, low = of("pcl-5", PCL5[2][0]), of("pcl-5", PCL5[3][0])
    assert (high.cuts["pcl_5_probable"], high.findings["provisional_diagnosis"]) == (YES, NO)
    assert (low.cuts["pcl_5_probable"], low.findings["provisional_diagnosis"]) == (NO, YES)


def test_pcl_5_is_prorated_from_16_items_on_and_its_diagnosis_never() -> None:
    found = of("pcl-5", [2] * 15 + [0])
    total = found.scores[0]
    assert (total.value, total.answered, total.prorated) == (Decimal("37.5"), 16, True)
    assert found.findings["provisional_diagnosis"] is OPEN  # one of E, and four that were skipped
    assert of("pcl-5", [2] * 15).scores[0].value is None


def test_pcl_5_diagnosis_is_determined_when_skipped_items_cannot_turn_it() -> None:
    met = of("pcl-5", [2, None, None, None, None, 2, None, 2, 2, *[None] * 5, 2, 2, *[None] * 4])
    never = of("pcl-5", [None] * 5 + [0, 0] + [None] * 13)
    assert met.findings["provisional_diagnosis"] is YES
    assert met.counts == {f"endorsed_{group}": None for group in "bcde"}
    assert never.findings["provisional_diagnosis"] is NO
    assert never.counts["endorsed_c"] == 0


def test_phq_9_is_prorated_when_two_are_missing_but_never_without_item_9() -> None:
    found = of("phq-9", [2, 2, 2, 2, 2, 2, None, None, 2])
    assert (found.scores[0].value, found.scores[0].prorated) == (18, True)
    without = of("phq-9", [2, 2, 2, 2, 2, 2, 2, 2, None])
    assert without.scores[0].value is None
    assert [rule.id for rule in without.raised] == ["self-harm-skipped"]
    assert of("phq-9", [2, 2, 2, 2, 2, None, None, None, 2]).scores[0].value is None


@pytest.mark.parametrize(
    ("answer", "rule", "level", "hours"),
    [
        (1, "self-harm-some-days", 1, None),
        (2, "self-harm-stronger", 2, 4),
        (3, "self-harm-stronger", 2, 4),
        (None, "self-harm-skipped", 1, None),
    ],
)
def test_item_9_raises_an_alert_when_answered_or_skipped(
    answer: int | None, rule: str, level: int, hours: int | None
) -> None:
    (raised,) = of("phq-9", [0] * 8 + [answer]).raised
    assert (raised.id, raised.level, raised.deadline_hours) == (rule, level, hours)
    assert of("phq-9", [3] * 8 + [0]).raised == ()


def test_difficulty_is_in_no_score_and_never_missing() -> None:
    without, with_it = of("phq-9", [1] * 9), of("phq-9", [1] * 10)
    assert without.is_complete
    assert values(without) == values(with_it) == [9]


BANDS = {
    "phq-9": [(0, "Minimal"), (4, "Minimal"), (5, "Mild"), (9, "Mild"), (10, "Moderate"),
              (14, "Moderate"), (15, "Moderately severe"), (19, "Moderately severe"),
              (20, "Severe"), (27, "Severe")],
    "gad-7": [(4, "Minimal"), (5, "Mild"), (9, "Mild"), (10, "Moderate"), (14, "Moderate"),
              (15, "Severe"), (21, "Severe")],
    "isi": [(7, "No insomnia"), (8, "Below threshold"), (14, "Below threshold"),
            (15, "Moderate insomnia"), (21, "Moderate insomnia"), (22, "Severe insomnia")],
    "wsas": [(9, "Low"), (10, "Significant"), (20, "Significant"),
             (21, "Moderately severe or worse")],
}  # fmt: skip


def adding_up_to(instrument: Instrument, total: int) -> list[int]:
    numbers = []
    for name in instrument.scale(instrument.total).items:
        most = instrument.answer_scale(instrument.item(name)).highest
        numbers.append(min(most, total))
        total -= numbers[-1]
    return numbers


@pytest.mark.parametrize(
    ("key", "total", "label"),
    [(key, total, label) for key, rows in BANDS.items() for total, label in rows],
)
def test_band_begins_at_its_published_score(key: str, total: int, label: str) -> None:
    found = of(key, adding_up_to(get(key), total))
    assert found.scores[0].value == total
    band = found.bands[get(key).total]
    assert band is not None
    assert band.label == label


@pytest.mark.parametrize(
    ("key", "cut", "below", "at"),
    [
        ("pcl-5", "pcl_5_probable", 32, 33),
        ("phq-9", "phq_9_positive", 9, 10),
        ("phq-2", "phq_2_positive", 2, 3),
        ("gad-7", "gad_7_positive", 9, 10),
        ("isi", "isi_community", 9, 10),
        ("cadss", "cadss_dissociation", 4, 5),
    ],
)
def test_cut_point_is_met_from_its_score_on(key: str, cut: str, below: int, at: int) -> None:
    assert of(key, adding_up_to(get(key), below)).cuts[cut] is NO
    assert of(key, adding_up_to(get(key), at)).cuts[cut] is YES


def test_qids_is_the_sum_of_nine_domain_maxima_and_not_of_its_items() -> None:
    numbers = [3, 2, 1, 0, 2, 1, 2, 0, 0, 1, 1, 0, 1, 1, 1, 2]
    assert sum(numbers) == 18
    assert values(of("qids-sr16", numbers)) == [13]
    assert values(of("qids-sr16", [3] * 16)) == [27]


def test_qids_asks_one_item_of_appetite_and_one_of_weight() -> None:
    found = of("qids-sr16", [1, 1, 1, 1, 1, 2, None, None, 1, *[0] * 7])
    assert found.not_asked == ("q7", "q8")
    assert found.is_complete
    assert values(found) == [1 + 1 + 2]
    neither = of("qids-sr16", [1, 1, 1, 1, 1, None, None, None, 1, *[0] * 7])
    assert not neither.is_complete
    assert values(neither) == [None]


@pytest.mark.parametrize(
    ("numbers", "wanted", "low"),
    [
        ([0, 0, 0, 0, 0], 0, YES),
        ([2, 2, 1, 1, 1], 28, YES),
        ([3, 3, 2, 2, 2], 48, YES),
        ([3, 3, 3, 2, 2], 52, NO),
        ([5, 5, 5, 5, 5], 100, NO),
    ],
)
def test_who_5_is_four_times_the_sum_and_poor_at_50_or_below(
    numbers: list[int], wanted: int, low: Verdict
) -> None:
    found = of("who-5", numbers)
    assert values(found) == [wanted, sum(numbers)]
    assert found.cuts["who_5_low"] is low
    assert found.cuts["who_5_very_low"] is (YES if wanted <= 28 else NO)


@pytest.mark.parametrize("key", ["bam", "bam-r"])
def test_bam_has_three_scores_and_no_total_at_all(key: str) -> None:
    instrument = get(key)
    assert instrument.total == ""
    assert "total" not in {name for scale in instrument.scales for name in scale.id.split("_")}
    assert all(scale.part_of is None for scale in instrument.scales)
    assert instrument.part2


def test_bam_scores_and_flags() -> None:
    numbers = [4, 4, 4, 1, 0, 0, 0, 0, 1, 1, 0, 2, 3, 3, 0, 2, 0]
    found = of("bam", numbers)
    assert values(found) == [1, 12, 12]
    assert list(found.findings.values()) == [YES, YES, YES]
    better = of("bam", [4, 4, 3, 0, 0, 0, 0, 0, 2, *numbers[9:]])
    assert list(better.findings.values()) == [NO, NO, NO]
    assert [scale.maximum for scale in get("bam").scales] == [12, 24, 24]
    assert [scale.maximum for scale in get("bam-r").scales] == [90, 180, 180]


P, DSO = [2, 0, 0, 2, 2, 0], [2, 0, 2, 0, 0, 2]


@pytest.mark.parametrize(
    ("numbers", "diagnosis"),
    [
        ([*P, 0, 2, 0, *[0] * 9], "ptsd"),
        ([*P, 0, 2, 0, *DSO, 0, 0, 0], "ptsd"),
        ([*P, 0, 2, 0, *DSO, 0, 0, 2], "complex_ptsd"),
        ([*P, 0, 1, 1, *DSO, 0, 0, 2], "none"),
        ([*[0] * 9, *DSO, 2, 2, 2], "none"),
        ([*P, 0, 2, 0, *DSO, 0, 0, None], "undetermined"),
        ([0, 0, *[None] * 16], "none"),
    ],
)
def test_itq_says_ptsd_or_complex_ptsd_and_never_both(
    numbers: list[int | None], diagnosis: str
) -> None:
    assert of("itq", numbers).categories == {"diagnosis": diagnosis}


@pytest.mark.parametrize(
    ("numbers", "triage"),
    [
        ([1, 0, None, None, None, 0, None], "low"),
        ([0, 1, 0, 0, 0, 0, None], "low"),
        ([0, 1, 1, 0, 0, 0, None], "moderate"),
        ([0, 0, None, None, None, 1, 0], "moderate"),
        ([0, 0, None, None, None, 1, 1], "high"),
        ([None, None, None, None, None, None, 1], "high"),
        ([0, 1, None, 1, None, None, None], "high"),
        ([0, 0, None, None, None, 0, None], "none"),
        ([0, None, None, None, None, 0, None], "undetermined"),
        ([0, 1, None, 0, 0, 0, None], "undetermined"),
        ([None, 0, None, None, None, 0, None], "undetermined"),
        ([0, 0, None, None, 1, 0, None], "high"),
    ],
)
def test_c_ssrs_triage_follows_its_branches(numbers: list[int | None], triage: str) -> None:
    assert of("c-ssrs-screener", numbers).categories == {"triage": triage}


@pytest.mark.parametrize(
    ("numbers", "level", "hours"),
    [
        ([0, 1, 0, 0, 1, 0, None], 3, 0),
        ([0, 1, 1, 0, 0, 0, None], 2, 4),
        ([1, 0, None, None, None, 0, None], 1, None),
        ([0, None, None, None, None, 0, None], 1, None),
    ],
)
def test_c_ssrs_raises_one_alert_for_its_triage(
    numbers: list[int | None], level: int, hours: int | None
) -> None:
    (raised,) = of("c-ssrs-screener", numbers).raised
    assert (raised.level, raised.deadline_hours) == (level, hours)
    assert of("c-ssrs-screener", [0, 0, None, None, None, 0, None]).raised == ()


def test_c_ssrs_is_complete_when_every_question_that_was_asked_is_answered() -> None:
    found = of("c-ssrs-screener", [1, 0, None, None, None, 0, None])
    assert found.is_complete
    assert (found.answered, found.asked) == (3, 3)
    assert found.not_asked == ("q3", "q4", "q5", "q6_recent")
    assert found.scores == ()
    unknown = of("c-ssrs-screener", [1, None, None, None, None, 0, None])
    assert (unknown.answered, unknown.asked) == (2, 6)


def test_an_answer_counts_though_another_leaves_it_out_and_is_named() -> None:
    found = of("c-ssrs-screener", [0, 0, None, 1, None, 0, None])
    assert found.categories == {"triage": "high"}
    assert found.contradictions == ("q4",)


def test_pc_ptsd_5_is_0_and_complete_when_there_was_no_exposure() -> None:
    found = of("pc-ptsd-5", [0])
    assert (values(found), found.is_complete, found.asked) == ([0], True, 1)
    assert found.cuts["pc_ptsd_5_positive"] is NO


def test_pc_ptsd_5_has_no_score_when_its_answers_contradict_each_other() -> None:
    found = of("pc-ptsd-5", [0, 1, 1, 1, 1, 1])
    assert values(found) == [None]
    assert len(found.contradictions) == 5


def test_pc_ptsd_5_counts_its_five_when_there_was_exposure() -> None:
    assert values(of("pc-ptsd-5", [1, 1, 1, 1, 1, 0])) == [4]
    assert of("pc-ptsd-5", [1, 1, 1, 1, 1, 0]).cuts["pc_ptsd_5_positive"] is YES
    assert values(of("pc-ptsd-5", [None])) == [None]
    assert values(of("pc-ptsd-5", [1, 1, 1, 1, 1, None])) == [None]


def test_wsas_is_prorated_for_somebody_who_does_not_work_and_for_nobody_else() -> None:
    found = of("wsas", [None, 4, 4, 4, 4])
    assert (found.scores[0].value, found.scores[0].prorated) == (20, True)
    assert values(of("wsas", [4, 4, 4, 4, None])) == [None]


def test_cadss_6_is_made_of_six_items_of_the_full_scale() -> None:
    topics = [item.topic for item in get("cadss-6").items]
    assert [topic.split()[2] for topic in topics] == ["1", "2", "6", "7", "15", "22"]
    parts = {scale.id: len(scale.items) for scale in get("cadss").groups_of("cadss_total")}
    assert parts == {"cadss_depersonalisation": 7, "cadss_derealisation": 13, "cadss_amnesia": 3}


@pytest.mark.parametrize(("key", "top"), [("caps-5", 80), ("madrs", 60)])
def test_a_clinicians_total_is_entered_as_it_is(key: str, top: int) -> None:
    assert values(of(key, [top])) == [top]
    assert values(of(key, [None])) == [None]


def test_risky_behaviour_is_looked_at_from_3_on() -> None:
    numbers = [0] * 20
    for answer in range(5):
        numbers[15] = answer
        assert bool(of("pcl-5", numbers).raised) is (answer >= 3)


def test_every_instrument_of_the_plan_ships() -> None:
    assert set(definitions()) == {
        "daily", "after-infusion", "weekly", "pcl-5", "pcl-5-week", "phq-9", "phq-8", "phq-2",
        "gad-7", "gad-2", "pc-ptsd-5", "c-ssrs-screener", "itq", "who-5", "isi", "wsas",
        "qids-sr16", "bam", "bam-r", "cadss", "cadss-6", "caps-5", "madrs",
    }  # fmt: skip
