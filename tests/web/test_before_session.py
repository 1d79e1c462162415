"""What stands on the page of a planned therapy session: five minutes are enough to read it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.make.check_ins import send_daily
from tests.make.infusions import make_therapy_session
from tests.make.patients import NOW
from tests.make.progress import make_better_course, make_check_in, make_running_course
from tests.statements import but_beginnings, count_reads, statements_sent
from tracker.domain import instruments
from tracker.domain.courses import TherapyState
from tracker.domain.permissions import ROLES_THAT_MAY, Act
from tracker.models.check_ins import SafetyAlertRow
from tracker.queries.patient_alerts import list_open_of_patient
from tracker.queries.progress import get_course_record
from tracker.queries.therapy_sessions import find_last_held

CANARY = "Canarybird-91c kept for one person"
HEADING = "Before this session"
WRITTEN = {
    "focus": "Worked on the road through the woods",
    "next_steps": "Walk the road again",
    "homework": "Listen to the recording twice",
}


@pytest.fixture
def course_id(db, world):
    return make_better_course(db, world.a)


def session_on(db, world, course_id, on, **changes):
    return make_therapy_session(db, world.a.therapist, course_id, planned_on=on, **changes)


def held_on(db, world, course_id, on, **changes):
    at = datetime(on.year, on.month, on.day, 10, tzinfo=ZoneInfo(world.a.clinic.timezone))
    held = {"state": TherapyState.HELD, "occurred_at": at, "minutes": 50}
    return session_on(db, world, course_id, on, **(held | changes))


def page_of(browser, who, session_id):
    return browser(who).get_page(f"/therapy-sessions/{session_id}")


def block_of(page):
    """The part under the heading, up to the form; empty where there is none."""
    _, _, after = page.html.partition(f">{HEADING}<")
    return after.partition("<form")[0]


def test_one_page_says_where_the_patient_stands(browser, db, world, course_id):
    held_on(db, world, course_id, date(2026, 11, 10), focus="An older one")
    held_on(db, world, course_id, date(2026, 11, 17), **WRITTEN)
    page = page_of(browser, world.a.therapist, session_on(db, world, course_id, NOW.date()))
    for words in (
        "Better since the baseline",
        "Weekly trauma symptoms, 60 → 20 (−40, 67 % better). Response, since Mon 16 Nov",
        "Intrusion 15 → 10 of 20, 33 % better; Avoidance 6 → 2 of 8, 67 % better; Mood",
        "Infusion 3, 21 days ago (Mon 2 Nov)",
        "Weekly rating: 1 of 4 missed: Mon 9 Nov.",
        "Last session: Tue 17 Nov 2026, 10:00",
        *WRITTEN.values(),
        "No alert is open. A low answer is not proof of safety",
    ):
        assert words in page.text, (words, block_of(page))
    assert "An older one" not in page.text


def test_the_weekly_total_has_a_line_of_its_own_where_another_scale_leads(
    browser, db, world, course_id
):
    for answer, on in ((3, date(2026, 10, 24)), (1, date(2026, 11, 17))):
        make_check_in(
            db,
            world.a,
            course_id,
            {item.id: answer for item in instruments.get("pcl-5").items},
            key="pcl-5",
            due_key=f"pcl-5:{on}",
            at=datetime(on.year, on.month, on.day, 12, tzinfo=ZoneInfo("America/New_York")),
        )
    page = page_of(browser, world.a.therapist, session_on(db, world, course_id, NOW.date()))
    assert "PCL-5, past month, 60 → 20 (−40, 67 % better)" in page.text
    assert "60 → 20 of 80, 67 % better (−40 points), on Mon 16 Nov: Response" in page.text


def test_it_stands_there_only_while_the_session_is_planned(browser, db, world, course_id):
    held = held_on(db, world, course_id, date(2026, 11, 17), **WRITTEN)
    assert HEADING not in page_of(browser, world.a.therapist, held).html
    for state in (TherapyState.MISSED, TherapyState.CANCELLED):
        over = session_on(db, world, course_id, date(2026, 11, 20), state=state)
        assert HEADING not in page_of(browser, world.a.therapist, over).html
    new = browser(world.a.therapist).get_page(f"/courses/{course_id}/therapy-sessions/new")
    assert HEADING not in new.html


def test_nothing_is_made_up_where_nothing_was_recorded(browser, db, world):
    course_id = make_running_course(db, world.a, given=0)
    session_id = session_on(db, world, course_id, date(2026, 10, 20))
    page = page_of(browser, world.a.therapist, session_id)
    for words in (
        "Cannot be told yet",
        "None was given yet",
        "No therapy session of this course was held yet",
    ):
        assert words in page.text, words
    assert "→" not in block_of(page)


def test_open_alerts_come_first_with_level_and_deadline_and_a_way_to_them(
    browser, db, world, course_id
):
    send_daily(db, world.a, now=NOW, self_harm=3)
    (alert_id,) = db.scalars(select(SafetyAlertRow.id)).all()
    db.rollback()
    page = page_of(browser, world.a.therapist, session_on(db, world, course_id, NOW.date()))
    block = block_of(page)
    assert f'href="/alerts/{alert_id}"' in block
    assert block.index("/alerts/") < block.index("Symptom groups")
    assert "Due Mon 23 Nov 2026" in block
    assert "No alert is open" not in block
    others = list_open_of_patient(db, world.b.clinician, world.a.patient_id)
    assert others == ()


def test_a_private_note_is_not_in_it(browser, db, world, course_id):
    """Not the author's either: what only they may read stays behind its own door."""
    held = held_on(db, world, course_id, date(2026, 11, 17), **WRITTEN)
    therapist = browser(world.a.therapist)
    therapist.submit(f"/therapy-sessions/{held}/private-note", {"text": CANARY})
    assert CANARY in therapist.get_page(f"/therapy-sessions/{held}/private-note").html
    coming = session_on(db, world, course_id, NOW.date())
    for who in (world.a.therapist, world.a.clinician):
        page = page_of(browser, who, coming)
        assert WRITTEN["focus"] in page.text
        assert CANARY not in page.html


