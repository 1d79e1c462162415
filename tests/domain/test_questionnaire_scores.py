"""What the published questionnaires of a course came to, form by form."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.make.course_record import FIRST_ON, local
from tests.make.world import known_id
from tracker.domain import instruments, scoring
from tracker.domain.course_record import StoredScore
from tracker.domain.progress import ChangeMark
from tracker.domain.questionnaire_scores import QuestionnaireForm, SinceBaseline, since_baseline

STARTED_AT = local(FIRST_ON)
BEFORE, AFTER = date(2026, 10, 23), date(2026, 11, 30)


def form(key: str, on: date, total: int, **changes: Any) -> QuestionnaireForm:
    """A form whose answers add up to this total."""
    instrument = instruments.get(key)
    left, raw = total, {}
    for item_id in instrument.scale(instrument.total).items:
        most = instrument.answer_scale(instrument.item(item_id)).highest
        raw[item_id] = min(most, left)
        left -= raw[item_id]
    answers = instruments.check_answers(instrument, raw)
    at = local(on, 19)
    values: dict[str, Any] = {
        "check_in_id": known_id(f"{key} {on}"),
        "instrument": instrument,
        "occurred_at": at,
        "recorded_at": at,
        "mode": "self",
        "is_imported": False,
        "answers": answers.to_json(),
        "scores": {each.scale: stored(each, at) for each in scoring.score(instrument, answers)},
    }
    return QuestionnaireForm(**(values | changes))


def stored(score: scoring.Score, at: datetime) -> StoredScore:
    return StoredScore(
        check_in_id=known_id("check-in"),
        occurred_at=at,
        value=score.value,
        answered=score.answered,
        item_count=score.of,
        is_prorated=score.prorated,
    )


def since(first: QuestionnaireForm, latest: QuestionnaireForm) -> SinceBaseline:
    return since_baseline(latest, [latest, first], STARTED_AT)


@pytest.mark.parametrize(
    ("start", "end", "mark"),
    [
        (58, 43, ChangeMark.RELIABLY_IMPROVED),
        (58, 28, ChangeMark.CLINICALLY_SIGNIFICANT),
        (58, 44, ChangeMark.MINIMALLY_IMPROVED),
        (27, 10, ChangeMark.RELIABLY_IMPROVED),
        (40, 55, ChangeMark.RELIABLY_WORSE),
    ],
)
def test_the_month_form_is_judged_by_its_published_values(
    start: int, end: int, mark: ChangeMark
) -> None:
    found = since(form("pcl-5", BEFORE, start), form("pcl-5", AFTER, end))
    assert (found.points, found.mark, found.reached) == (Decimal(end - start), mark, ())


def test_the_week_form_is_not_judged_by_the_month_forms_values() -> None:
    found = since(form("pcl-5-week", BEFORE, 58), form("pcl-5-week", AFTER, 20))
    assert (found.points, found.mark) == (Decimal(-38), ChangeMark.NOT_JUDGED)


def test_one_form_is_no_baseline_of_the_other() -> None:
    assert since(form("pcl-5", BEFORE, 58), form("pcl-5-week", AFTER, 20)) == SinceBaseline()


@pytest.mark.parametrize(
    ("start", "end", "reached"),
    [
        (18, 9, ["response"]),
        (18, 5, ["response", "remission_at_most_5"]),
        (18, 4, ["response", "remission", "remission_at_most_5"]),
        (18, 10, []),
        (4, 3, []),
    ],
)
def test_a_response_and_a_remission_keep_the_operators_of_their_sources(
    start: int, end: int, reached: list[str]
) -> None:
    found = since(form("phq-9", BEFORE, start), form("phq-9", AFTER, end))
    assert [each.id for each in found.reached] == reached


def test_the_baseline_says_so_and_nothing_is_said_without_one() -> None:
    first, second = form("phq-9", BEFORE, 18), form("phq-9", AFTER, 9)
    assert since(second, first) == SinceBaseline(is_baseline=True)
    assert since_baseline(second, [second], STARTED_AT) == SinceBaseline()


def test_a_total_without_answers_has_a_band_and_no_results() -> None:
    alone = form("phq-9", BEFORE, 18, answers={})
    assert alone.band is not None
    assert alone.band.label == "Moderately severe"
    assert alone.results() is None


def test_an_instrument_without_a_total_has_parts_only() -> None:
    instrument = instruments.get("bam")
    answers = instruments.check_answers(instrument, {item.id: 1 for item in instrument.items})
    made = {each.scale: stored(each, STARTED_AT) for each in scoring.score(instrument, answers)}
    bam = form("phq-9", BEFORE, 9, instrument=instrument, answers=answers.to_json(), scores=made)
    assert (bam.total, bam.total_scale, bam.band) == (None, None, None)
    assert [scale.id for scale, _ in bam.parts] == ["bam_use", "bam_risk", "bam_protective"]
    assert since_baseline(bam, [bam], STARTED_AT) == SinceBaseline()
