"""The board of today."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.browsing import BASE
from tests.make.check_ins import send_daily
from tests.make.courses import make_course
from tests.make.drug_ledger import make_draw, make_vial
from tests.make.infusions import (
    course_of_today,
    make_infusion,
    make_move,
    make_sheet,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import make_patient
from tests.make.progress import make_running_course
from tests.make.reminders import put_on_call
from tests.statements import count_statements
from tracker.actions.alerts import close_alert
from tracker.actions.notices import acknowledge
from tracker.actions.vital_signs import correct_vital_signs
from tracker.domain.checklists import DEFAULT_CHECKS_BEFORE
from tracker.domain.run_sheet_stages import Move, Stage
from tracker.domain.vital_signs import VitalSigns
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.run_sheets import RunSheetRow


@pytest.fixture
def course(db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return course_id


@pytest.fixture
def staff(browser, world):
    return browser(world.a.clinician)


def test_an_empty_board_says_when_the_next_visit_is(staff, db, world):
    assert "No visits today, and none planned ahead." in staff.get_page("/board").text
    make_course(db, world.a.clinician, world.a.patient_id)
    assert "No visits today. Next: Tue 24 Nov 2026, 1 visit." in staff.get_page("/board").text


def test_somebody_who_came_is_put_on_the_list_from_the_board(staff, browser, world, db, course):
    page = staff.get_page("/board")
    assert "Infusion 1 of 6, Room 2" in page.text
    path = f"/planned-infusions/{planned_id(db, course)}/arrive"
    assert path in page.html
    others = browser(world.a.therapist).get_page("/board").html
    assert f"/courses/{course}" in others
    assert path not in others
    for _ in range(2):  # two taps store one arrival
        answer = staff.client.post(path, base_url=BASE, data=_hidden(page, path))
        assert answer.status_code == 303
    assert "Arrived since 10:00" in staff.get_page("/board").text


def _hidden(page, path):
    form = page.html.split(f'action="{path}"')[1].split("</form>")[0]
    return dict(re.findall(r'name="([^"]+)" value="([^"]+)"', form))


def test_somebody_who_has_not_come_is_waited_for(staff, course):
    text = staff.get_page("/board").text
    assert "Not arrived, 60 min late" in text
    assert text.index("Needs attention (1)") < text.index("Infusion 1 of 6")


def test_the_checks_that_are_answered_are_counted_before_the_start(staff, db, world, course, clock):
    make_sheet(db, world.a.clinician, planned_id(db, course), at=clock(), now=clock())
    text = staff.get_page("/board").text
    assert f"0 of {len(DEFAULT_CHECKS_BEFORE)} checks" in text


def test_a_running_infusion_says_since_when_and_how_late_vital_signs_are(
    staff, db, world, course, clock
):
    infusion_id = make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    make_vital_signs(db, world.a.clinician, infusion_id, now=clock() + timedelta(minutes=10))
    clock.forward(minutes=15)
    page = staff.get_page("/board")
    assert "Running 15 min" in page.text
    assert "Last vital signs 10:10; next due 10:20" in page.text
    assert "overdue" not in page.text
    clock.forward(minutes=9)
    assert "next due 10:20, 4 min overdue" in staff.get_page("/board").text
    assert f"/infusions/{infusion_id}" in page.html


def test_an_infusion_that_still_runs_stays_on_the_board_after_midnight(
    browser, db, world, course, clock
):
    make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    clock.forward(days=1)
    text = browser(world.a.clinician).get_page("/board").text
    assert "Mon 23 Nov" in text
    assert "Running 24 h" in text


def test_open_alerts_stand_on_top_without_the_answer(staff, db, world, course, clock):
    send_daily(db, world.a, now=clock(), self_harm=3)
    text = staff.get_page("/board").text
    assert text.index("Needs attention") < text.index("Safety alert") < text.index("Visits")
    assert "Now" in text
    assert "hurting" not in text


def test_an_alert_comes_before_what_waits_and_past_its_deadline_before_all(
    browser, db, world, course, clock
):
    who = world.a.clinician
    sheet = make_infusion(db, who, planned_id(db, course), now=clock())
    _store_stage(db, sheet, Stage.LEFT)
    make_running_course(db, world.a, given=3, patient_id=make_patient(db, who))
    clock.forward(days=1)
    send_daily(db, world.a, now=clock(), self_harm=None)
    today = clock().date()
    running = course_of_today(db, who, make_patient(db, who), start_on=today)
    make_infusion(db, who, planned_id(db, running), now=clock())
    waits = ("Safety alert Look today", "Review of the course", "Not signed", "Visits")
    clock.forward(minutes=30)
    _assert_in_order(browser(who).get_page("/board").text, "Running 30 min", *waits)
    clock.forward(hours=9)
    course_of_today(db, who, make_patient(db, who), start_on=today)
    text = browser(who).get_page("/board").text
    _assert_in_order(text, waits[0], "overdue by 2 h", "Not arrived", *waits[1:])


def test_every_row_tells_two_of_one_name_apart(browser, db, world, course, clock):
    who = world.a.clinician
    sheet = make_infusion(db, who, planned_id(db, course), now=clock())
    make_draw(db, who, sheet, make_vial(db, who, now=clock()), now=clock())
    make_running_course(db, world.a, given=3, patient_id=make_patient(db, who))
    send_daily(db, world.a, now=clock(), self_harm=1)
    _store_stage(db, sheet, Stage.LEFT)
    clock.forward(days=1)
    board = browser(who).get_page("/board")
    kinds = ("Safety alert", "Not signed", "Review of", "not accounted", "Check-ins None since")
    assert [each for each in kinds if each not in board.text] == []
    for page in (board, browser(who).get_page("/alerts"), browser(who).get_page("/board/unsigned")):
        shown = re.findall(r'<p class="who">(.*?)</p>', page.html)
        assert shown
        for words in shown:
            assert re.search(r"\b\d{1,2} \w{3} \d{4}, record [AT]-\w+", words), words


def _assert_in_order(text, *words):
    places = [text.index(each) for each in words]
    assert places == sorted(places), text


def test_a_paused_infusion_says_how_long_it_stands_and_that_a_set_is_due(
    staff, db, world, course, clock
):
    sheet = make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    clock.forward(minutes=8)
    step = {"at": clock(), "now": clock(), "reason": "Line"}
    make_move(db, world.a.clinician, sheet, Move.PAUSE, **step)
    clock.forward(minutes=5)
    text = staff.get_page("/board").text
    assert "Paused 5 min, 8 min running" in text
    assert "next due 10:10, 3 min overdue" in text


def test_notices_wait_on_the_board_until_somebody_acknowledges_them(
    staff, db, world, course, clock
):
    who = world.a.clinician
    sheet = make_infusion(db, who, planned_id(db, course), now=clock())
    clock.forward(minutes=5)
    high = {"systolic_mmhg": 168, "diastolic_mmhg": 90}
    set_id = make_vital_signs(db, who, sheet, now=clock(), **high)
    assert "1 notice to acknowledge" in staff.get_page("/board").text
    done = {"action": "Measured again", "done_at": clock()}
    acknowledge(db, who, set_id, **done, submission=None, now=clock())
    assert "to acknowledge" not in staff.get_page("/board").text


def test_a_correction_takes_its_notice_off_the_board(staff, db, world, course, clock):
    who = world.a.clinician
    sheet = make_infusion(db, who, planned_id(db, course), now=clock())
    clock.forward(minutes=5)
    high = {"systolic_mmhg": 168, "diastolic_mmhg": 90}
    set_id = make_vital_signs(db, who, sheet, now=clock(), **high)
    correct_vital_signs(
        db,
        who,
        set_id,
        VitalSigns(systolic_mmhg=128, diastolic_mmhg=90),
        measured_at=clock(),
        reason="Typing error",
        submission=None,
        now=clock(),
    )
    assert "to acknowledge" not in staff.get_page("/board").text


def test_an_infusion_that_nobody_signed_is_named_the_day_after(
    staff, browser, db, world, course, clock
):
    sheet = make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    _store_stage(db, sheet, Stage.LEFT)
    today = staff.get_page("/board").text
    assert "Over for today" in today
    assert "Left, not signed" in today
    clock.forward(days=1)
    text = browser(world.a.clinician).get_page("/board").text
    assert "Infusion 1 Not signed" in text
    assert "Since 1 day" in text


def test_unsigned_sheets_are_counted_however_many_and_however_old(staff, browser, db, world, clock):
    who = world.a.clinician
    for _ in range(5):
        course_id = course_of_today(db, who, make_patient(db, who))
        sheet = make_infusion(db, who, planned_id(db, course_id), now=clock())
        _store_stage(db, sheet, Stage.LEFT)
    assert "of earlier days" not in staff.get_page("/board").text
    clock.forward(days=1)
    page = browser(who).get_page("/board")
    assert page.text.count("Infusion 1 Not signed") == 3
    assert "And 2 more run sheets not signed" in page.text
    assert "5 run sheets of earlier days are not signed" in page.text
    assert page.html.count("/sign") >= 3
    clock.forward(days=60)
    page = browser(who).get_page("/board")
    assert "Infusion 1 Not signed" not in page.text
    assert "5 run sheets of earlier days are not signed" in page.text
    listed = browser(who).get_page("/board/unsigned")
    assert listed.text.count("Infusion 1 Not signed") == 5
    other = browser(world.b.clinician).get_page("/board/unsigned").text
    assert "Every run sheet of an earlier day is signed." in other
    of_therapist = browser(world.a.therapist).get_page("/board/unsigned").html
    assert f"/infusions/{sheet}" in of_therapist
    assert f"/infusions/{sheet}/sign" not in of_therapist


@pytest.mark.parametrize(("given", "state"), [(3, "Due"), (4, "Overdue")])
def test_a_review_that_is_due_is_named_until_it_is_written(staff, browser, db, world, given, state):
    course_id = make_running_course(db, world.a, given=given)
    row = f"Review of the course {state} After infusion {given} Review"
    page = staff.get_page("/board")
    assert row in page.text
    path = f"/courses/{course_id}/reviews/new"
    assert f'href="{path}"' in page.html
    others = browser(world.a.therapist).get_page("/board")
    assert f"{row[:-7]} Course" in others.text
    assert path not in others.html
    assert "Review of the course" not in browser(world.b.clinician).get_page("/board").text
    written = {"decision": "continue", "reason": "Going well"}
    assert staff.submit(path, written, containing="reason").status_code == 303
    assert "Review of the course" not in staff.get_page("/board").text


def test_before_the_third_infusion_no_review_is_named(staff, db, world):
    make_running_course(db, world.a, given=2)
    assert "Review of the course" not in staff.get_page("/board").text


def test_drug_without_an_account_is_named_once_the_infusion_is_over(
    staff, db, world, course, clock
):
    who = world.a.clinician
    sheet = make_infusion(db, who, planned_id(db, course), now=clock())
    make_draw(db, who, sheet, make_vial(db, who, now=clock()), now=clock())
    assert "not accounted for" not in staff.get_page("/board").text
    _store_stage(db, sheet, Stage.RECOVERY)
    clock.forward(minutes=1)  # no write of the clinic's: it shows with the next minute
    assert "Drug not accounted for" in staff.get_page("/board").text


def _store_stage(db, sheet_id, stage):
    """Put a sheet where it would be after all its steps."""
    db.execute(update(RunSheetRow).where(RunSheetRow.id == sheet_id).values(stage=stage))
    db.commit()


def test_the_room_view_names_nobody(staff, db, world, course, clock):
    make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    send_daily(db, world.a, now=clock(), self_harm=3)
    clock.forward(minutes=12)
    page = staff.get_page("/board/room")
    assert "Room 2" in page.text
    assert "Running 12 min" in page.text
    assert "Next due 10:10, 2 min overdue" in page.text
    for hidden in ("SampleA", "Record ", "alert", "Infusion"):
        assert hidden not in page.html.split("<main")[1].split("</main")[0]
    part = staff.client.get("/board/room/today", base_url=BASE)
    again = {"If-None-Match": part.headers["ETag"]}
    assert staff.client.get("/board/room/today", base_url=BASE, headers=again).status_code == 304


def test_the_rooms_of_another_clinic_stay_its_own(browser, db, world, course, clock):
    make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    text = browser(world.b.clinician).get_page("/board/room").text
    assert "Nobody is in the rooms." in text


def test_somebody_who_is_behind_is_named_with_a_telephone_number(browser, db, world, course, clock):
    make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    send_daily(db, world.a, now=clock())
    for days, is_behind in ((2, False), (1, True)):
        clock.forward(days=days)
        text = browser(world.a.therapist).get_page("/board").text
        assert ("Last on Mon 23 Nov" in text) is is_behind
    assert "No telephone number on record" in text


def test_therapy_sessions_of_today_are_listed(browser, db, world, clock):
    make_course(db, world.a.clinician, world.a.patient_id)
    clock.forward(days=2)
    text = browser(world.a.therapist).get_page("/board").text
    assert "Therapy session Planned" in text


def test_another_clinics_board_shows_nothing_of_it(browser, db, world, course, clock):
    send_daily(db, world.a, now=clock(), self_harm=3)
    assert "SampleA" not in browser(world.b.clinician).get_page("/board").text


def test_the_part_that_refreshes_is_empty_when_nothing_changed(staff, course, clock):
    headers = {"X-Background-Refresh": "1"}
    first = staff.client.get("/board/today", base_url=BASE, headers=headers)
    assert "Infusion 1 of 6" in first.json["html"]
    assert first.headers["X-Updated-At"] == "10:00"
    headers["If-None-Match"] = first.headers["ETag"]
    same = staff.client.get("/board/today", base_url=BASE, headers=headers)
    assert (same.status_code, same.data) == (304, b"")
    clock.forward(minutes=1)
    other = staff.client.get("/board/today", base_url=BASE, headers=headers)
    assert other.status_code == 200


def test_an_unchanged_board_is_not_read_again_and_any_write_changes_it(
    staff, app, db, world, course, clock
):
    headers = {"X-Background-Refresh": "1"}

    def ask():
        answer = staff.client.get("/board/today", base_url=BASE, headers=headers)
        headers["If-None-Match"] = answer.headers["ETag"]
        return answer.status_code

    assert (ask(), ask()) == (200, 304)
    assert count_statements(app, ask) <= 3  # the sign-in, the clinic's last write
    staff.get("/board")
    assert ask() == 304  # somebody looked
    make_course(db, world.b.clinician, world.b.patient_id)
    assert ask() == 304  # another clinic wrote
    make_sheet(db, world.a.clinician, planned_id(db, course), at=clock(), now=clock())
    assert (ask(), ask()) == (200, 304)


def test_an_alert_raised_passed_on_and_closed_each_changes_the_board_at_the_next_poll(
    staff, app, db, world, course, clock
):
    headers = {"X-Background-Refresh": "1"}

    def ask():
        answer = staff.client.get("/board/today", base_url=BASE, headers=headers)
        headers["If-None-Match"] = answer.headers["ETag"]
        return answer.status_code

    put_on_call(db, world.a, world.a.clinician, 2)
    assert (ask(), ask()) == (200, 304)
    send_daily(db, world.a, now=clock(), self_harm=3)
    assert (ask(), ask()) == (200, 304)
    db.execute(update(SafetyAlertRow).values(due_at=clock()))
    db.commit()
    assert ask() == 304  # by hand: nobody wrote it down
    told = app.test_cli_runner().invoke(args=["reminders", "send", "--json"])
    assert '"escalated": 1' in told.output, told.output
    assert (ask(), ask()) == (200, 304)
    alert_id = db.scalars(select(SafetyAlertRow.id)).one()
    db.rollback()
    done = {"action_taken": "Spoke with the patient", "submission": None, "now": clock()}
    close_alert(db, world.a.clinician, alert_id, **done)
    assert (ask(), ask()) == (200, 304)


def test_the_board_takes_the_same_statements_however_many_come(staff, app, db, world, course):
    staff.get("/board")
    before = count_statements(app, lambda: staff.get("/board"))
    assert before <= 9  # two transactions begin; sign-in, audit and last seal, rooms, alerts
    for _ in range(4):
        course_of_today(db, world.a.clinician, make_patient(db, world.a.clinician))
    assert count_statements(app, lambda: staff.get("/board")) <= before + 7  # something was written
    assert count_statements(app, lambda: staff.get("/board")) == before
    assert staff.get_page("/board").text.count("Infusion 1 of 6") == 5