@pytest.mark.parametrize(
    ("act", "hidden", "kept"),
    [
        (Act.SEE_PROGRESS, ("→", "Better since", "Symptom groups", "missed"), "Safety alert"),
        (Act.CLOSE_ALERT, ("/alerts/", "Safety alert", "No alert is open"), "Symptom groups"),
    ],
)
def test_who_may_not_see_scores_or_alerts_sees_none(
    browser, db, world, course_id, monkeypatch, act, hidden, kept
):
    send_daily(db, world.a, now=NOW, self_harm=3)
    session_id = session_on(db, world, course_id, NOW.date())
    monkeypatch.setitem(ROLES_THAT_MAY, act, frozenset())
    block = block_of(page_of(browser, world.a.therapist, session_id))
    assert kept in block
    assert "Infusion 3" in block
    assert not [words for words in hidden if words in block]


@pytest.mark.parametrize("who", ["nurse", "administrator", "patient"])
def test_who_records_no_therapy_opens_no_such_page(browser, db, world, course_id, who):
    session_id = session_on(db, world, course_id, NOW.date())
    answer = browser(getattr(world.a, who)).get(f"/therapy-sessions/{session_id}")
    assert answer.status_code in (403, 404)


def test_the_note_of_another_clinic_is_not_found(db, world, course_id):
    held_on(db, world, course_id, date(2026, 11, 17), **WRITTEN)
    assert find_last_held(db, world.b.therapist, course_id) is None
    found = find_last_held(db, world.a.therapist, course_id)
    assert found is not None
    assert found.homework == WRITTEN["homework"]


def test_it_takes_the_same_number_of_statements_however_much_there_is(
    app, browser, db, world, course_id
):
    """What every page about a course reads of it, then two of its own: alerts, the last session."""
    coming = session_on(db, world, course_id, NOW.date())
    therapist = browser(world.a.therapist)

    def count(session_id):
        with statements_sent(app) as sent:
            therapist.get(f"/therapy-sessions/{session_id}")
        return len(but_beginnings(sent))

    count(coming)
    few = count(coming)
    for days in range(1, 9):
        held = held_on(db, world, course_id, NOW.date() - timedelta(days=days), **WRITTEN)
        send_daily(db, world.a, now=NOW - timedelta(days=days), self_harm=3)
    assert count(coming) == few
    of_course = count_reads(
        db,
        lambda: get_course_record(db, world.a.therapist, course_id, scales=["weekly_symptoms"]),
    )
    assert few - count(held) == of_course + 1 + 2  # the record, the questionnaires, its own two
