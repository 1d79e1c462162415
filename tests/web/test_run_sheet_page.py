"""What stands on a run sheet in which order, in how many statements, and what may wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.make.infusions import (
    course_of_today,
    make_checked_sheet,
    make_end,
    make_infusion,
    make_move,
    make_ready,
    make_sheet,
    make_vital_signs,
    planned_id,
    start_of,
)
from tests.make.patients import NOW
from tests.statements import count_statements
from tracker.actions import infusions, sheet_notes
from tracker.domain.run_sheet_stages import Move
from tracker.models.run_sheets import RunSheetMoveRow, SheetCheckRow

ENDED = NOW + timedelta(minutes=40)


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def planned(db, world):
    return planned_id(db, course_of_today(db, world.a.clinician, world.a.patient_id))


def fill_up(db, who, sheet_id, now):
    for minutes in range(1, 8):
        at = now - timedelta(minutes=minutes)
        make_vital_signs(db, who, sheet_id, now=now, measured_at=at)
        sheet_notes.record_note(
            db, who, sheet_id, f"Note {minutes}", noted_at=at, submission=None, now=now
        )


@pytest.mark.parametrize("stage", ["arrived", "running", "recovery", "ready"])
def test_the_page_takes_the_same_statements_however_much_was_logged(
    app, nurse, db, world, clock, planned, stage
):
    who = world.a.clinician
    if stage == "arrived":
        sheet_id = make_sheet(db, who, planned)
    else:
        sheet_id = make_infusion(db, who, planned)
    if stage in {"recovery", "ready"}:
        make_end(db, who, sheet_id, now=ENDED)
    if stage == "ready":
        make_ready(db, who, sheet_id, at=ENDED)
    clock.set(ENDED + timedelta(minutes=10))
    make_vital_signs(db, who, sheet_id, now=clock())
    nurse.get(f"/infusions/{sheet_id}")
    few = count_statements(app, lambda: nurse.get(f"/infusions/{sheet_id}"))
    fill_up(db, who, sheet_id, clock())
    assert count_statements(app, lambda: nurse.get(f"/infusions/{sheet_id}")) == few <= 25


def places(page, *ids):
    return [page.html.index(f'id="{each}"') for each in ids]


def test_before_the_start_the_list_comes_first_and_the_step_after_it(nurse, db, world, planned):
    sheet_id = make_sheet(db, world.a.clinician, planned)
    page = nurse.get_page(f"/infusions/{sheet_id}")
    found = places(page, "before-checks", "vital-signs", "moves-h", "picture-h", "log")
    assert found == sorted(found)
    assert f'href="/infusions/{sheet_id}#vital-signs">Enter them</a>' in page.html


def test_after_the_end_leaving_comes_before_the_log_and_the_first_checks_are_folded(
    nurse, db, world, planned, clock
):
    sheet_id = make_infusion(db, world.a.clinician, planned)
    make_end(db, world.a.clinician, sheet_id, now=ENDED)
    clock.set(ENDED)
    page = nurse.get_page(f"/infusions/{sheet_id}")
    found = places(
        page, "vital-signs", "discharge-checks", "moves-h", "picture-h", "log", "before-checks"
    )
    assert found == sorted(found)
    folded = page.html[page.html.index('id="before-checks"') :]
    assert "<details>" in folded[: folded.index("Identity confirmed")]


def test_an_answer_takes_one_line_and_opens_when_something_is_wrong_with_it(
    nurse, db, world, planned
):
    path = f"/infusions/{make_sheet(db, world.a.clinician, planned)}"
    nurse.submit(path, {"result_0": "done", "words_0": "Wristband"}, containing="words_0")
    summary = nurse.get_page(path).html.split("<summary>")[1].split("</summary>")[0]
    assert "Identity confirmed" in summary
    assert "Wristband. Clinician A, 10:00" in summary
    wrong = {"result_0": "overridden", "words_0": ""}
    answer = nurse.submit(path, wrong, containing="words_0")
    assert answer.status_code == 422
    assert "<details open>" in answer.text


def test_steps_and_checks_that_waited_keep_the_time_at_which_they_were_taken(
    nurse, db, world, planned, clock
):
    path = f"/infusions/{make_infusion(db, world.a.clinician, planned)}"
    page = nurse.get_page(path)
    (form,) = (each for each in page.forms if each["action"].endswith("/moves/pause"))
    assert f'action="{form["action"]}" class="narrow" novalidate data-outbox' in page.html
    clock.forward(minutes=9)
    waited = {"reason": "Nausea", "taken_at": "2026-11-23T15:04:30.000Z"}
    assert nurse.client_post(form["action"], form["fields"] | waited).status_code == 303
    db.rollback()
    paused = db.scalars(select(RunSheetMoveRow).where(RunSheetMoveRow.move == "pause")).one()
    assert paused.occurred_at == NOW + timedelta(minutes=4, seconds=30)
    assert paused.recorded_at == clock()


def test_checks_that_waited_keep_their_time(nurse, db, world, planned, clock):
    path = f"/infusions/{make_sheet(db, world.a.clinician, planned)}"
    clock.forward(minutes=9)
    waited = {"result_0": "done", "words_0": "Wristband", "taken_at": "2026-11-23T15:04:30.000Z"}
    assert nurse.submit(path, waited, containing="words_0").status_code == 303
    db.rollback()
    (row,) = db.scalars(select(SheetCheckRow)).all()
    assert row.occurred_at == NOW + timedelta(minutes=4, seconds=30)


def test_before_the_start_no_chart_counts_minutes_since_it(nurse, db, world, planned):
    who = world.a.clinician
    sheet_id = make_checked_sheet(db, who, planned)
    make_vital_signs(db, who, sheet_id, now=NOW)
    path = f"/infusions/{sheet_id}"
    page = nurse.get_page(path)
    assert "The chart begins with the infusion." in page.text
    assert "<figure" not in page.html
    assert "128/80" in page.text
    for name in ("vital-signs.svg", "vital-signs-phone.svg"):
        assert nurse.get(f"{path}/{name}").status_code == 404
    infusions.start_infusion(db, who, sheet_id, start_of(), submission=None, now=NOW)
    started = nurse.get_page(path)
    assert "<figure" in started.html
    assert "The chart begins" not in started.text
    assert nurse.get(f"{path}/vital-signs.svg").status_code == 200


def test_a_sheet_that_never_started_says_that_it_has_no_chart(nurse, db, world, planned):
    sheet_id = make_sheet(db, world.a.clinician, planned)
    make_vital_signs(db, world.a.clinician, sheet_id, now=NOW)
    make_move(db, world.a.clinician, sheet_id, Move.CANCEL, at=NOW, now=NOW, reason="Fever")
    page = nurse.get_page(f"/infusions/{sheet_id}")
    assert "There is no chart: the infusion was not started." in page.text
