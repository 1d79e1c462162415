"""The clinic's outcomes as people open them: who may, what is hidden, what is written down."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from sqlalchemy import text

from tests.make.cohort import PCL5, make_cohort_course
from tests.make.sessions import plain_rows
from tracker.domain import instruments
from tracker.domain.cohort.judging import Measured
from tracker.domain.cohort.report import CohortReport
from tracker.domain.courses import CourseState
from tracker.web.outcomes import views
from tracker.web.outcomes.pages import outcomes_page
from tracker.web.outcomes.series import all_series, sorted_changes

FREE_TEXT = "=HYPERLINK(1) Moved to Elm Street"


@pytest.fixture
def many(monkeypatch):
    """Twelve courses as numbers; the query has tests of its own."""
    courses = [make_cohort_course(60, end) for end in (10, 20, 25, 30, 50, 55, 58, 78)]
    courses += [make_cohort_course(60, None)] * 2
    courses += [make_cohort_course(30, 20, therapy_held=0, state=CourseState.STOPPED, given=4)]
    courses += [
        make_cohort_course(30, None, state=CourseState.STOPPED, given=2, end_reason=FREE_TEXT)
    ] * 5
    monkeypatch.setattr(views, "read_cohort", lambda *_args, **_more: tuple(courses))
    return courses


def events_of(db):
    found = db.execute(text("SELECT event FROM audit_events ORDER BY seq")).scalars().all()
    db.rollback()
    return found


def test_worsening_stands_beside_improvement_and_the_missing_are_said(browser, world, many):
    page = browser(world.a.clinician).get_page("/outcomes")
    for words in (
        "16 courses started",
        "Improved",
        "Worse",
        "No score at the end",
        "Clearly worse",
        "group too small to show",
        "No comparison group",
        "Days from the last infusion until relapse",
        "Infusions with a serious event",
        "due for the outcomes (before infusion 1, at the end, 30 days and 90 days after)",
        "95 % interval (boosters)",
        "fewer than 5 are still at risk. Boosters are included.",
        "chose (Half of the gain lost or more, in two weekly scores in a row). Counted are",
        "had improved by then, by the rule of change above; the others had nothing to lose.",
    ):
        assert words in page.text, words


def test_every_picture_of_the_page_can_be_had_and_names_nobody(browser, world, many):
    clinician = browser(world.a.clinician)
    page = clinician.get_page("/outcomes")
    found = re.findall(r'(?:src|srcset)="(/outcomes[^"]+)"', page.html)
    assert len(found) >= 6
    for src in found:
        answer = clinician.get(src.replace("&amp;", "&"))
        assert answer.status_code == 200, src
        assert answer.mimetype == "image/svg+xml"
        assert "Sample" not in answer.text
    stale = re.sub(r"/[0-9a-f]{64}\.svg", f"/{'0' * 64}.svg", found[0]).replace("&amp;", "&")
    assert clinician.get(stale).status_code == 302


def test_the_address_keeps_what_was_chosen(browser, world, many):
    page = browser(world.a.therapist).get_page("/outcomes?severity=worse_half&compare=therapy")
    assert "10 courses started" in page.text
    assert re.search(r'<option selected value="worse_half"', page.html)


def test_a_filter_that_singles_somebody_out_shows_nothing(browser, world, many):
    page = browser(world.a.clinician).get_page("/outcomes?year=2026&protocol=Standard")
    assert "16 courses started" in page.text
    answer = browser(world.a.clinician).get("/outcomes?therapy=fewer")
    assert answer.status_code == 422
    assert "Groups that are too small to be shown are not in it" in answer.text
    assert "courses started" not in answer.text


@pytest.mark.parametrize("query", ["scale=nonsense", "year=1e9", "compare=%00", "severity=x"])
def test_a_bad_filter_says_what_to_do(browser, world, many, query):
    answer = browser(world.a.clinician).get(f"/outcomes?{query}")
    assert answer.status_code == 422
    assert "from the list" in answer.text or "Choose" in answer.text


def test_a_young_clinic_reads_why_there_is_nothing(browser, world):
    page = browser(world.a.clinician).get_page("/outcomes")
    assert "Fewer than 5 courses have started." in page.text
    assert browser(world.a.clinician).get("/outcomes.csv").status_code == 303


def test_the_download_is_safe_and_written_down(browser, db, world, many):
    answer = browser(world.a.clinician).get("/outcomes.csv?scale=weekly")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Clearly worse" in answer.text
    assert all(not line.startswith(("=", "+", "-", "@")) for line in answer.text.splitlines())
    left = plain_rows(db, "SELECT detail FROM audit_events WHERE event = 'outcomes downloaded'")
    assert [json.loads(each.detail) for each in left] == [
        {
            "page": "outcomes.download",
            "rows": len(answer.data.splitlines()),
            "sha256": hashlib.sha256(answer.data).hexdigest(),
        }
    ]
    db.rollback()


def test_a_look_at_the_outcomes_is_no_download(browser, db, world):
    """Neither is asking for a file where there is none to give."""
    for path in ("/outcomes", "/outcomes.csv"):
        browser(world.a.clinician).get(path)
    seen = [each for each in events_of(db) if each.startswith("outcomes")]
    assert seen == ["outcomes seen", "outcomes seen"]


@pytest.mark.parametrize("who", ["patient", "administrator"])
@pytest.mark.parametrize(
    "path", ["/outcomes", "/outcomes.csv", f"/outcomes/charts/months/{'0' * 64}.svg"]
)
def test_patients_and_administrators_are_refused(browser, world, who, path):
    assert browser(getattr(world.a, who)).get(path).status_code == 403


@pytest.mark.parametrize("scale", ["pcl-5", "phq-9", "gad-7", "who-5"])
def test_published_scales_can_be_chosen(browser, world, many, scale):
    page = browser(world.a.clinician).get_page(f"/outcomes?scale={scale}")
    assert ("What studies reported" in page.text) == (scale != "who-5")
    said = "The largest randomised trial (Abdallah et al. 2022, n 158) found no difference"
    assert (said in page.text) == (scale == "pcl-5")
    assert "Not what any patient is to expect" in page.text or scale == "who-5"


@pytest.mark.parametrize(
    ("key", "names_the_trial", "has_lines"),
    [("pcl-5", True, True), ("phq-9", False, True), ("gad-7", False, False)],
)
def test_what_lines_do_not_show_is_said_where_there_are_lines(key, names_the_trial, has_lines):
    form = instruments.get(key)
    measured = Measured(instrument=form, scale=form.scale(form.total))

    def lead(count):
        courses = [make_cohort_course(18, 9)] * count
        report = CohortReport(courses=courses, measured=measured, smallest=5)
        series = all_series(report)
        page = outcomes_page(report, series, lambda *_: "", download_href="")
        (words,) = (each.lead for each in page.sections if each.id == "change")
        return words, "changes" in series and bool(series["changes"].references)

    for words, is_drawn in (lead(5), lead(4)):
        assert ("show change, not what ketamine did" in words) == is_drawn
        assert ("Abdallah et al. 2022" in words) == names_the_trial
    assert (lead(5)[1], lead(4)[1]) == (has_lines, False)


def test_the_lines_say_how_the_studies_were_done():
    courses = [make_cohort_course(58, 41)] * 5
    report = CohortReport(courses=courses, measured=PCL5, smallest=5)
    assert [words for words, _ in sorted_changes(report).references] == [
        "Albott et al. 2018, n 15, open: mean -33.3",
        "Ross et al. 2019, n 30, open: mean -24.9",
    ]


def test_no_share_of_fewer_than_the_smallest_group_is_on_the_page_or_in_the_file(
    browser, world, monkeypatch
):
    """Of nine courses one is over: its score at the end is nobody's business here."""
    running = {"state": CourseState.ACTIVE, "given": 3, "therapy_due": 0, "therapy_held": 0}
    courses = [make_cohort_course(60, None, **running)] * 8 + [make_cohort_course(60, 20, gaps=5)]
    monkeypatch.setattr(views, "read_cohort", lambda *_args, **_more: tuple(courses))
    clinician = browser(world.a.clinician)
    page = clinician.get_page("/outcomes").text
    rows = clinician.get("/outcomes.csv").text
    for shown in (page, rows):
        assert not re.search(r"\bof [1-4] \(", shown)
        assert not re.search(r"\bof [1-4] whose", shown)
    assert "Fewer than 5 courses are over." in page
    for row in ("Score at the end", "Score 90 days after", "Infusions of courses that are over"):
        assert f"{row},group too small to show" in rows
    assert "Therapy sessions that were due,group too small" in rows
    assert "Every share, mean and curve is of 5 courses or more" in page
