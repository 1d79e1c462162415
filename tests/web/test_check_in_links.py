"""Private links: one check-in without a password, after the date of birth, and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.browsing import BASE
from tests.make.accounts import PASSWORD
from tests.make.check_in_links import ANOTHER_DATE, BORN, make_daily_link, try_link
from tests.make.check_ins import daily_answers, form_fields, send_daily
from tests.make.courses import make_course
from tests.make.demo import everything_stored
from tests.make.patients import make_patient
from tests.statements import count_statements
from tracker.actions import accounts, check_ins
from tracker.actions.check_in_links import make_link
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import NotPermitted
from tracker.models.accounts import SignInRow, UserRow
from tracker.models.audit import AuditEventRow
from tracker.models.check_in_links import CheckInLinkRow
from tracker.models.check_ins import CheckInRow
from tracker.models.patients import PatientAccountRow

DAILY, WEEKLY = "/me/check-in/daily", "/me/check-in/weekly"
SHUT = "This link and this date do not open a check-in."


@pytest.fixture
def course(db, world):
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return course_id


@pytest.fixture
def link(db, world, course, clock):
    made = make_daily_link(db, world.a.clinician, world.a.patient_id, now=clock())
    db.rollback()
    return made


def row_of(db, link):
    db.rollback()
    db.expire_all()
    return db.get_one(CheckInLinkRow, link.link_id)


def events(db):
    db.rollback()
    return list(db.scalars(select(AuditEventRow.event).order_by(AuditEventRow.seq)))


def main_of(answer):
    html = answer.text
    return html[html.index("<main") : html.index("</main>")]


def without_tokens(answer):
    hidden = r'name="(csrf_token|submission_id)" value="[^"]+"'
    return re.sub(hidden, "", re.sub(r"/open/[\w-]{43}", "", answer.text))


def test_a_link_and_the_date_of_birth_open_the_check_in_and_send_it(browser, db, link, world):
    phone = browser(None)
    answer = try_link(phone, link.token)
    assert (answer.status_code, answer.headers["Location"]) == (303, DAILY)
    page = phone.get_page(DAILY)
    assert phone.client_post(DAILY, form_fields(page)).status_code == 303
    text = phone.get_page("/me/check-ins/sent").text
    assert "Sent at 10:00 a.m." in text
    assert "This link is used up." in text
    stored = db.execute(select(CheckInRow)).scalar_one()
    assert stored.recorded_by == world.a.patient.user_id
    assert stored.due_key == "daily:2026-11-23"
    assert "check-in link opened" in events(db)


def test_the_page_of_a_link_says_nothing_of_anybody(browser, link):
    answer = browser(None).get(f"/open/{link.token}")
    words = answer.text
    for told in ("Sam", "SampleA", "Clinic A", "A-1001", "1984", "aily", "555 0100"):
        assert told not in words, told
    assert "Today" not in answer.text
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert link.token not in answer.text


def test_looking_at_a_link_uses_nothing_up(app, browser, db, link):
    scanner = app.test_client()
    for _ in range(10):
        assert scanner.head(f"/open/{link.token}", base_url=BASE).status_code == 200
        assert scanner.get(f"/open/{link.token}", base_url=BASE).status_code == 200
    row = row_of(db, link)
    assert (row.first_opened_at, row.wrong_dates) == (None, 0)
    assert try_link(browser(None), link.token).status_code == 303


def test_what_does_not_open_gets_one_answer_whatever_the_reason(
    browser, db, link, world, course, clock
):
    taken_back = make_daily_link(db, world.a.clinician, world.a.patient_id, now=clock())
    browser(world.a.clinician).post(f"/check-in-links/{taken_back.link_id}/revoke", {})
    locked = make_daily_link(db, world.a.clinician, world.a.patient_id, now=clock())
    for _ in range(5):
        try_link(browser(None), locked.token, ANOTHER_DATE)
    answers = [
        try_link(browser(None), link.token, ANOTHER_DATE),
        try_link(browser(None), "x" * 43, ANOTHER_DATE),
        try_link(browser(None), taken_back.token, ANOTHER_DATE),
        try_link(browser(None), locked.token, ANOTHER_DATE),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({without_tokens(answer) for answer in answers}) == 1
    for token in (taken_back.token, locked.token):  # the right date helps neither
        answer = try_link(browser(None), token)
        assert (answer.status_code, SHUT in answer.text) == (422, True)


def test_a_wrong_try_costs_the_same_statements_for_a_known_and_an_unknown_link(app, browser, link):
    try_link(browser(None), "y" * 43, ANOTHER_DATE)  # the network's first failure makes its row
    phone, other = browser(None), browser(None)
    unknown = count_statements(app, lambda: try_link(phone, "x" * 43, ANOTHER_DATE))
    known = count_statements(app, lambda: try_link(other, link.token, ANOTHER_DATE))
    assert known - unknown == 1  # the count of wrong dates, inside the same commit


def test_five_wrong_dates_lock_a_link_for_good(browser, db, link, clock):
    for tries in range(5):
        assert row_of(db, link).locked_at is None
        assert try_link(browser(None), link.token, ANOTHER_DATE).status_code == 422
        assert row_of(db, link).wrong_dates == tries + 1
    assert row_of(db, link).locked_at is not None
    clock.forward(hours=2)
    assert SHUT in try_link(browser(None), link.token).text
    assert events(db).count("check-in link not opened") == 6


def test_locking_one_link_stops_nothing_else(browser, db, link, world, clock):
    another = make_daily_link(db, world.a.clinician, world.a.patient_id, now=clock())
    for _ in range(5):
        try_link(browser(None), link.token, ANOTHER_DATE)
    assert try_link(browser(None), another.token).status_code == 303
    assert browser(world.a.patient).get("/me").status_code == 200


def test_a_network_that_guesses_has_to_wait(browser, link):
    for number in range(20):
        try_link(browser(None), f"{number:043d}", ANOTHER_DATE)
    answer = try_link(browser(None), link.token)
    assert answer.status_code == 422
    assert "Too many attempts" in answer.text


@pytest.mark.parametrize(
    "born", [BORN | {"born_month": "13"}, BORN | {"born_day": "31", "born_month": "2"}]
)
def test_a_date_that_does_not_exist_is_no_try(browser, db, link, born):
    assert try_link(browser(None), link.token, born).status_code == 422
    assert row_of(db, link).wrong_dates == 0


def test_a_second_device_asks_for_the_date_again_and_goes_on_with_the_draft(
    browser, db, world, course, clock
):
    key = f"weekly:baseline:{course}"
    weekly = make_link(db, None, world.a.patient_id, key, now=clock())
    phone, laptop = browser(None), browser(None)
    try_link(phone, weekly.token)
    for number in (1, 2):
        page = phone.get_page(f"{WEEKLY}?page={number}")
        phone.client_post(page.form("due_key")["action"], form_fields(page))
    assert laptop.get(WEEKLY).headers["Location"].endswith("/login")
    assert try_link(laptop, weekly.token).status_code == 303
    assert "page 3 of" in laptop.get_page(WEEKLY).text
    assert "checked" in laptop.get(f"{WEEKLY}?page=1").text


def test_a_link_that_was_answered_says_when_it_came_in(browser, db, link, world, clock):
    send_daily(db, world.a, now=clock())
    clock.forward(hours=2)
    phone = browser(None)
    assert try_link(phone, link.token).status_code == 303
    answer = phone.get(DAILY, follow_redirects=True)
    assert "Sent at 10:00 a.m." in answer.text
    assert "answer_mood" not in answer.text


def test_the_help_of_a_worrying_answer_is_not_shown_to_who_opens_the_link_later(
    browser, db, link, world, clock
):
    phone = browser(None)
    try_link(phone, link.token)
    phone.client_post(DAILY, form_fields(phone.get_page(DAILY), self_harm="3"))
    assert "You can talk to someone now" in main_of(phone.get("/me/check-ins/sent"))
    clock.forward(hours=2)
    later = browser(None)
    try_link(later, link.token)
    shown = main_of(later.get("/me/check-ins/sent"))
    assert "You can talk to someone now" not in shown
    assert "Sent at 10:00 a.m." in shown


def test_who_comes_too_late_learns_what_happened_and_can_ask_for_another(
    browser, db, link, world, clock
):
    clock.forward(days=1)
    phone = browser(None)
    assert try_link(phone, link.token).status_code == 303
    answer = phone.get(DAILY)
    text = main_of(answer)
    assert "This check-in is closed" in text
    assert "“Today’s check-in” of Mon 23 Nov 2026" in text
    assert "Its time was over on Tue 24 Nov 2026 at 3:00 a.m." in text
    assert "+1 555 0100" in text
    assert "answer_mood" not in text
    asked = phone.submit(DAILY, {}, containing="submission_id")
    assert asked.status_code == 303
    assert "Your care team sees that you asked" in phone.get(DAILY).text
    staff = browser(world.a.clinician).get_page(f"/patients/{world.a.patient_id}/check-in-links")
    assert "Patient asked for a new link" in staff.text
    assert "check-in link asked for" in events(db)


def test_who_asked_for_another_link_is_on_the_worklist_until_there_is_one(
    browser, db, link, world, clock
):
    clock.forward(days=1)
    phone = browser(None)
    try_link(phone, link.token)
    assert phone.submit(DAILY, {}, containing="submission_id").status_code == 303
    waiting = browser(world.a.therapist).get_page("/check-ins")
    assert "Asked for a new link (1)" in waiting.text
    assert f"/patients/{world.a.patient_id}/check-in-links" in waiting.html
    assert "Asked for a new link" not in browser(world.b.clinician).get_page("/check-ins").text
    clock.forward(minutes=5)
    make_daily_link(db, world.a.clinician, world.a.patient_id, now=clock())
    db.rollback()
    assert "Asked for a new link" not in browser(world.a.therapist).get_page("/check-ins").text


def test_a_link_ends_after_a_week_while_its_check_in_is_still_open(browser, db, world, clock):
    course_id = make_course(
        db, world.a.clinician, world.a.patient_id, start_on=clock().date() + timedelta(days=7)
    )
    key = f"weekly:baseline:{course_id}"
    clock.forward(hours=1)
    weekly = make_link(db, None, world.a.patient_id, key, now=clock())
    phone = browser(None)
    clock.set(weekly.expires_at - timedelta(minutes=1))
    assert try_link(phone, weekly.token).status_code == 303
    assert phone.get(WEEKLY).status_code == 200
    clock.forward(minutes=2)
    assert "This check-in is closed" in phone.get(WEEKLY).text
    own = browser(world.a.patient)
    assert "This check-in is closed" not in own.get(WEEKLY).text


def test_taking_a_link_back_ends_the_browsers_that_it_opened(browser, db, link, world):
    phone = browser(None)
    try_link(phone, link.token)
    assert phone.get(DAILY).status_code == 200
    nurse = browser(world.a.clinician)
    assert nurse.post(f"/check-in-links/{link.link_id}/revoke", {}).status_code == 303
    assert phone.get(DAILY).headers["Location"].endswith("/login")
    assert "Taken back" in nurse.get_page(f"/patients/{world.a.patient_id}/check-in-links").text


def test_an_hour_without_use_asks_for_the_date_again(browser, link, clock):
    phone = browser(None)
    try_link(phone, link.token)
    clock.forward(minutes=59)
    assert phone.get(DAILY).status_code == 200
    clock.forward(minutes=61)
    assert phone.get(DAILY).headers["Location"].endswith("/login")
    assert try_link(phone, link.token).status_code == 303


def test_the_cookie_of_a_link_sends_nothing_but_its_own_check_in(browser, db, link, world):
    phone = browser(None)
    try_link(phone, link.token)
    fields = form_fields(phone.get_page(DAILY))
    answer = phone.client_post(DAILY, fields | {"due_key": "daily:2026-11-22"})
    assert answer.status_code == 403
    assert db.scalar(select(func.count()).select_from(CheckInRow)) == 0


def test_opening_a_link_ends_the_sign_in_of_staff_on_that_device(browser, db, link, world):
    tablet = browser(world.a.clinician)
    copy = tablet.client.get_cookie("tracker-local", domain="127.0.0.1").value
    assert try_link(tablet, link.token).status_code == 303
    assert tablet.get(DAILY).status_code == 200
    assert tablet.get("/board").status_code == 403
    stale = browser(None)
    stale.client.set_cookie("tracker-local", copy, domain="127.0.0.1")
    assert stale.get("/board").headers["Location"].endswith("/login")


def test_a_patient_who_is_signed_in_is_not_asked_and_not_cut_down(browser, link, world):
    own = browser(world.a.patient)
    answer = own.get(f"/open/{link.token}")
    assert (answer.status_code, answer.headers["Location"]) == (303, DAILY)
    assert own.get("/me").status_code == 200
    stranger = browser(world.b.patient)
    assert stranger.get(f"/open/{link.token}").status_code == 200


def test_who_came_by_a_link_can_sign_in_and_leave(browser, link):
    phone = browser(None)
    try_link(phone, link.token)
    assert phone.get("/").headers["Location"] == DAILY
    assert phone.get("/login").status_code == 200
    assert phone.submit_logout().status_code == 303
    assert phone.get(DAILY).headers["Location"].endswith("/login")


def test_staff_make_a_link_that_is_shown_once(browser, db, world, course):
    nurse = browser(world.a.clinician)
    path = f"/patients/{world.a.patient_id}/check-in-links"
    form = nurse.get_page(path).form("submission_id")
    fields = form["fields"] | {"due_key": "daily:2026-11-23"}
    answer = nurse.client_post(path, fields)
    token = re.search(r"http://127\.0\.0\.1:8000/open/([\w-]{43})", answer.text)[1]
    assert "2026, 03:00" in answer.text
    again = nurse.client_post(path, fields)
    assert again.status_code == 422
    assert "shown already" in again.text
    assert db.scalar(select(func.count()).select_from(CheckInLinkRow)) == 1
    assert token not in nurse.get(path).text
    assert try_link(browser(None), token).status_code == 303
    assert "check-in link made" in events(db)


def test_only_who_treats_may_make_links_and_only_for_what_is_open(db, world, course, clock):
    for person in (world.a.administrator, world.a.patient):
        with pytest.raises(NotPermitted):
            make_daily_link(db, person, world.a.patient_id, now=clock())
    with pytest.raises(NotFound):
        make_daily_link(db, world.b.clinician, world.a.patient_id, now=clock())
    with pytest.raises(Refused, match="not open"):
        make_daily_link(db, None, world.a.patient_id, now=clock(), instrument="nothing")
    with pytest.raises(Refused, match="not open"):
        make_link(db, None, world.a.patient_id, "daily:2026-11-24", now=clock())
    send_daily(db, world.a, now=clock())
    with pytest.raises(Refused, match="answers already"):
        make_daily_link(db, None, world.a.patient_id, now=clock())


def test_the_token_is_stored_nowhere(app, db, link, tmp_path):
    db.rollback()
    held = row_of(db, link)
    assert len(held.token_hash) == 32
    assert link.token not in str(everything_stored(app))
    for file in tmp_path.glob("tracker.db*"):
        assert link.token.encode() not in file.read_bytes()


def test_no_log_holds_a_token(browser, link, capfd, caplog):
    caplog.set_level("DEBUG")
    phone = browser(None)
    phone.get(f"/open/{link.token}")
    try_link(phone, link.token)
    said = capfd.readouterr()
    assert link.token not in said.out + said.err + caplog.text


@pytest.fixture
def without_account(db, world, clock):
    patient_id = make_patient(db, world.a.clinician, born_on=clock().date().replace(1984, 5, 6))
    make_course(db, world.a.clinician, patient_id)
    db.rollback()
    return patient_id


def test_a_patient_without_an_account_gets_one_that_nobody_signs_in_to(
    browser, db, world, without_account, clock
):
    made = make_daily_link(db, world.a.clinician, without_account, now=clock())
    user = account_of(db, without_account)
    assert user.email == f"{without_account.hex}@link-only.invalid"
    assert user.password_hash is None
    phone = browser(None)
    assert try_link(phone, made.token).status_code == 303
    assert phone.submit(DAILY, {}, containing="submission_id").headers["Location"] == DAILY
    phone.client_post(DAILY, form_fields(phone.get_page(DAILY)))
    db.rollback()
    assert db.scalar(select(CheckInRow.recorded_by)) == user.id
    answer = browser(None).submit("/login", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 422
    page = browser(world.a.clinician).get_page(f"/patients/{without_account}")
    assert "The patient has no account yet." in page.text
    assert "Make an invitation link" in page.text


def test_accepting_an_invitation_later_keeps_the_same_account(
    browser, db, world, without_account, clock
):
    made = make_daily_link(db, None, without_account, now=clock())
    before = account_of(db, without_account)
    phone = browser(None)
    try_link(phone, made.token)
    token = accounts.invite_patient(db, world.a.clinician, without_account, now=clock())
    visitor = browser(None)
    answers = {"name": "Robin", "email": "robin@example.test", "password": PASSWORD}
    assert visitor.submit(f"/welcome/{token}", answers).status_code == 303
    after = account_of(db, without_account)
    assert (after.id, after.email) == (before.id, "robin@example.test")
    assert visitor.get("/me").status_code == 200
    assert phone.get(DAILY).headers["Location"].endswith("/login")
    with pytest.raises(Refused, match="already has an account"):
        accounts.invite_patient(db, world.a.clinician, without_account, now=clock())


def test_nobody_takes_an_address_of_links(browser, db, world, clock):
    token = accounts.invite_patient(
        db, world.a.clinician, make_patient(db, world.a.clinician), now=clock()
    )
    answers = {"name": "Robin", "email": "x@link-only.invalid", "password": PASSWORD}
    answer = browser(None).submit(f"/welcome/{token}", answers)
    assert answer.status_code == 422
    assert "an e-mail address that you can read" in answer.text


def account_of(db, patient_id):
    db.rollback()
    db.expire_all()
    joined = select(UserRow).join(PatientAccountRow, PatientAccountRow.user_id == UserRow.id)
    return db.execute(joined.where(PatientAccountRow.patient_id == patient_id)).scalar_one()


def test_the_sign_in_of_a_link_is_marked_as_such_and_lives_a_day_at_the_most(db, browser, link):
    try_link(browser(None), link.token)
    db.rollback()
    row = db.execute(select(SignInRow).where(SignInRow.link_id == link.link_id)).scalar_one()
    assert row.expires_at - row.created_at == timedelta(hours=24)


def test_the_action_itself_refuses_another_check_in_by_a_link(db, world, link, clock):
    from dataclasses import replace
    from uuid import uuid4

    from tracker.domain.people import OneCheckIn

    only = OneCheckIn(
        link_id=link.link_id,
        instrument_key="daily",
        due_key="daily:2026-11-23",
        ends_at=link.expires_at,
    )
    with pytest.raises(NotPermitted):
        check_ins.send_check_in(
            db,
            replace(world.a.patient, only=only),
            daily_answers(),
            due_key="daily:2026-11-24",
            submission_id=uuid4(),
            now=clock(),
        )
