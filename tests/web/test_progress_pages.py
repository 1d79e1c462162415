"""The progress page, its pictures, and a patient's own progress."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest

from tests.make.medicines import make_medicine
from tests.make.progress import make_better_course, make_running_course, make_weekly


@pytest.fixture
def course_id(db, world):
    return make_better_course(db, world.a)


def sources(html):
    return re.findall(r'(?:src|srcset)="(/[^"]+\.svg)"', html.split("<main")[1])


def test_every_picture_of_the_page_can_be_had(browser, world, course_id):
    clinician = browser(world.a.clinician)
    page = clinician.get_page(f"/courses/{course_id}/progress")
    found = sources(page.html)
    assert len(found) == 36
    for src in found:
        answer = clinician.get(src)
        assert answer.status_code == 200, src
        assert answer.mimetype == "image/svg+xml"
        assert answer.text.startswith("<?xml") or answer.text.startswith("<svg")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_page_has_the_numbers_of_every_picture(browser, world, course_id):
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}/progress")
    for words in (
        "Weekly trauma symptoms (0–80)",
        "Symptom groups",
        "Daily ratings, 0 to 10",
        "Weekly gains (0–24)",
        "Higher is better here.",
        "Check-ins answered: 9 of 42.",
        "not validated scales",
    ):
        assert words in page.text, words


def test_a_change_of_a_medicine_is_in_the_picture_and_the_table(
    browser, db, world, course_id, clock
):
    make_medicine(db, world.a, "50 mg", on=date(2026, 1, 5), now=clock())
    make_medicine(db, world.a, "100 mg", on=date(2026, 11, 2), now=clock())
    clinician = browser(world.a.clinician)
    page = clinician.get_page(f"/courses/{course_id}/progress")
    assert "with infusions and changes of medicines; on a wide screen therapy too" in page.text
    assert "Sertraline 50 mg → 100 mg" in page.text
    src = next(each for each in sources(page.html) if "/charts/progress/" in each)
    assert "Sertraline 50 mg → 100 mg" in clinician.get(src).text
    own = browser(world.a.patient).get_page("/me/progress")
    assert "Sertraline" not in own.html


def test_a_picture_is_not_sent_again_while_the_data_stay(browser, world, course_id):
    clinician = browser(world.a.clinician)
    src = sources(clinician.get_page(f"/courses/{course_id}").html)[0]
    etag = clinician.get(src).headers["ETag"]
    again = clinician.get(src, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == etag


def test_an_address_from_before_leads_to_the_present_picture(browser, db, world, course_id):
    clinician = browser(world.a.clinician)
    before = sources(clinician.get_page(f"/courses/{course_id}").html)[0]
    make_weekly(db, world.a, course_id, 4, on=date(2026, 11, 22))
    after = sources(clinician.get_page(f"/courses/{course_id}").html)[0]
    assert before != after
    answer = clinician.get(before)
    assert answer.status_code == 302
    assert answer.location == after


def test_a_picture_that_was_drawn_is_kept(app, browser, world, course_id):
    clinician = browser(world.a.clinician)
    src = sources(clinician.get_page(f"/courses/{course_id}").html)[0]
    first = clinician.get(src).data
    folder = app.config["SETTINGS"].instance_dir / "charts"
    assert len(list(folder.glob("*/*.svg"))) == 1
    assert folder.stat().st_mode & 0o077 == 0
    assert clinician.get(src).data == first


def test_a_key_opens_nothing_of_another_course(browser, db, world, course_id):
    """A kept picture is found by its owner and its key together."""
    clinician = browser(world.a.clinician)
    src = sources(clinician.get_page(f"/courses/{course_id}").html)[0]
    clinician.get(src)
    other_id = make_better_course(db, world.b)
    stranger = browser(world.b.clinician)
    assert stranger.get(src).status_code == 404
    aside = stranger.get(src.replace(str(course_id), str(other_id)))
    assert aside.status_code == 302


@pytest.mark.parametrize("name", ["nothing", "progress-huge", "..", "own"])
def test_an_unknown_picture_is_not_found(browser, world, course_id, name):
    path = f"/courses/{course_id}/charts/{name}/{'0' * 64}.svg"
    assert browser(world.a.clinician).get(path).status_code == 404


def test_another_key_leads_to_the_present_picture_and_junk_to_nothing(browser, world, course_id):
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/charts/progress"
    assert clinician.get(f"{path}/{'0' * 64}.svg").status_code == 302
    assert clinician.get(f"{path}/junk%20%C3%A9.svg").status_code == 404


def test_a_picture_of_a_letter_is_as_of_its_day(browser, world, course_id):
    clinician, path = browser(world.a.clinician), f"/courses/{course_id}/charts/progress-print"
    stale = f"{path}/{'0' * 64}.svg"
    then = clinician.get(f"{stale}?to=2026-11-01").headers["Location"]
    assert "to=2026-11-01" in then
    assert then.split("?")[0] != clinician.get(stale).headers["Location"]
    assert clinician.get(then).status_code == 200
    assert clinician.get(f"{stale}?to=junk").status_code == 404


def test_a_patient_reads_their_own_progress_in_plain_words(browser, world, course_id):
    patient = browser(world.a.patient)
    page = patient.get_page("/me/progress")
    assert "Your weekly symptom score went from 60 to 20." in page.text
    assert "Lower is better." in page.text
    assert "It is not a diagnosis" in page.text
    found = sources(page.html)
    assert len(found) == 6
    for src in found:
        assert src.startswith("/me/progress/charts/progress")
        assert patient.get(src).status_code == 200


def test_bad_news_stands_in_the_same_place_as_good_news(browser, db, world):
    course_id = make_running_course(db, world.a)
    make_weekly(db, world.a, course_id, 2, on=date(2026, 10, 23))
    make_weekly(db, world.a, course_id, 3, on=date(2026, 11, 9))
    page = browser(world.a.patient).get_page("/me/progress")
    assert "Your weekly symptom score went from 40 to 60." in page.text
    assert "That is higher than when you started." in page.text
    assert "Your team can see it and will talk with you about it." in page.text


def test_one_score_is_said_and_not_drawn(browser, db, world):
    course_id = make_running_course(db, world.a)
    make_weekly(db, world.a, course_id, 2, on=date(2026, 10, 23))
    page = browser(world.a.patient).get_page("/me/progress")
    assert "Your weekly symptom score was 40" in page.text
    assert "first chart appears after your second score" in page.text
    assert sources(page.html) == []


def test_a_patient_without_a_course_is_told_so(browser, world):
    assert "There is no course yet." in browser(world.b.patient).get_page("/me/progress").text


def test_nothing_of_self_harm_is_on_a_patients_page_or_picture(browser, world, course_id):
    patient = browser(world.a.patient)
    page = patient.get_page("/me/progress")
    seen = page.html.split("<main")[1].split("</main")[0] + patient.get(sources(page.html)[0]).text
    assert not re.search(r"self.?harm|suicid|hurting yourself", seen, re.IGNORECASE)


def test_a_days_strip_has_a_dot_for_every_day_without_a_check_in(browser, world, course_id):
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}/progress")
    assert "9 of 42" in page.text
    last = date(2026, 10, 26) + timedelta(days=5)
    assert f"{last.day} Oct 2026" in page.text


def test_the_page_begins_with_the_answer_and_the_tables_it_rests_on(browser, world, course_id):
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}/progress")
    text = page.text
    assert text.index("Better since the baseline") < text.index("Each scale")
    for words in (
        "Weekly trauma symptoms, 60 → 20 (−40, 67 % better). Response, since",
        "These questions have no published value for reliable change.",
        "Daily rating around each infusion, 0 to 50, lower is better",
        "Not enough ratings",
        "What was not measured",
        "Half of the gain lost or more, in two weekly scores in a row",
        "By which numbers it was judged",
    ):
        assert words in text, words
    course = browser(world.a.clinician).get_page(f"/courses/{course_id}")
    assert "Better since the baseline" in course.text


def test_a_day_of_another_year_has_its_year(browser, clock, world, course_id):
    path = f"/courses/{course_id}/progress"
    since = r"Response, since \w{3} \d+ \w{3}"
    assert re.search(f"{since}, after", browser(world.a.clinician).get_page(path).text)
    clock.forward(days=60)
    text = browser(world.a.clinician).get_page(path).text
    assert re.search(f"{since} 2026, after", text)


def test_worse_is_said_first_and_never_hidden(browser, db, world):
    course_id = make_running_course(db, world.a)
    make_weekly(db, world.a, course_id, 1, on=date(2026, 10, 23))
    make_weekly(db, world.a, course_id, 3, on=date(2026, 11, 10))
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}/progress")
    assert "Worse: Weekly trauma symptoms, 20 → 60 (+40" in page.text


def test_the_infusions_have_a_picture_of_effects_and_one_of_plan_and_given(
    browser, world, course_id
):
    clinician = browser(world.a.clinician)
    page = clinician.get_page(f"/courses/{course_id}/progress")
    for words in (
        "Daily rating around each infusion: of 3 infusions,",
        "not enough ratings for",
        "Planned and given: 3 of 6 infusions given. Gaps inside 3 to 5 days: 2 of 2.",
        "Given, Mon 26 Oct",
    ):
        assert words in page.text, words
    for name in ("effects", "plan"):
        src = next(each for each in sources(page.html) if f"/{name}/" in each)
        assert clinician.get(src).status_code == 200


def test_before_any_infusion_the_page_says_so_in_their_place(browser, db, world):
    course_id = make_running_course(db, world.a, given=0)
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}/progress")
    assert "No infusion was given yet." in page.text
    assert (
        "Planned and given: 0 of 6 infusions given. Gaps inside 3 to 5 days: none yet." in page.text
    )


def test_a_dark_page_has_dark_pictures_and_paper_has_light_ones(browser, world, course_id):
    clinician = browser(world.a.clinician)
    html = clinician.get_page(f"/courses/{course_id}/progress").html
    figure = html[html.index('<figure class="chart"') :].partition("</figure>")[0]
    on_screen, on_paper = re.findall(r"<picture.*?</picture>", figure, re.DOTALL)
    assert "style=" not in figure
    dark = re.search(r'"screen and \(prefers-color-scheme: dark\)" srcset="([^"]+)"', on_screen)
    light = re.search(r'<img [^>]*src="([^"]+)"', on_screen).group(1)
    assert light in on_paper
    assert "dark" not in on_paper
    shown = clinician.get(dark.group(1)).text
    assert "#1b252b" in shown
    assert "#ffffff" not in shown
    assert "#ffffff" in clinician.get(light).text


def test_a_part_of_the_course_is_a_link_and_its_page_shows_it(browser, db, world, course_id):
    make_weekly(db, world.a, course_id, 1, on=date(2026, 11, 23))
    clinician = browser(world.a.clinician)
    path = f"/courses/{course_id}/progress"
    assert f'href="{path}?phase=course"' in clinician.get_page(path).html
    part = clinician.get_page(f"{path}?phase=course")
    assert "Weekly trauma symptoms (treatment course)" in part.text
    src = next(each for each in sources(part.html) if "/charts/progress_course/" in each)
    assert clinician.get(src).status_code == 200
    assert "(treatment course)" not in clinician.get_page(f"{path}?phase=nothing").text


def test_a_readout_has_the_values_of_the_table(browser, world, course_id):
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}/progress")
    spots = json.loads(re.search(r"data-spots='([^']+)'", page.html).group(1))
    assert [words for _, _, words in spots][:1] == ["23 Oct 2026: 60. Change since start 0"]
    assert all(0 < at < 1 and 0 < phone_at < 1 for at, phone_at, _ in spots)
    assert "Oct 2026: Memories and flashbacks 7, " in page.html
    assert "Nov 2026: no check-in" in page.html
    own = browser(world.a.patient).get_page("/me/progress")
    assert "data-spots" in own.html
    assert "data-zoom" not in own.html


@pytest.mark.parametrize("name", ["daily_course", "effects_after", "form_gad_7_course", "x_course"])
def test_a_part_that_there_is_none_of_is_not_found(browser, world, course_id, name):
    path = f"/courses/{course_id}/charts/{name}/{'0' * 64}.svg"
    assert browser(world.a.clinician).get(path).status_code == 404


def test_the_scores_stand_directly_under_the_verdict(browser, world, course_id):
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}/progress")
    order = [page.html.index(f'id="{name}-h"') for name in ("symptoms", "scales", "relapse")]
    assert order == sorted(order)
    assert page.html.count('id="symptoms-h"') == 1
    relapse = page.text[page.text.index("Relapse and boosters") :]
    assert "Not told, because PCL-5 and PHQ-9 were not measured: PCL-5 back at 33" in relapse
    assert "Not measured" not in relapse[: relapse.index("Not told")]
