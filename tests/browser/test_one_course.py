"""One course, end to end, as people do it: a real server, a real browser, the real PDF.

From an empty installation to the printed report, by clicks and keys only. What was typed is read
back from the course page and out of the PDF.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.visiting import complaints_of
from tests.serving import Server

pytestmark = pytest.mark.browser

ZONE = "America/New_York"
PASSWORD = "correct horse battery staple"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass
class Story:
    """Where the journey stands: the pages of the clinician and of the patient."""

    server: Server
    staff: Any
    phone: Any
    course_path: str = ""

    def url(self, path: str) -> str:
        return self.server.url + path


def today() -> Any:
    return datetime.now(ZoneInfo(ZONE)).date()  # noqa: TID251 - the server reads the real clock


def click(page: Any, name: str, role: str = "button", *, exact: bool = True) -> None:
    page.get_by_role("main").get_by_role(role, name=name, exact=exact).first.click()


def reads(page: Any, words: str) -> None:
    """The page says so, as soon as it is there."""
    expect(page.locator("main")).to_contain_text(words)


def fill(page: Any, **answers: str) -> None:
    for name, value in answers.items():
        page.locator(f"main [name={name}]").fill(value)


def heading(page: Any) -> str:
    text: str = page.locator("h1").inner_text()
    return text


def choose_all(page: Any, value: Callable[[str], str]) -> None:
    """Answer every question of the step that is shown: the tile with this value."""
    names = page.eval_on_selector_all(
        "main input[type=radio]",
        "all => [...new Set(all.filter(each => !each.closest('[hidden]')).map(each => each.name))]",
    )
    for name in names:
        tile = page.locator(f"main input[name='{name}'][value='{value(name)}']")
        tile.check(force=True)


def set_the_clinic_up(story: Story) -> None:
    link = re.search(r"http://\S+/welcome/\S+", story.server.said)
    assert link, story.server.said
    page = story.staff
    page.goto(link.group())
    page.locator("main [name=timezone]").select_option(ZONE)
    fill(
        page,
        clinic_name="Quay Clinic",
        name="Robin Clinician",
        email="robin@quay.test",
        password=PASSWORD,
    )
    click(page, "Open the account")
    page.goto(story.url("/admin/clinic"))
    for day in WEEKDAYS:  # the journey begins today, whichever weekday that is
        page.get_by_label(day, exact=True).check(force=True)
    click(page, "Save")
    page.wait_for_url("**/admin")


def register_a_patient(story: Story) -> None:
    page = story.staff
    page.goto(story.url("/patients"))
    click(page, "Register a patient", "link", exact=False)
    fill(
        page,
        record_number="Q-1",
        given_name="Alex",
        family_name="O'Sample",
        born_on="1985-04-12",
        allergies="Latex",
    )
    click(page, "Register")
    reads(page, "O'Sample")


def invite_the_patient(story: Story) -> str:
    page = story.staff
    page.get_by_role("main").get_by_role("button", name=re.compile("invit", re.I)).first.click()
    link: str = page.locator(".copy-text").inner_text().strip()
    return link


def plan_the_course(story: Story, patient_url: str) -> list[str]:
    page = story.staff
    page.goto(patient_url)
    click(page, "Plan a course", "link")
    now = datetime.now(ZoneInfo(ZONE))  # noqa: TID251
    fill(
        page,
        start_on=today().isoformat(),
        time_of_day=f"{now:%H:%M}",
        indication="Post-traumatic stress disorder",
    )
    click(page, "Show the dates")
    reads(page, "Infusion 6")
    click(page, "Accept this plan")
    page.wait_for_url(re.compile(r"/courses/[0-9a-f-]{36}$"))
    story.course_path = page.url.removeprefix(story.server.url)
    return re.findall(r"Infusion (\d)\b", page.locator("main").inner_text())


def open_the_patients_account(story: Story, link: str) -> None:
    page = story.phone
    page.goto(link)
    fill(page, name="Alex", email="alex@patient.test", password=PASSWORD)
    click(page, "Open the account")
    page.wait_for_url("**/me")


def send_the_weekly_rating(story: Story, symptom: str, gain: str) -> None:
    """Twenty symptoms on four pages, six gains, a page to check: nothing is chosen beforehand."""
    page = story.phone
    page.goto(story.url("/me"))
    click(page, "Weekly rating", "link", exact=False)
    page.wait_for_url(re.compile("/me/(?!$)"))
    if "Before you begin" in heading(page):  # once, before the first of all
        reads(page, "Nobody watches your answers")
        assert complaints_of(Axe(), page) == []
        click(page, "I understand")
    for number in range(5):
        step = page.locator(f"main [data-step='{number + 1}']:not([hidden])")
        step.wait_for()
        assert step.locator("input[type=radio]:checked").count() == 0
        choose_all(page, lambda _name, number=number: symptom if number < 4 else gain)
        page.locator("main form button[type=submit]").last.click()
    page.locator("main [data-step='check']:not([hidden])").wait_for()
    click(page, "Send check-in")
    page.wait_for_url("**/me/check-ins/sent*")


def send_the_daily_check_in(story: Story) -> int:
    """Six taps and one to send; sent twice it is stored once."""
    page = story.phone
    page.goto(story.url("/me"))
    click(page, "Today", "link", exact=False)
    page.locator("form[data-check-in][data-ready]").wait_for()
    choose_all(page, lambda name: "0" if "harm" in name else "6")
    page.reload()  # an old phone does that by itself: nothing is lost
    expect(page.locator("main input[type=radio]:checked")).to_have_count(6)
    taps = len(
        page.eval_on_selector_all(
            "main input[type=radio]", "all => [...new Set(all.map(each => each.name))]"
        )
    )
    click(page, "Send check-in")
    page.wait_for_url("**/me/check-ins/sent*")
    reads(page, "Sent")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return taps + 1


def saved(page: Any) -> None:
    """Wait until what was sent is stored and the sheet shows it."""
    page.wait_for_function(
        "() => document.querySelector('#outbox [role=status]').textContent.includes('Saved')"
    )
    page.wait_for_function("() => document.querySelector('#outbox .notice') === null")
    assert page.get_by_text("Saved at").count() <= 1, "said twice"


def stands_at(page: Any, stage: str) -> None:
    """The sheet says so, and is accessible in this stage."""
    page.locator("main .tag").first.get_by_text(stage, exact=True).wait_for()
    assert complaints_of(Axe(), page) == []


def answer_the_checks(page: Any, part: str) -> None:
    """Done, where a person may say so; what the sheet does not answer by itself is overridden."""
    form = page.locator(f"#{part}-checks form")
    for group in form.get_by_role("group").all():
        done = group.locator("input[value=done]")
        if done.count():
            done.check(force=True)
        else:
            group.locator("input[value=overridden]").check(force=True)
            group.locator("input[type=text]").fill("Seen by the nurse.")
    click(page, "Save checks")
    saved(page)
    expect(page.locator(f"#{part}-checks")).to_contain_text("Nothing is open.")


def arrive_and_check(story: Story) -> None:
    page = story.staff
    page.goto(story.url(story.course_path))
    click(page, "Open infusion 1", "link")
    click(page, "The patient has arrived")
    page.wait_for_url(re.compile(r"/infusions/[0-9a-f-]{36}"))
    fill(page, systolic_mmhg="124", diastolic_mmhg="78", heart_rate_bpm="72", spo2_percent="98")
    click(page, "Save vital signs")
    saved(page)
    reads(page, "13 of 14 are open.")
    stands_at(page, "Arrived")
    answer_the_checks(page, "before")
    click(page, "Checks done")
    stands_at(page, "Checks done")


def recover_and_leave(story: Story) -> None:
    page = story.staff
    click(page, "Score the recovery", "link")
    choose_all(page, lambda _name: "2")
    click(page, "Save the score")
    page.wait_for_url(re.compile(r"/infusions/[0-9a-f-]{36}#"))
    fill(page, systolic_mmhg="126", diastolic_mmhg="80", heart_rate_bpm="74", spo2_percent="98")
    click(page, "Save vital signs")
    saved(page)
    answer_the_checks(page, "discharge")
    click(page, "Ready to leave")
    stands_at(page, "Ready to leave")
    fill(page, left_with="Her brother Jo")
    click(page, "The patient has left")
    stands_at(page, "Left")
    reads(page, "With Her brother Jo")


def pause_and_resume(page: Any) -> None:
    page.locator("main summary", has_text="Pause").click()
    page.locator("main [id=pause-reason]").fill("Nausea")
    click(page, "Pause")
    stands_at(page, "Paused")
    click(page, "Resume")
    stands_at(page, "Running")


def log_the_infusion(story: Story) -> None:
    arrive_and_check(story)
    page = story.staff
    click(page, "Start the infusion", "link")
    page.wait_for_url("**/start")
    fill(page, weight_kg="82.4")
    click(page, "Calculate the dose")
    reads(page, "82.4 kg × 0.5 mg/kg = 41.2 mg")
    page.locator("main button[name=step][value=start]").click()
    page.wait_for_url(re.compile(r"/infusions/[0-9a-f-]{36}$"))
    fill(page, systolic_mmhg="143", diastolic_mmhg="88", heart_rate_bpm="81", spo2_percent="97")
    click(page, "Save vital signs")
    page.locator("main", has_text="143/88").wait_for()
    stands_at(page, "Running")
    pause_and_resume(page)
    click(page, "End the infusion", "link")
    page.wait_for_url("**/end")
    fill(page, given_mg="41.2", course_of_infusion="Calm throughout, awake at the end.")
    click(page, "End the infusion")
    reads(page, "of 41.2 mg ran in; 41.2 mg are entered. Is this right?")
    page.locator("main [name=confirmed]").check(force=True)
    click(page, "End the infusion")
    page.wait_for_url(re.compile(r"/infusions/[0-9a-f-]{36}$"))
    stands_at(page, "In recovery")
    recover_and_leave(story)


def record_therapy(story: Story) -> None:
    page = story.staff
    page.goto(story.url(story.course_path))
    click(page, "Add therapy session", "link")
    page.get_by_label("Held", exact=True).check(force=True)
    page.locator("main [name=kind]").select_option(index=1)
    fill(page, minutes="50", focus="Preparation and goals.")
    now = datetime.now(ZoneInfo(ZONE)) - timedelta(minutes=1)  # noqa: TID251
    for name, value in (("held_on", f"{now:%Y-%m-%d}"), ("held_time", f"{now:%H:%M}")):
        page.locator(f"main [name={name}]").evaluate("(e, v) => { e.value = v }", value)
    click(page, "Save")


def look_at_the_course(story: Story) -> str:
    page = story.staff
    page.goto(story.url(story.course_path))
    text: str = page.locator("main").inner_text()
    image = page.locator("main img").first
    image.scroll_into_view_if_needed()
    assert image.evaluate("e => e.complete && e.naturalWidth > 0")
    return text


def print_the_report(story: Story) -> str:
    page = story.staff
    page.goto(story.url(story.course_path + "/report"))
    assert "Progress report" in heading(page)
    href = page.get_by_role("link", name=re.compile("PDF")).first.get_attribute("href")
    answer = page.request.get(story.url(href))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert "Sample" not in answer.headers["content-disposition"]
    pages = [each.extract_text() for each in PdfReader(BytesIO(answer.body())).pages]
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert "Q-1" in text
    return re.sub(r"\s+", " ", " ".join(pages))


@pytest.fixture
def story(chromium, empty_server):
    """A clinician at a desk and a patient with a phone; neither sees an error in the console."""
    complaints: list[str] = []
    own = empty_server.url

    def watched(**options):
        page = chromium.new_context(**options).new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on(
            "request",
            lambda request: None if request.url.startswith(own) else complaints.append(request.url),
        )
        return page

    yield Story(
        server=empty_server,
        staff=watched(viewport={"width": 1180, "height": 820}),
        phone=watched(viewport={"width": 360, "height": 740}, has_touch=True),
    )
    errors = [each for each in complaints if "422" not in each]
    assert not errors, errors


def test_a_course_from_registration_to_the_printed_report(story):
    set_the_clinic_up(story)
    register_a_patient(story)
    patient_url = story.staff.url
    link = invite_the_patient(story)
    planned = plan_the_course(story, patient_url)
    assert {"1", "6"} <= set(planned)

    open_the_patients_account(story, link)
    send_the_weekly_rating(story, symptom="3", gain="1")
    log_the_infusion(story)
    record_therapy(story)
    assert send_the_daily_check_in(story) == 7

    seen = look_at_the_course(story)
    assert "60" in seen  # twenty answers of 3
    assert "1 of 6" in seen
    printed = print_the_report(story)
    assert "no baseline" not in printed  # the rating was sent before the infusion began
    for fact in (
        "Quay Clinic",
        "Alex O'Sample",
        "12 Apr 1985",
        "82.4",
        "41.2",
        "143/88",
        "60 of 80",
        "1 of 6 infusions given",
        "off-label",
        "not a diagnosis",
        "988",
        "Robin Clinician",
    ):
        assert fact in printed.replace("’", "'"), fact
