"""The three instruments in our own words, and the answers they accept."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tracker.domain.instruments import (
    SKIPPED,
    AnswerKind,
    AnswerNotOffered,
    Aspect,
    Direction,
    Instrument,
    UnknownInstrument,
    canonical,
    check_answers,
    definitions,
    from_json,
    get,
    read_answer,
    to_json,
    versions,
)

DAILY, AFTER, WEEKLY = get("daily"), get("after-infusion"), get("weekly")
OURS = [DAILY, AFTER, WEEKLY]


def of_key(instrument: Instrument) -> str:
    return instrument.key


def test_every_symptom_and_gain_is_asked_when_the_three_are_taken_together() -> None:
    covered = {aspect for instrument in OURS for item in instrument.items for aspect in item.covers}
    assert covered == set(Aspect)


@pytest.mark.parametrize("instrument", OURS, ids=of_key)
def test_definition_says_that_it_is_no_validated_scale_when_it_is_ours(
    instrument: Instrument,
) -> None:
    assert instrument.validated is False
    assert "Not a validated scale" in instrument.attribution
    assert instrument.licence


@pytest.mark.parametrize("instrument", OURS, ids=of_key)
def test_definition_is_the_same_when_stored_and_read_back(instrument: Instrument) -> None:
    again = from_json(to_json(instrument), "stored copy")
    assert again == instrument
    assert canonical(again) == canonical(instrument)


DIGESTS = Path(__file__).with_name("definition_digests.txt")


def test_no_definition_was_edited_in_place() -> None:
    """Stored answers stand beside them: a change is a new version, with a line of its own here."""
    found = [
        f"{key} {version} {hashlib.sha256(canonical(each).encode()).hexdigest()}"
        for (key, version), each in sorted(versions().items())
    ]
    assert found == DIGESTS.read_text().splitlines()


@pytest.mark.parametrize("key", ["daily", "after-infusion", "weekly"])
def test_scores_stay_comparable_when_a_definition_of_ours_is_revised(key: str) -> None:
    first, newest = get(key, 1), get(key)
    assert newest.version > 1
    assert newest.scales == first.scales
    assert newest.answer_scales == first.answer_scales
    assert [(item.id, item.text) for item in newest.items] == [
        (item.id, item.text) for item in first.items
    ]


def test_daily_is_one_page_of_five_ratings_and_one_question() -> None:
    kinds = [DAILY.answer_scale(item).kind for item in DAILY.items_on(1)]
    assert kinds == [AnswerKind.RATING] * 5 + [AnswerKind.WORDS]
    assert len(DAILY.pages) == 1


@pytest.mark.parametrize("instrument", [DAILY, AFTER], ids=of_key)
def test_all_ratings_run_one_way_when_on_one_page(instrument: Instrument) -> None:
    assert {scale.direction for scale in instrument.scales} == {Direction.LOWER_IS_BETTER}


@pytest.mark.parametrize("instrument", [DAILY, AFTER], ids=of_key)
def test_ratings_offer_0_to_10_with_words_at_both_ends(instrument: Instrument) -> None:
    for item in instrument.items:
        answers = instrument.answer_scale(item)
        if answers.kind is AnswerKind.RATING:
            assert [choice.value for choice in answers.choices] == list(range(11))
            assert item.low_words
            assert item.high_words


def test_after_infusion_asks_four_of_the_daily_ratings_but_not_sleep() -> None:
    rated = [scale.items[0] for scale in AFTER.groups_of("after_total")]
    assert rated == ["memories", "anxiety", "mood", "safety"]


def test_weekly_has_the_counts_of_the_four_dsm_5_groups() -> None:
    groups = {scale.id: len(scale.items) for scale in WEEKLY.groups_of("weekly_symptoms")}
    assert groups == {"intrusion": 5, "avoidance": 2, "mood_and_thinking": 7, "arousal": 6}
    assert [len(WEEKLY.items_on(page)) for page in range(1, 6)] == [5, 5, 5, 5, 6]


def test_gains_stand_on_a_page_and_a_scale_of_their_own() -> None:
    gains = WEEKLY.scale("weekly_gains")
    assert gains.items == tuple(item.id for item in WEEKLY.items_on(5))
    assert (gains.minimum, gains.maximum) == (0, 24)
    assert gains.direction is Direction.HIGHER_IS_BETTER
    assert gains.part_of is None


def test_least_answered_is_16_of_20_and_three_quarters_of_a_group() -> None:
    least = {scale.id: scale.least_answered for scale in WEEKLY.scales}
    assert least == {
        "weekly_symptoms": 16,
        "intrusion": 4,
        "avoidance": 2,
        "mood_and_thinking": 6,
        "arousal": 5,
        "weekly_gains": 5,
    }
    assert DAILY.scale("daily_total").least_answered == 4


def test_scale_ids_belong_to_one_instrument_each() -> None:
    ids = [scale.id for instrument in definitions().values() for scale in instrument.scales]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("instrument", OURS, ids=of_key)
def test_questions_are_short_and_name_no_diagnosis(instrument: Instrument) -> None:
    for item in instrument.items:
        assert len(item.text) <= 90
        assert not re.search(r"PTSD|trauma|symptom|disorder", item.text, re.IGNORECASE)


def test_get_names_what_is_missing_when_the_instrument_is_unknown() -> None:
    assert get("daily", DAILY.version) is DAILY
    with pytest.raises(UnknownInstrument, match=r"^There is no instrument daily version 9\.$"):
        get("daily", 9)
    with pytest.raises(UnknownInstrument, match=r"^There is no instrument nightly\.$"):
        get("nightly")


def test_an_item_is_skipped_when_nothing_was_said_about_it() -> None:
    answers = check_answers(DAILY, {"memories": 0, "sleep": None})
    assert answers["memories"] == 0
    assert answers["sleep"] is None
    assert answers.skipped == ("sleep", "anxiety", "mood", "safety", "self_harm")


def test_answers_are_the_same_when_stored_and_read_back() -> None:
    answers = check_answers(AFTER, {"memories": 3, "side_effects": ("tired", "nausea")})
    assert answers["side_effects"] == ("nausea", "tired")
    assert check_answers(AFTER, answers.to_json()) == answers


@pytest.mark.parametrize("value", [-1, 11, True, 1.0, "3", "", (), [3], {}])
def test_a_rating_is_refused_when_it_is_not_offered(value: object) -> None:
    with pytest.raises(AnswerNotOffered) as refused:
        check_answers(DAILY, {"mood": value})
    assert refused.value.item_id == "mood"
    assert refused.value.message == "Choose one of the answers to “Mood and hope”, or skip it."


def test_an_answer_is_refused_when_the_question_is_unknown() -> None:
    with pytest.raises(AnswerNotOffered, match="has no question 'nonsense'"):
        check_answers(DAILY, {"nonsense": 1})


@pytest.mark.parametrize("value", ["nausea", 1, True, ["sick"], [1], [["nausea"]], {"nausea": 1}])
def test_a_list_is_refused_when_it_holds_what_is_not_offered(value: object) -> None:
    with pytest.raises(AnswerNotOffered, match="Choose from the list"):
        check_answers(AFTER, {"side_effects": value})


def test_none_of_these_is_refused_when_ticked_beside_another() -> None:
    with pytest.raises(AnswerNotOffered, match="either “None of these” or the others"):
        check_answers(AFTER, {"side_effects": ["none", "nausea"]})
    assert check_answers(AFTER, {"side_effects": ["none"]})["side_effects"] == ("none",)


def test_nothing_ticked_is_skipped_and_not_none_of_these() -> None:
    assert check_answers(AFTER, {"side_effects": []})["side_effects"] is None


@pytest.mark.parametrize("texts", [[], [""], [SKIPPED]])
def test_a_form_field_is_skipped_when_it_sends_no_answer(texts: list[str]) -> None:
    assert read_answer(DAILY, DAILY.item("mood"), texts) is None
    assert read_answer(AFTER, AFTER.item("side_effects"), texts) is None


def test_a_form_field_is_read_when_it_sends_an_answer() -> None:
    assert read_answer(DAILY, DAILY.item("mood"), ["10"]) == 10
    assert read_answer(AFTER, AFTER.item("side_effects"), ["tired", "other"]) == ("tired", "other")


@pytest.mark.parametrize("texts", [["11"], ["1", "2"], ["²"], ["-1"], ["9" * 9999], ["<script>"]])
def test_a_form_field_is_refused_when_it_sends_junk(texts: list[str]) -> None:
    with pytest.raises(AnswerNotOffered):
        read_answer(DAILY, DAILY.item("mood"), texts)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("80", 80), ("7", 7)])
def test_a_number_is_read_between_its_bounds(text: str, number: int) -> None:
    caps = get("caps-5")
    assert read_answer(caps, caps.item("total"), [text]) == number
    assert caps.answer_scale(caps.item("total")).label_of(number) == text


@pytest.mark.parametrize("text", ["81", "-1", "1e1", "99999", "x"])
def test_a_number_is_refused_outside_of_its_bounds(text: str) -> None:
    caps = get("caps-5")
    with pytest.raises(AnswerNotOffered, match=r"^Enter a whole number from 0 to 80 for “CAPS-5"):
        read_answer(caps, caps.item("total"), [text])
    with pytest.raises(KeyError):
        caps.answer_scale(caps.item("total")).label_of(81)


def test_an_instrument_is_kept_apart_only_where_it_looks_back_as_far() -> None:
    apart = {key: each.least_days_between for key, each in definitions().items()}
    assert apart["phq-9"] == 14
    for key, days in apart.items():
        recall = get(key).recall
        assert days == 0 or (days, recall) in {(14, "past 2 weeks"), (28, "past month")}, key
