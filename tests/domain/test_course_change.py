"""One course put together: verdict, lead, what was not measured, thresholds of its protocol."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.domain.test_questionnaire_scores import form
from tests.make.course_record import FIRST_ON, infusion, local, progress, record, weekly
from tracker.domain.course_change import course_change
from tracker.domain.course_record import CourseRecord, SentCheckIn
from tracker.domain.progress import ChangeMark, CourseChange, Verdict
from tracker.domain.protocol import ChangeRules, Protocol, default_protocol

SERIES = [infusion(number, is_given=number < 5) for number in range(1, 7)]
BEFORE, AFTER, LATER = date(2026, 10, 23), date(2026, 11, 6), date(2026, 11, 20)


def changed(found: CourseRecord, *forms: object) -> CourseChange:
    return course_change(progress(found), list(forms))  # type: ignore[arg-type]


def test_the_published_form_leads_and_worse_is_flagged_beside_it() -> None:
    found = changed(
        record(SERIES, [weekly(BEFORE, 60), weekly(AFTER, 24)]),
        form("phq-9", AFTER, 20),
        form("phq-9", BEFORE, 8),
        form("pcl-5", AFTER, 27),
        form("pcl-5", BEFORE, 58),
    )
    assert found.verdict is Verdict.MIXED
    assert found.lead is not None
    assert (found.lead.name, found.lead.summary.mark) == (
        "PCL-5, past month",
        ChangeMark.CLINICALLY_SIGNIFICANT,
    )
    assert [each.name for each in found.worse] == ["PHQ-9"]
    assert found.lead.since is not None
    assert found.lead.since.after_infusion == 3


def test_an_old_month_form_does_not_lead_over_fresh_weekly_ratings() -> None:
    found = changed(
        record(SERIES, [weekly(BEFORE, 60), weekly(LATER + timedelta(days=2), 24)]),
        form("pcl-5", BEFORE, 58),
        form("pcl-5", AFTER, 27),
    )
    assert found.lead is not None
    assert found.lead.instrument_key == "weekly"
    assert "PCL-5, past month: the last score is 17 days old." in found.not_measured


def test_what_was_not_measured_is_said() -> None:
    found = changed(record(SERIES, [weekly(AFTER, 24)]))
    assert (found.verdict, found.lead) == (Verdict.UNKNOWN, None)
    assert (
        "Weekly trauma symptoms: no score before infusion 1, so no change can be told."
        in found.not_measured
    )
    assert (
        "Daily rating just before or the day after: missing at Infusion 1 to Infusion 4."
        in found.not_measured
    )


def test_a_baseline_that_is_entered_later_is_said_and_not_used() -> None:
    late = weekly(FIRST_ON - timedelta(days=1), 30, recorded_at=local(AFTER))
    found = changed(record(SERIES, [weekly(BEFORE, 60), late, weekly(LATER, 24)]))
    symptoms = found.of("weekly_symptoms")
    assert symptoms is not None
    assert symptoms.summary.baseline is not None
    assert symptoms.summary.baseline.value == 60
    assert any("The baseline stays as it was." in words for words in found.not_measured)


def test_the_thresholds_are_those_of_the_protocol_of_the_course() -> None:
    strict = replace(default_protocol(), change=ChangeRules(pcl_5_points=18, relapse_rules=()))
    forms = [form("pcl-5", BEFORE, 58), form("pcl-5", LATER, 42)]
    found = changed(record(SERIES, protocol=strict), *forms)
    usual = changed(record(SERIES), *forms)
    assert found.scales[0].summary.mark is ChangeMark.MINIMALLY_IMPROVED
    assert usual.scales[0].summary.mark is ChangeMark.RELIABLY_IMPROVED
    assert found.relapse == ()
    assert (found.stop.is_met, usual.stop.is_met) == (True, False)


def test_an_older_definition_reads_with_the_defaults() -> None:
    old = {"change": {"response_percent": 30, "worse_percent": 30, "baseline_within_days": 10}}
    read = Protocol.read(
        name="Old",
        version=1,
        infusion_count=6,
        gaps=(3, 5, 4),
        dose_mg_per_kg=default_protocol().dose.dose_mg_per_kg,
        infusion_minutes=40,
        definition=old,
    )
    assert read.change == ChangeRules(response_percent=30, baseline_within_days=10)


def asked(on: date, has_thoughts: bool | None, key: str = "daily") -> SentCheckIn:
    sent, _ = weekly(on, None, instrument_key=key)
    return replace(sent, has_thoughts=has_thoughts)


@pytest.mark.parametrize("key", ["daily", "phq-9", "qids-sr16", "c-ssrs-screener"])
def test_new_suicidal_thoughts_are_a_fact_by_whichever_questionnaire_asked(key: str) -> None:
    found = record(SERIES, check_ins=(asked(BEFORE, False, key), asked(LATER, True, key)))
    fact = changed(found).relapse[-1]
    assert fact.is_met is True
    assert fact.since is not None
    assert fact.since.occurred_at == local(LATER, 19)


def test_a_questionnaire_that_does_not_ask_says_nothing_of_suicidal_thoughts() -> None:
    found = record(SERIES, check_ins=(asked(BEFORE, None), asked(LATER, None, "weekly")))
    fact = changed(found).relapse[-1]
    assert (fact.is_met, fact.why) == (None, "Not asked since infusion 1")


def test_an_old_score_does_not_decide_how_somebody_is_now() -> None:
    found = changed(
        record(SERIES, [weekly(BEFORE, 60), weekly(LATER, 58)]),
        form("phq-9", BEFORE, 20),
        form("phq-9", FIRST_ON + timedelta(days=2), 4),
    )
    assert found.verdict is Verdict.SAME
    assert found.lead is not None
    assert found.lead.instrument_key == "weekly"


def test_that_nothing_improved_is_not_said_of_what_nobody_measured() -> None:
    early = form("pcl-5", FIRST_ON + timedelta(days=1), 58)
    found = changed(record(SERIES, []), form("pcl-5", BEFORE, 58), early)
    assert (found.stop.given, found.stop.is_met) == (4, None)
    assert "no scale with a baseline was scored since infusion 4" in found.stop.words
    late = form("pcl-5", LATER, 58)
    assert changed(record(SERIES, []), form("pcl-5", BEFORE, 58), early, late).stop.is_met is True


def test_the_headline_is_told_by_a_scale_that_went_the_way_it_says() -> None:
    found = changed(
        record(SERIES, [weekly(BEFORE, 60), weekly(AFTER, 58)]),
        form("phq-9", BEFORE, 20),
        form("phq-9", AFTER, 8),
    )
    assert found.verdict is Verdict.BETTER
    assert found.lead is not None
    assert found.lead.instrument_key == "phq-9"


RELAPSE = (65, 27, 24, 25, 35, 42)
"""A weekly score before infusion 1, then one every three days: a response that is lost."""


def relapsing(*values: int) -> list[object]:
    days = [BEFORE, *(FIRST_ON + timedelta(days=3 * n) for n in range(1, len(values)))]
    return [weekly(on, value) for on, value in zip(days, values, strict=True)]


def test_what_was_lost_of_the_best_is_a_fact_of_the_scale() -> None:
    found = changed(record(SERIES, relapsing(*RELAPSE))).of("weekly_symptoms")
    assert found is not None
    assert found.best is not None
    assert (found.best.value, found.worse_than_best, found.is_worse_than_best) == (24, 18, True)
    assert found.since is not None
    assert found.mark_since is not None
    assert found.since.occurred_at == local(FIRST_ON + timedelta(days=3), 19)
    assert found.mark_since.occurred_at == local(FIRST_ON + timedelta(days=12), 19)
    assert found.response.lost == found.mark_since
    assert found.scores_on_side == 5


def test_nothing_is_lost_where_the_latest_is_the_best_or_nothing_was_gained() -> None:
    for values in ((60, 40, 20), (60, 70, 65)):
        found = changed(record(SERIES, relapsing(*values))).of("weekly_symptoms")
        assert found is not None
        assert (found.worse_than_best, found.is_worse_than_best) == (0, False)
    slight = changed(record(SERIES, relapsing(60, 20, 22))).of("weekly_symptoms")
    assert slight is not None
    assert (slight.worse_than_best, slight.is_worse_than_best) == (2, False)
