"""Whatever is sent to the forms about patients and plans: never an internal error."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.browsing import Browser
from tests.make.courses import make_course
from tests.make.world import World
from tracker.models.courses import CourseRow

LIKELY = st.sampled_from(
    [
        "",
        "move",
        "cancelled",
        "missed",
        "count",
        "again",
        "other",
        "follow",
        "leave",
        "patient",
        "accept",
        "show",
        "edit",
        "none",
        "any",
        "6",
        "2026-11-25",
        "2026-12-24",
        "9999-12-31",
        "0001-01-01",
        "2026-W48-2",
        "09:00",
        "stopped",
        "maintenance",
        "NaN",
        "1e9",
        "<b>x</b>",
        "' OR 1=1 --",
        "\x00",
        "x" * 5000,
    ]
)
VALUES = LIKELY | st.text(st.characters(codec="utf-8"), max_size=30)


FITS = {
    "move": {"change": "move", "to_on": "other", "later": "follow", "whose": "patient"}
    | {"other_on": "2026-12-02", "reason": "flu", "seen_version": "1"},
    "count": {"change": "count", "infusion_count": "8", "whose": "clinic", "reason": "agreed"},
    "patient": {"record_number": "J-1", "given_name": "J", "family_name": "K"}
    | {"born_on": "1980-01-01"},
}


def check(clinician: Browser, path: str, answers: dict[str, str]) -> None:
    answer = clinician.post(path, answers)
    assert answer.status_code in {200, 303, 400, 404, 409, 422}, (path, answers)


@pytest.fixture
def clinician(browser: Any, world: World) -> Browser:
    """One browser for all examples: an account has a limited number of sign-ins."""
    signed_in: Browser = browser(world.a.clinician)
    return signed_in


def answers_of(*names: str) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, VALUES))


@settings(max_examples=40)
@given(
    plan=answers_of("start_on", "time_of_day", "infusion_count", "therapy", "step", "shown"),
    patient=answers_of("record_number", "born_on", "email", "unavailable_on", "seen_version"),
    move=answers_of(
        "change", "to_on", "other_on", "later", "whose", "reason", "step", "shown", "seen_version"
    ),
    count=answers_of("change", "infusion_count", "whose", "reason", "step", "seen_version"),
    end=answers_of("to", "ended_on", "reason", "on", "seen_version"),
)
def test_junk_is_answered_with_a_page_whatever_it_is(
    clinician: Browser,
    world: World,
    db: Session,
    plan: dict[str, str],
    patient: dict[str, str],
    move: dict[str, str],
    count: dict[str, str],
    end: dict[str, str],
) -> None:
    new = f"/patients/{world.a.patient_id}/courses/new"
    db.execute(update(CourseRow).values(state="completed", ended_on=CourseRow.start_on))
    db.commit()
    check(clinician, new, clinician.get_page(new).form("room")["fields"] | plan)
    course_id = _course(db, world)
    check(clinician, "/patients/new", FITS["patient"] | patient)
    check(clinician, f"/patients/{world.a.patient_id}/edit", FITS["patient"] | patient)
    check(clinician, "/patients", {"q": patient.get("email", "")})
    check(clinician, f"/courses/{course_id}/plan/3", FITS["move"] | move)
    check(clinician, f"/courses/{course_id}/plan", FITS["count"] | count)
    check(clinician, f"/courses/{course_id}/end", end)
    check(clinician, f"/courses/{course_id}/boosters", end)


def _course(db: Session, world: World) -> Any:
    """A fresh planned course: what earlier examples planned is over."""
    db.rollback()
    db.execute(
        update(CourseRow)
        .where(CourseRow.patient_id == world.a.patient_id)
        .values(state="completed", ended_on=CourseRow.start_on)
    )
    db.commit()
    return make_course(db, world.a.clinician, world.a.patient_id)
