"""Published questionnaires on a course's progress page."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.make.progress import make_check_in, make_running_course
from tracker.domain import instruments
from tracker.domain.permissions import NotPermitted
from tracker.queries.questionnaire_scores import list_questionnaires

ZONE = ZoneInfo("America/New_York")
PCL_5 = [3, 3, 2, 3, 2, 3, 3, 1, 3, 2, 3, 3, 3, 2, 2, 1, 4, 3, 3, 4]
HIGH_WITHOUT_C = [4] * 5 + [1] * 2 + [4] * 7 + [3] * 6


@pytest.fixture
def course_id(db, world):
    return make_running_course(db, world.a)


@pytest.fixture
def sent(db, world, course_id):
    def send(key, numbers, *, month=11, day=20, **changes):
        names = [item.id for item in instruments.get(key).items]
        return make_check_in(
            db,
            world.a,
            course_id,
            dict(zip(names, numbers, strict=False)),
            key=key,
            due_key=f"{key}:2026-{month}-{day}",
            at=datetime(2026, month, day, 19, 0, tzinfo=ZONE),
            **changes,
        )

    return send


@pytest.fixture
def shown(browser, world, course_id):
    def show():
        page = browser(world.a.clinician).get_page(f"/courses/{course_id}/progress")
        return page.text[page.text.index("Published questionnaires") :]

    return show


def test_a_course_without_one_says_so(shown):
    assert "No published questionnaire was answered yet." in shown()


def test_the_clinician_reads_score_groups_rule_and_cut_point_of_the_pcl_5(sent, shown):
    sent("pcl-5", PCL_5)
    text = shown()
    for words in (
        "PCL-5, past month",
        "53 of 80",
        "Provisional PTSD by the symptom groups: yes. 33 or more: yes",
        "Intrusion 13 of 20; Avoidance 6 of 8; Mood and thinking 17 of 28; Arousal 17 of 24",
        "Published as 31 to 33",
        "No severity bands are published for this scale.",
    ):
        assert words in text, words


def test_a_rule_and_a_cut_point_that_disagree_are_both_shown(sent, shown):
    sent("pcl-5", HIGH_WITHOUT_C)
    assert "Provisional PTSD by the symptom groups: no. 33 or more: yes" in shown()


def test_what_a_skipped_answer_could_turn_is_said_to_be_undetermined(sent, shown):
    sent("pcl-5", [*[2] * 5, None, None, *[3] * 13], mode="paper")
    text = shown()
    assert "Provisional PTSD by the symptom groups: undetermined" in text
    assert "Avoidance not enough answered" in text
    assert "2 skipped, computed from the rest, from paper" in text


def test_a_change_since_the_baseline_is_named_by_what_is_published(sent, shown):
    sent("phq-9", [2] * 9, month=10, day=23)
    sent("phq-9", [1, 1, 1, 1, 0, 0, 0, 0, 0])
    text = shown()
    assert "Moderately severe. 10 or more: yes" in text
    assert "Minimal. 10 or more: no" in text
    assert "−14. Reliably improved. Response. Remission" in text
    assert "remission is less than 5. Source: McInnes" in text


@pytest.mark.parametrize("key", sorted(set(instruments.definitions())))
def test_every_instrument_is_shown_answered_and_skipped(sent, shown, key):
    instrument = instruments.get(key)
    sent(key, [_lowest(instrument, item) for item in instrument.items])
    sent(key, [], day=21)
    is_ours = key in {"daily", "after-infusion", "weekly"}
    assert (instrument.title in shown()) is not is_ours


def _lowest(instrument, item):
    offered = instrument.answer_scale(item)
    value = offered.choices[-1].value if offered.choices else offered.lowest
    return [value] if offered.kind == "several" else value


def test_the_answer_on_self_harm_and_a_triage_are_in_their_rows(sent, shown):
    sent("phq-9", [2] * 8)
    sent("c-ssrs-screener", [1, 0, None, None, None, 0, None])
    text = shown()
    assert "Thoughts of death or self-harm: skipped" in text
    assert "C-SSRS triage: Low risk" in text


def test_a_reversed_scale_says_that_higher_is_better(sent, shown):
    sent("who-5", [3, 3, 2, 2, 2])
    assert "48 of 100 (higher is better)" in shown()
    assert "50 or less: yes" in shown()


def test_only_the_courses_own_clinic_reads_them(db, world, course_id, sent):
    sent("pcl-5", PCL_5)
    assert len(list_questionnaires(db, world.a.clinician, course_id)) == 1
    assert list_questionnaires(db, world.b.clinician, course_id) == ()
    with pytest.raises(NotPermitted):
        list_questionnaires(db, world.a.patient, course_id)


def test_each_questionnaire_has_a_picture_that_can_be_had(sent, browser, world, course_id):
    sent("pcl-5", PCL_5, month=10, day=20)
    sent("phq-9", [2, 2, 2, 2, 1, 1, 1, 1, 0])
    clinician = browser(world.a.clinician)
    page = clinician.get_page(f"/courses/{course_id}/progress")
    assert "PCL-5, past month: 53 at the start" in page.text
    assert "31–33 screening zone; 28 end score." in page.text
    for name in ("form_pcl_5", "form_phq_9"):
        src = re.search(rf'src="(/[^"]+/{name}/[^"]+)"', page.html).group(1)
        assert clinician.get(src).status_code == 200
    missing = f"/courses/{course_id}/charts/form_gad_7/{'0' * 64}.svg"
    assert clinician.get(missing).status_code == 404
