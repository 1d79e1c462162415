"""The patient's pages on a phone: what is due, answering, sending twice, help at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from tests.make.check_ins import form_fields, send_daily
from tests.make.courses import make_course
from tests.make.instruments import ASKED, worrying_weekly
from tests.statements import count_statements
from tracker.actions.clinics import close_on
from tracker.domain.instruments import get
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.check_ins import CheckInDraftRow, CheckInRow, SafetyAlertRow

DAILY = "/me/check-in/daily"
WEEKLY = "/me/check-in/weekly"
HELP = "You can talk to someone now"


@pytest.fixture
def course(db, world):
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return course_id


@pytest.fixture
def phone(browser, world, course):
    return browser(world.a.patient)


def send(phone, path=DAILY, **changes):
    page = phone.get_page(path)
    return phone.client_post(page.form("due_key")["action"], form_fields(page, **changes))


def count(db, row):
    found = db.scalar(select(func.count()).select_from(row))
    db.rollback()
    return found


def test_home_says_what_is_due_and_when_the_next_visit_is(phone):
    text = phone.get_page("/me").text
    assert "Today’s check-in" in text
    assert "Weekly rating" in text
    assert "Tue 24 Nov 2026, 9:00 a.m." in text
    assert "Visit 1 of 6" in text
    assert "Nobody watches your answers day and night" in text


def test_home_has_nothing_to_do_when_there_is_no_course(browser, world):
    assert "Nothing to do today" in browser(world.a.patient).get_page("/me").text


def test_home_says_when_the_next_one_opens_if_everything_is_sent(phone):
    send(phone)
    for _ in range(5):
        send(phone, WEEKLY)
    send(phone, WEEKLY)
    text = phone.get_page("/me").text
    assert "Nothing to do today. The next check-in opens on Tue 24 Nov 2026." in text
    assert "You last checked in on Mon 23 Nov at 10:00 a.m." in text


def test_no_answer_is_chosen_beforehand(phone):
    for path in (DAILY, f"{WEEKLY}?page=1"):
        assert "checked" not in phone.get(path).text


def test_the_question_on_self_harm_says_first_what_an_answer_leads_to(phone):
    html = phone.get(DAILY).text
    assert html.index("We ask everyone this") < html.index("Have you had thoughts today")
    assert 'aria-describedby="answer_self_harm-before"' in html


def test_a_receipt_says_when_it_came_and_what_was_stored(phone, db):
    answer = send(phone, mood="skip")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/check-ins/sent")
    text = phone.get_page("/me/check-ins/sent").text
    assert "Sent at 10:00 a.m." in text
    assert "Your care team can read it." in text
    assert "You answered 5 questions and skipped 1." in text
    assert HELP not in text.replace("You can talk to somebody now", "")
    assert db.scalar(select(CheckInRow.answers))["mood"] is None


def test_a_phone_that_waited_says_when_and_the_server_bounds_it(phone, db, clock):
    fields = form_fields(phone.get_page(DAILY))
    given = clock() - timedelta(hours=3)
    answer = phone.client_post(DAILY, fields | {"taken_at": f"{given:%Y-%m-%dT%H:%M:%S}Z"})
    assert answer.status_code == 303
    row = db.execute(select(CheckInRow)).scalar_one()
    assert (row.occurred_at, row.recorded_at) == (given, clock())


@pytest.mark.parametrize("said", ["2027-11-23T15:00:00Z", "yesterday", "1999-01-01T00:00:00Z"])
def test_a_claim_from_the_future_or_no_time_at_all_counts_as_now(phone, db, clock, said):
    fields = form_fields(phone.get_page(DAILY))
    assert phone.client_post(DAILY, fields | {"taken_at": said}).status_code == 303
    assert db.scalar(select(CheckInRow.occurred_at)) == clock()


def test_the_form_comes_back_with_everything_when_a_question_is_untouched(phone, db):
    page = phone.get_page(DAILY)
    fields = form_fields(page, sleep="7")
    del fields["answer_mood"]
    answer = phone.client_post(DAILY, fields)
    assert answer.status_code == 422

    assert "How low or without hope have you felt today? Choose an answer" in answer.text
    assert answer.text.count(" checked") == 5
    assert count(db, CheckInRow) == 0


@pytest.mark.parametrize(
    ("answer", "is_shown"), [("0", False), ("1", True), ("3", True), ("skip", True), ("", False)]
)
def test_help_does_not_wait_for_the_other_answers_when_one_worries(phone, answer, is_shown):
    page = phone.get_page(DAILY)
    assert HELP not in page.text
    fields = form_fields(page, self_harm=answer)
    del fields["answer_mood"]
    html = phone.client_post(DAILY, fields).text
    main = html[html.index("<main") : html.index("</main>")]
    assert (HELP in main) is is_shown
    assert not is_shown or main.index("tel:988") < main.index("<form")


@pytest.mark.parametrize(
    "junk", ["11", "-1", "x" * 5000, "3.5", "<script>", "\x00", "True", "٣", ""]
)
def test_the_form_comes_back_when_an_answer_is_not_offered(phone, db, junk):
    answer = send(phone, mood=junk)
    assert answer.status_code == 422
    assert count(db, CheckInRow) == 0


def test_nothing_is_asked_after_an_infusion_that_was_not_given(phone):
    assert "Nothing to answer now" in phone.get_page("/me/check-in/after-infusion").text


@pytest.mark.parametrize(("answer", "is_shown"), [("0", False), ("1", True), ("skip", True)])
def test_help_comes_before_the_receipt_when_an_answer_worries(phone, db, answer, is_shown):
    assert send(phone, self_harm=answer).status_code == 303
    html = phone.get("/me/check-ins/sent").text
    main = html[html.index("<main") : html.index("</main>")]
    assert (HELP in main) is is_shown
    assert count(db, SafetyAlertRow) == int(is_shown)
    if is_shown:
        assert main.index("tel:988") < main.index("Sent at 10:00 a.m.")
        assert "sms:838255" in main
        assert "tel:911" in main
        assert "today, while the clinic is open" in main
        assert "Nobody watches your answers day and night" in main


def test_the_page_promises_nothing_untrue_when_it_is_late_at_night(browser, world, course, clock):
    clock.set(datetime(2026, 11, 28, 4, 40, tzinfo=UTC))  # Friday, 11:40 p.m. in New York
    phone = browser(world.a.patient)
    send(phone, self_harm="3")
    text = phone.get_page("/me/check-ins/sent").text
    assert "when the clinic is open again, on Mon 30 Nov 2026" in text


@pytest.mark.parametrize(
    ("waits", "told", "due_on"),
    [
        (5, "when the clinic is open again, on Mon 30 Nov 2026", "Mon 30 Nov"),
        (3, "by Sat 28 Nov 2026, though the clinic is closed until Mon 30 Nov 2026", "Sat 28 Nov"),
    ],
)
def test_over_a_holiday_the_patient_is_told_the_day_that_the_staff_have_until(
    browser, world, course, clock, db, waits, told, due_on
):
    administrator = browser(world.a.administrator)
    administrator.submit("/admin/clinic", {"alert_waits_days": str(waits)})
    for day in (date(2026, 11, 26), date(2026, 11, 27)):  # a Thursday and a Friday
        close_on(db, world.a.administrator, day=day, reason="Thanksgiving", now=clock())
    clock.set(datetime(2026, 11, 25, 23, 0, tzinfo=UTC))  # Wednesday, 6 p.m. in New York
    phone = browser(world.a.patient)
    send(phone, self_harm="1")
    assert told in phone.get_page("/me/check-ins/sent").text
    board = browser(world.a.clinician).get_page("/board").text
    assert f"Safety alert Look today Due {due_on} 2026, 17:00" in board


def test_one_check_in_is_stored_when_the_same_form_is_sent_twice(phone, db, clock):
    page = phone.get_page(DAILY)
    fields = form_fields(page)
    phone.client_post(DAILY, fields)
    clock.forward(minutes=4)
    answer = phone.client_post(DAILY, fields)
    assert answer.status_code == 303
    text = phone.get_page("/me/check-ins/sent").text
    assert "This was already received at 10:00 a.m." in text
    assert "first answers stand" not in text
    assert count(db, CheckInRow) == 1


def test_the_first_answers_stand_when_two_tabs_send_different_ones(phone, db):
    one, other = phone.get_page(DAILY), phone.get_page(DAILY)
    phone.client_post(DAILY, form_fields(one, mood="2"))
    phone.client_post(DAILY, form_fields(other, mood="9", self_harm="3"))
    text = phone.get_page("/me/check-ins/sent").text
    assert "Those first answers stand" in text
    assert HELP in text
    assert db.scalar(select(CheckInRow.answers))["mood"] == 2


def test_a_plain_page_says_what_to_do_when_a_form_is_sent_after_its_time(
    browser, world, course, db, clock
):
    clock.forward(days=2)
    phone = browser(world.a.patient)
    late = form_fields(phone.get_page(DAILY), self_harm="2") | {"due_key": "daily:2026-11-23"}
    answer = phone.client_post(DAILY, late)
    assert answer.status_code == 409
    assert "This check-in is closed" in answer.text
    assert "was not stored" in answer.text
    assert HELP in answer.text
    assert count(db, CheckInRow) == 0


def test_a_plain_page_says_so_when_the_questions_have_changed(phone, db):
    page = phone.get_page(DAILY)
    answer = phone.client_post(DAILY, form_fields(page) | {"instrument_version": "9"})
    assert answer.status_code == 409
    assert "The questions have changed" in answer.text
    assert count(db, CheckInRow) == 0


@pytest.mark.parametrize("key", ["", "x" * 5000, "weekly:baseline:1", "\x00", "daily:2026-11-30"])
def test_nothing_is_stored_when_the_form_names_nothing_that_is_due(phone, db, key):
    page = phone.get_page(DAILY)
    assert phone.client_post(DAILY, form_fields(page) | {"due_key": key}).status_code == 409
    assert count(db, CheckInRow) == 0


def test_an_unknown_instrument_is_not_found(phone):
    assert phone.get("/me/check-in/nothing").status_code == 404


def test_an_instrument_that_was_answered_says_when_the_next_one_opens(phone):
    send(phone)
    text = phone.get_page(DAILY).text
    assert "The next one opens on Tue 24 Nov 2026." in text


def test_the_small_hours_ask_about_the_day_just_over(browser, world, course, db, clock):
    clock.set(datetime(2026, 11, 24, 5, 30, tzinfo=UTC))
    phone = browser(world.a.patient)
    page = phone.get_page(DAILY)
    assert "Yesterday’s check-in" in page.text
    assert "These questions are about Mon 23 Nov 2026." in page.text
    phone.client_post(DAILY, form_fields(page))
    assert db.scalar(select(CheckInRow.due_key)) == "daily:2026-11-23"


def test_a_weekly_rating_goes_page_by_page_to_a_check_and_is_sent_whole(phone, db):
    for number in range(1, 6):
        page = phone.get_page(WEEKLY)
        assert f"page {number} of 5" in page.title
        answer = phone.client_post(page.form("due_key")["action"], form_fields(page))
        assert answer.status_code == 303
    check = phone.get_page(WEEKLY)
    assert "check your answers" in check.title
    assert check.html.count("Change<") == 26
    assert count(db, CheckInRow) == 0
    sent = phone.client_post(check.form("due_key")["action"], check.form("due_key")["fields"])
    assert sent.headers["Location"] == "/me/check-ins/sent"
    assert len(db.scalar(select(CheckInRow.answers))) == 26
    assert count(db, CheckInDraftRow) == 0
    again = phone.client_post(check.form("due_key")["action"], check.form("due_key")["fields"])
    assert again.headers["Location"] == "/me/check-ins/sent"
    assert "already received at 10:00 a.m." in phone.get_page("/me/check-ins/sent").text


def test_another_device_goes_on_where_the_first_one_stopped(phone, browser, world):
    send(phone, f"{WEEKLY}?page=1", nightmares="skip", flashbacks="4")
    laptop = browser(world.a.patient)
    assert "page 2 of 5" in laptop.get_page(WEEKLY).title
    assert "Go on with it: Weekly rating" in laptop.get_page("/me").text
    first = laptop.get_page(f"{WEEKLY}?page=1").form("due_key")["fields"]
    assert (first["answer_nightmares"], first["answer_flashbacks"]) == (["skip"], ["4"])


def test_a_change_from_the_check_page_leads_back_to_it(phone):
    for _ in range(5):
        send(phone, WEEKLY)
    answer = send(phone, f"{WEEKLY}?page=2&then=check", blame="4")
    assert answer.headers["Location"] == f"{WEEKLY}?page=check"


@pytest.mark.parametrize("step", ["5", "check", "99", "x", "-1", "٢"])
def test_nobody_gets_past_a_page_that_is_not_answered(phone, step):
    assert "page 1 of 5" in phone.get_page(f"{WEEKLY}?page={step}").title


def test_a_page_of_the_weekly_rating_comes_back_when_a_line_is_untouched(phone, db):
    page = phone.get_page(f"{WEEKLY}?page=1")
    fields = form_fields(page)
    del fields["answer_flashbacks"]
    answer = phone.client_post(page.form("due_key")["action"], fields)
    assert answer.status_code == 422
    assert "Choose an answer, or “Skip this one”." in answer.text
    assert count(db, CheckInDraftRow) == 0


def test_sending_goes_back_to_the_questions_when_some_are_missing(phone, db):
    send(phone, f"{WEEKLY}?page=1")
    page = phone.get_page(WEEKLY)
    fields = {
        name: value
        for name, value in page.form("due_key")["fields"].items()
        if not name.startswith("answer_")
    }
    answer = phone.client_post(f"{WEEKLY}?page=check", fields)
    assert answer.headers["Location"] == WEEKLY
    assert count(db, CheckInRow) == 0


def test_the_receipt_leads_home_when_nothing_was_sent_yet(phone):
    answer = phone.get("/me/check-ins/sent")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")


def test_titles_say_nothing_of_the_treatment(phone):
    send(phone)
    for path in ("/me", DAILY, WEEKLY, "/me/check-ins/sent"):
        title = phone.get_page(path).title.lower()
        for word in ("infusion", "ketamine", "ptsd", "trauma", "harm", "therapy"):
            assert word not in title, path


def test_home_takes_the_same_statements_when_the_course_is_long(phone, app, db, world, clock):
    phone.get("/me")
    early = count_statements(app, lambda: phone.get("/me"))
    send_daily(db, world.a, now=clock())
    send_daily(db, world.a, now=clock() + timedelta(days=1))
    assert count_statements(app, lambda: phone.get("/me")) == early


def test_sending_takes_few_statements(phone, app):
    page = phone.get_page(DAILY)
    fields = form_fields(page)
    assert count_statements(app, lambda: phone.client_post(DAILY, fields)) <= 13


def test_help_is_there_for_everybody(browser, world):
    assert "tel:988" in browser(None).get("/help").text
    text = browser(world.a.patient).get_page("/help").text
    assert "call the clinic: +1 555 0100" in text


def enter(staff, course, **changes):
    page = staff.get_page(f"/courses/{course}/check-ins/daily")
    fields = form_fields_of_paper(page)
    return staff.client_post(f"/courses/{course}/check-ins/daily", fields | changes)


def form_fields_of_paper(page):
    fields = dict(page.form("answered_on")["fields"])
    for _, given in page.labelled:
        if given.get("name", "").startswith("answer_"):
            fields.setdefault(given["name"], "0")
    return fields | {"mode": "paper", "answered_on": "2026-11-23", "answered_time": "09:30"}


def test_staff_enter_a_paper_form_with_its_date(browser, world, course, db):
    staff = browser(world.a.therapist)
    answer = enter(staff, course)
    assert answer.headers["Location"] == f"/courses/{course}"
    row = db.execute(select(CheckInRow)).scalar_one()
    assert (row.mode, row.occurred_at) == ("paper", datetime(2026, 11, 23, 14, 30, tzinfo=UTC))


def test_staff_are_led_to_the_alerts_when_a_paper_form_raises_one(browser, world, course, db):
    answer = enter(browser(world.a.therapist), course, answer_self_harm="2")
    assert answer.headers["Location"] == "/alerts"
    assert count(db, SafetyAlertRow) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mode", ""),
        ("mode", "self"),
        ("answered_on", ""),
        ("answered_on", "2026-02-30"),
        ("answered_on", "2026-12-24"),
        ("answered_time", "25:00"),
        ("answered_time", ""),
        ("answer_mood", "99"),
    ],
)
def test_a_paper_form_comes_back_when_something_does_not_fit(
    browser, world, course, db, field, value
):
    answer = enter(browser(world.a.therapist), course, **{field: value})
    assert answer.status_code == 422
    assert count(db, CheckInRow) == 0


def test_a_paper_form_comes_back_when_the_clock_skipped_its_time(browser, world, course, clock):
    clock.set(datetime(2027, 3, 20, 15, tzinfo=UTC))
    answer = enter(
        browser(world.a.therapist), course, answered_on="2027-03-14", answered_time="02:30"
    )
    assert answer.status_code == 422
    assert "The clocks went forward" in answer.text


def test_a_check_in_after_an_infusion_takes_several_side_effects(browser, world, course, db, clock):
    staff = browser(world.a.therapist)
    where = f"/courses/{course}/check-ins/after-infusion"
    fields = form_fields_of_paper(staff.get_page(where))
    both = staff.client_post(where, fields | {"answer_side_effects": ["none", "nausea"]})
    assert both.status_code == 422
    assert "None of these" in both.text
    unticked = {name: value for name, value in fields.items() if name != "answer_side_effects"}
    assert staff.client_post(where, unticked).status_code == 422
    done = staff.client_post(where, fields | {"answer_side_effects": ["tired", "nausea"]})
    assert done.status_code == 303
    assert db.scalar(select(CheckInRow.answers))["side_effects"] == ["nausea", "tired"]


class TestALongCheckIn:
    """A worrying answer on a page that is kept: help comes with the next page."""

    @pytest.fixture(autouse=True)
    def _weekly(self):
        with worrying_weekly():
            yield

    def keep_two(self, phone, answer):
        send(phone, f"{WEEKLY}?page=1")
        return send(phone, f"{WEEKLY}?page=2", **{ASKED: answer})

    def test_help_comes_first_on_the_next_page_and_blocks_nothing(self, phone, db):
        answer = self.keep_two(phone, "4")
        assert answer.headers["Location"] == f"{WEEKLY}?page=3"
        assert count(db, SafetyAlertRow) == 1
        html = phone.get(f"{WEEKLY}?page=3").text
        main = html[html.index("<main") : html.index("</main>")]
        assert HELP in main
        assert main.index("tel:988") < main.index("I have seen this") < main.index("due_key")
        assert "Nobody watches your answers day and night" in main
        assert send(phone, f"{WEEKLY}?page=3").headers["Location"] == f"{WEEKLY}?page=4"

    def test_help_goes_once_it_was_seen_and_the_clinic_reads_when(self, phone, db, browser, world):
        self.keep_two(phone, "4")
        page = phone.get_page(f"{WEEKLY}?page=3")
        (button,) = [each for each in page.forms if each["action"].endswith("help-seen?page=3")]
        answer = phone.client_post(button["action"], button["fields"])
        assert answer.headers["Location"] == f"{WEEKLY}?page=3"
        html = phone.get(f"{WEEKLY}?page=3").text
        assert HELP not in html[html.index("<main") : html.index("</main>")]
        alert_id = db.scalar(select(SafetyAlertRow.id))
        db.rollback()
        text = browser(world.a.therapist).get_page(f"/alerts/{alert_id}").text
        assert "Shown; the patient confirmed at Mon 23 Nov 2026, 10:00" in text
        assert "Not yet: it is kept on a page of a check-in that was not sent" in text

    def test_help_stands_on_the_last_step_and_on_the_receipt(self, phone, db):
        self.keep_two(phone, "4")
        for number in (3, 4, 5):
            send(phone, f"{WEEKLY}?page={number}")
        html = phone.get(f"{WEEKLY}?page=check").text
        main = html[html.index("<main") : html.index("</main>")]
        assert HELP in main
        assert main.count("Nobody watches your answers day and night") == 2  # card and form
        assert send(phone, f"{WEEKLY}?page=check").headers["Location"] == "/me/check-ins/sent"
        html = phone.get("/me/check-ins/sent").text
        assert HELP in html[html.index("<main") : html.index("</main>")]
        assert count(db, SafetyAlertRow) == 1

    def test_nothing_is_lost_when_the_page_comes_back(self, phone, db):
        """The answer that worries is there, another one is not: it is raised and not kept."""
        send(phone, f"{WEEKLY}?page=1")
        page = phone.get_page(f"{WEEKLY}?page=2")
        fields = form_fields(page, **{ASKED: "4"})
        del fields["answer_memory_gaps"]
        answer = phone.client_post(page.form("due_key")["action"], fields)
        assert answer.status_code == 422
        main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
        assert HELP in main
        assert "I have seen this" not in main, "no button leads away from what was filled in"
        assert count(db, SafetyAlertRow) == 1
        assert send(phone, f"{WEEKLY}?page=2", **{ASKED: "4"}).status_code == 303
        assert count(db, SafetyAlertRow) == 1


def test_a_worry_is_raised_though_another_question_was_left_open(phone, db):
    page = phone.get_page(DAILY)
    fields = form_fields(page, self_harm="3")
    del fields["answer_mood"]
    assert phone.client_post(DAILY, fields).status_code == 422
    assert (count(db, SafetyAlertRow), count(db, CheckInRow)) == (1, 0)
    send(phone, self_harm="3")
    row = db.execute(select(SafetyAlertRow)).scalar_one()
    assert row.check_in_id == db.scalar(select(CheckInRow.id))


def test_a_worry_is_raised_though_the_check_in_is_closed(browser, world, phone, db, clock):
    fields = form_fields(phone.get_page(DAILY), self_harm="3")
    clock.forward(days=3)
    later = browser(world.a.patient)
    answer = later.client_post(DAILY, fields | {"csrf_token": later.csrf_token()})
    assert answer.status_code == 409
    assert "Your care team is told of your answer all the same." in answer.text
    assert HELP in answer.text
    assert db.scalar(select(SafetyAlertRow.due_key)) == "daily:2026-11-23"
    assert count(db, CheckInRow) == 0


def test_the_receipt_keeps_the_lines_once_they_were_seen(phone, db):
    send(phone, self_harm="2")
    page = phone.get_page("/me/check-ins/sent")
    (button,) = [each for each in page.forms if each["action"].endswith("help-seen")]
    phone.client_post(button["action"], button["fields"])
    text = phone.get_page("/me/check-ins/sent").text
    assert "You said that you have seen this." in text
    assert "I have seen this" not in text
    assert HELP in text


class TestBeforeTheFirstCheckIn:
    """Nobody watches: that is said, and agreed to, once."""

    @pytest.fixture(autouse=True)
    def _not_agreed(self, db, course):
        db.execute(delete(CheckInPreferencesRow))
        db.commit()

    def test_the_questions_come_after_the_statement_was_agreed_to(self, phone, db):
        text = phone.get_page(DAILY).text
        assert "Before you begin" in text
        assert "Nobody watches your answers day and night" in text
        assert "Have you had thoughts" not in text
        assert "Call 988" in text
        answer = phone.submit(DAILY, {}, containing="submission_id")
        assert answer.headers["Location"] == DAILY
        assert "Have you had thoughts" in phone.get_page(DAILY).text
        assert db.scalar(select(CheckInPreferencesRow.not_watched_agreed_at)) is not None

    def test_it_is_asked_once_for_all_check_ins(self, phone, db, clock):
        at = clock()
        phone.submit(DAILY, {}, containing="submission_id")
        clock.forward(minutes=5)
        phone.client_post(f"{WEEKLY}/not-watched", {"csrf_token": phone.csrf_token()})
        assert "Before you begin" not in phone.get_page(WEEKLY).text
        assert db.scalar(select(CheckInPreferencesRow.not_watched_agreed_at)) == at

    def test_what_is_sent_without_it_is_taken_all_the_same(self, phone, db):
        """A phone that held the form already: no answer is refused for want of a tap."""
        daily = get("daily")
        fields = {"csrf_token": phone.csrf_token(), "due_key": "daily:2026-11-23"}
        fields["instrument_version"] = str(daily.version)
        answers = {f"answer_{item.id}": "1" for item in daily.items}
        answer = phone.client_post(DAILY, fields | answers | {"answer_self_harm": "3"})
        assert answer.status_code == 303
        assert (count(db, CheckInRow), count(db, SafetyAlertRow)) == (1, 1)
