"""An alert of a rule about a category says what the answers together come to."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.make.courses import make_course
from tracker.domain import instruments
from tracker.models.check_ins import CheckInRow, InstrumentRow, SafetyAlertRow
from tracker.queries.alerts import get_alert

SCREENER = instruments.get("c-ssrs-screener")


def raise_alert(db, world, clock, rule: str, met_by: dict, answers: dict) -> UUID:
    """A screener that was sent, and the alert that it raised."""
    people, now = world.a, clock()
    course_id = make_course(db, people.clinician, people.patient_id, now=now - timedelta(days=5))
    key, version = {"key": SCREENER.key, "version": SCREENER.version}, SCREENER.version
    definition = instruments.to_json(SCREENER)
    db.add(InstrumentRow(**key, title=SCREENER.title, definition=definition, recorded_at=now))
    db.flush()
    common = {
        "clinic_id": people.clinician.clinic_id,
        "patient_id": people.patient_id,
        "course_id": course_id,
        "instrument_key": SCREENER.key,
        "instrument_version": version,
        "due_key": "c-ssrs-screener:1",
    }
    check_in_id, alert_id = uuid4(), uuid4()
    db.add(
        CheckInRow(
            id=check_in_id, due_on=now.date(), answers=answers, submission_id=uuid4(),
            payload_hash=b"x" * 32, occurred_at=now, recorded_at=now,
            recorded_by=people.patient.user_id, **common,
        )
    )  # fmt: skip
    db.flush()
    db.add(
        SafetyAlertRow(
            id=alert_id, check_in_id=check_in_id, rule=rule, level=2, met_by=met_by,
            raised_at=now, due_at=now + timedelta(hours=4), **common,
        )
    )  # fmt: skip
    db.commit()
    return alert_id


def answered(*numbers: int | None) -> dict[str, int | None]:
    return dict(zip([item.id for item in SCREENER.items], numbers, strict=True))


@pytest.mark.parametrize(
    ("rule", "met_by", "answers", "words"),
    [
        ("triage-moderate", {}, answered(0, 1, 1, 0, 0, 0, None), "Moderate risk"),
        ("triage-high", answered(0, 1, 0, 1, 0, 0, None), answered(0, 0, *[None] * 5), "High risk"),
        ("triage-high", {}, answered(0, 0, None, None, None, 0, None), "High risk"),
        ("triage-undetermined", {}, answered(0, *[None] * 6), "Undetermined"),
        ("triage-undetermined", {}, {"q1": "junk"}, "Undetermined"),
    ],
    ids=["stored", "met by others", "raised before", "skipped", "unreadable"],
)
def test_the_alert_names_the_category_and_its_outcome(
    db, world, clock, rule, met_by, answers, words
) -> None:
    alert_id = raise_alert(db, world, clock, rule, met_by, answers)
    found = get_alert(db, world.a.clinician, alert_id)
    assert found.question == "C-SSRS triage"
    assert found.answer.words == words
