"""Pages of a record that holds scores from before: nothing breaks, nothing is raised."""

from __future__ import annotations

import pytest

from tests.make.courses import make_course
from tests.make.patients import NOW
from tests.make.wordings import load_wording
from tracker.actions.score_imports import import_scores
from tracker.interop.score_lists import read_score_list

ANSWERS = ",".join(["1"] * 26)
LIST = "\n".join(
    [
        "record_number,instrument,date,total," + ",".join(f"q{n}" for n in range(1, 27)),
        "A-1001,gad-7,2026-11-16,9" + "," * 26,
        "A-1001,phq-9,2026-11-16,,1,1,1,1,1,1,1,1,2" + "," * 17,
        f"A-1001,weekly,2026-11-17,,{ANSWERS}",
    ]
)


@pytest.fixture
def course(db, world):
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    load_wording(db, world.a.administrator, "gad-7", now=NOW)
    import_scores(
        db,
        world.a.clinician,
        read_score_list(LIST.encode()),
        file_name="old.csv",
        content_hash=b"x" * 32,
        now=NOW,
    )
    db.rollback()
    return course_id


@pytest.mark.parametrize("path", ["", "/progress", "/report", "/check-ins", "/plan"])
def test_every_page_of_the_course_opens(browser, world, course, path):
    assert browser(world.a.clinician).get_page(f"/courses/{course}{path}")


def test_the_board_and_the_alerts_open_and_no_alert_is_there(browser, world, course):
    staff = browser(world.a.clinician)
    assert staff.get_page("/board")
    assert "A-1001" not in staff.get_page("/alerts").text


@pytest.mark.parametrize(
    "path", ["/me", "/me/progress", "/me/check-ins/sent", "/me/check-in/daily"]
)
def test_every_page_of_the_patient_opens(browser, world, course, path):
    assert browser(world.a.patient).get_page(path)
