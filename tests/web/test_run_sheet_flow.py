"""A run sheet from the patient's arrival to leaving, as a nurse walks it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.browsing import Page
from tests.make.infusions import (
    course_of_today,
    make_checked_sheet,
    make_checks,
    make_end,
    make_infusion,
    make_ready,
    make_sheet,
    make_vital_signs,
    planned_id,
)
from tests.make.medicines import make_medicine
from tests.make.patients import NOW
from tracker.domain.sheet_log import CheckPhase
from tracker.models.clinics import ProtocolRow
from tracker.models.run_sheets import (
    RecoveryScoreRow,
    RunSheetMoveRow,
    RunSheetRow,
    SheetCheckRow,
)


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def planned(db, world):
    return planned_id(db, course_of_today(db, world.a.clinician, world.a.patient_id))


@pytest.fixture
def arrived(db, world, planned):
    return f"/infusions/{make_sheet(db, world.a.clinician, planned)}"


@pytest.fixture
def running(db, world, planned):
    return f"/infusions/{make_infusion(db, world.a.clinician, planned)}"


@pytest.fixture
def in_recovery(db, world, planned, clock):
    infusion_id = make_infusion(db, world.a.clinician, planned)
    clock.forward(minutes=40)
    make_end(db, world.a.clinician, infusion_id, now=clock())
    return f"/infusions/{infusion_id}"


def rows(db, row):
    db.rollback()
    return db.scalars(select(row)).all()


def stage(db):
    (sheet,) = rows(db, RunSheetRow)
    return sheet.stage


def step(nurse, path, name, **typed):
    """Press the button of a step as the sheet offers it."""
    page = nurse.get_page(path)
    form = next(each for each in page.forms if each["action"].endswith(f"/moves/{name}"))
    return nurse.client_post(form["action"], form["fields"] | typed)


def test_an_arrival_opens_the_sheet_once(nurse, db, planned):
    path = f"/planned-infusions/{planned}/arrive"
    done = nurse.submit(path, {"moved_time": "09:55"})
    (sheet,) = rows(db, RunSheetRow)
    assert done.headers["Location"] == f"/infusions/{sheet.id}"
    assert nurse.get(path).headers["Location"] == f"/infusions/{sheet.id}"
    assert "at 09:55" in nurse.get_page(f"/infusions/{sheet.id}").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"moved_time": "10:06"}, "cannot be in the future"),
        ({"moved_time": "25:00"}, "Enter a time such as 14:05."),
        ({"moved_day": "2026-02-30"}, "does not exist"),
        ({"moved_day": "2026-11-22"}, "Enter the time too."),
        ({"moved_time": "09:00", "moved_day": "2026-11-20"}, "hours ago. It is meant."),
    ],
)
def test_an_arrival_that_cannot_be_comes_back(nurse, db, planned, typed, words):
    answer = nurse.submit(f"/planned-infusions/{planned}/arrive", {"moved_time": ""} | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert all(f'value="{each}"' in answer.text for each in typed.values())
    assert rows(db, RunSheetRow) == []


def test_checks_are_answered_bit_by_bit_and_what_is_open_is_named(nurse, db, arrived):
    saved = nurse.submit(
        arrived, {"result_0": "done", "words_0": "Name and birthday"}, containing="words_0"
    )
    assert saved.status_code == 303, saved.text
    (check,) = rows(db, SheetCheckRow)
    assert (check.item_key, check.result, check.note) == ("identity", "done", "Name and birthday")
    page = nurse.get_page(arrived)
    assert "13 of 14 are open." in page.text
    assert "Name and birthday. Clinician A, 10:00" in page.text
    refused = step(nurse, arrived, "finish_checks")
    assert refused.status_code == 422
    assert "Still open: Allergies read out and confirmed;" in refused.text
    assert stage(db) == "arrived"


def test_a_changed_answer_asks_why_and_stays_readable(nurse, db, arrived):
    nurse.submit(arrived, {"result_0": "done", "words_0": "Name"}, containing="words_0")
    changed = {"result_0": "done", "words_0": "Name and birthday"}
    refused = nurse.submit(arrived, changed, containing="words_0")
    assert refused.status_code == 422
    assert "Say why an answer is changed." in refused.text
    assert 'value="Name and birthday"' in refused.text
    assert (
        nurse.submit(
            arrived, changed | {"correction_reason": "Slip"}, containing="words_0"
        ).status_code
        == 303
    )
    assert "<s>Done. Name. Clinician A, 10:00</s>" in nurse.get_page(arrived).html


def test_two_who_answer_one_item_differently_see_both(nurse, browser, world, db, arrived):
    fields = nurse.get_page(arrived).form("words_0")["fields"]
    path = f"{arrived}/checks"
    other = browser(world.a.clinician)
    other.submit(arrived, {"result_0": "done", "words_0": "Passport"}, containing="words_0")
    late = nurse.client_post(path, fields | {"result_0": "overridden", "words_0": "Known to us"})
    assert late.status_code == 409
    assert "Done: Passport" in late.text
    assert "Overridden: Known to us" in late.text
    same = nurse.client_post(path, fields | {"result_0": "done", "words_0": "Passport"})
    assert same.status_code in {303, 409}
    assert len(rows(db, SheetCheckRow)) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"result_0": "overridden"}, "is overridden."),
        ({"result_0": "not_applicable"}, "Choose one of the answers."),
        ({"result_0": "<b>"}, "Choose one of the answers."),
        ({"result_0": "done", "words_0": "x" * 201}, "Shorten this to 200 characters"),
    ],
)
def test_an_answer_that_does_not_fit_comes_back(nurse, db, arrived, typed, words):
    answer = nurse.submit(arrived, typed, containing="words_0")
    assert answer.status_code == 422
    assert words in answer.text
    assert rows(db, SheetCheckRow) == []


def test_a_set_before_the_start_answers_its_check(nurse, db, world, arrived):
    make_checks(
        db,
        world.a.clinician,
        rows(db, RunSheetRow)[0].id,
        CheckPhase.BEFORE,
        now=NOW,
        besides=frozenset({"baseline_vital_signs"}),
    )
    assert step(nurse, arrived, "finish_checks").status_code == 422
    nurse.submit(arrived, {"heart_rate_bpm": "70"})
    assert step(nurse, arrived, "finish_checks").status_code == 303
    assert stage(db) == "checked"
    assert f'href="{arrived}/start"' in nurse.get_page(arrived).html


def test_a_pause_needs_its_reason_and_is_counted_apart(nurse, db, clock, running):
    clock.forward(minutes=22)
    refused = step(nurse, running, "pause", moved_time="10:20")
    assert refused.status_code == 422
    assert "Say why." in refused.text
    assert 'value="10:20"' in refused.text
    assert step(nurse, running, "pause", reason="Nausea").status_code == 303
    clock.forward(minutes=4)
    assert step(nurse, running, "resume").status_code == 303
    page = nurse.get_page(running)
    assert "22 min" in page.text
    assert "4 min paused" in page.text
    assert "Paused 10:22" in page.text


def test_a_step_from_an_old_page_is_shown_with_what_happened_meanwhile(nurse, running):
    page = nurse.get_page(running)
    form = next(each for each in page.forms if each["action"].endswith("/moves/pause"))
    assert step(nurse, running, "pause", reason="Nausea").status_code == 303
    late = nurse.client_post(form["action"], form["fields"] | {"reason": "Panic"})
    assert late.status_code == 409
    assert "the sheet says: paused" in late.text


def test_an_unknown_step_is_not_found(nurse, running):
    assert nurse.post(f"{running}/moves/start", {}).status_code == 404
    assert nurse.post(f"{running}/moves/nothing", {}).status_code == 404


def test_a_corrected_time_stays_readable_struck_through(nurse, db, clock, running):
    clock.forward(minutes=30)
    started = next(each for each in rows(db, RunSheetMoveRow) if each.move == "start")
    path = f"/run-sheet-moves/{started.id}/correct"
    refused = nurse.submit(path, {"moved_time": "10:10", "correction_reason": ""})
    assert refused.status_code == 422
    done = nurse.submit(path, {"moved_time": "10:10", "correction_reason": "Clock was slow"})
    assert done.headers["Location"] == running
    html = nurse.get_page(running).html
    assert "<s>10:00, Clinician A</s>" in html
    assert "Corrected: Clock was slow" in html
    assert "20 min" in html


def test_the_sheet_is_cancelled_before_the_start_with_its_reason(nurse, db, arrived):
    assert step(nurse, arrived, "cancel", reason="Fever").status_code == 303
    assert stage(db) == "cancelled"
    assert "Cancelled before the start" in nurse.get_page(arrived).text


def test_nobody_is_ready_to_leave_while_something_is_open(nurse, db, in_recovery):
    refused = step(nurse, in_recovery, "be_ready")
    assert refused.status_code == 422
    assert "Recovery score of at least 9" in refused.text
    assert "Escort is here" in refused.text
    assert stage(db) == "recovery"


def test_recovery_is_scored_and_corrected(browser, db, world, clock, in_recovery):
    clock.forward(minutes=80)
    nurse = browser(world.a.clinician)
    path = f"{in_recovery}/recovery-scores/new"
    missing = nurse.submit(
        path, {f"item_{each}": "2" for each in range(1, 5)}, containing="scored_time"
    )
    assert missing.status_code == 422
    assert "Choose one of the three." in missing.text
    done = nurse.submit(
        path, {f"item_{each}": "2" for each in range(1, 6)}, containing="scored_time"
    )
    assert done.status_code == 303
    (row,) = rows(db, RecoveryScoreRow)
    assert "Latest score 10 of 10" in nurse.get_page(in_recovery).text
    fixed = nurse.submit(
        f"/recovery-scores/{row.id}/correct", {"item_1": "0", "correction_reason": "Slip"}
    )
    assert fixed.status_code == 303
    page = nurse.get_page(in_recovery).text
    assert "Latest score 8 of 10" in page
    assert "Correction: Slip" in page


def test_the_patient_leaves_with_somebody(browser, db, world, clock, in_recovery):
    clock.forward(minutes=90)
    nurse = browser(world.a.clinician)
    make_ready(db, world.a.clinician, rows(db, RunSheetRow)[0].id, at=clock())
    refused = step(nurse, in_recovery, "leave", left_with="")
    assert refused.status_code == 422
    assert "Say with whom the patient left" in refused.text
    assert step(nurse, in_recovery, "leave", left_with="Her brother Jo").status_code == 303
    page = nurse.get_page(in_recovery).text
    assert "With Her brother Jo" in page
    assert stage(db) == "left"


def test_a_therapist_sees_the_steps_and_takes_none(browser, world, arrived):
    page = browser(world.a.therapist).get_page(arrived)
    assert "/moves/" not in page.html
    assert "result_0" not in page.html


def test_markup_in_a_reason_stays_text(nurse, running):
    assert step(nurse, running, "pause", reason="<b>x</b>").status_code == 303
    assert "&lt;b&gt;x&lt;/b&gt;" in nurse.get_page(running).html


def test_every_stage_has_a_page(nurse, db, world, planned, clock):
    sheet_id = make_checked_sheet(db, world.a.clinician, planned)
    make_vital_signs(db, world.a.clinician, sheet_id, now=NOW)
    clock.forward(minutes=1)
    answer = nurse.get(f"/infusions/{sheet_id}")
    assert answer.status_code == 200
    assert "Checks done" in Page(answer.text).text
    assert clock() - NOW == timedelta(minutes=1)


def test_the_check_of_medicines_shows_what_is_taken_until_the_start(
    nurse, db, world, arrived, clock
):
    assert "No medicines are recorded." in nurse.get_page(arrived).text
    make_medicine(db, world.a, "50 mg", on=date(2026, 1, 5), now=clock())
    make_medicine(db, world.a, "100 mg", on=date(2026, 11, 2), now=clock())
    href = f"/patients/{world.a.patient_id}/medicines"
    for path in (arrived, f"{arrived}/checks"):
        page = nurse.get_page(path)
        assert "Takes now, as recorded: Sertraline, 100 mg, since 2 Nov 2026" in page.text
        assert f'href="{href}"' in page.html


def test_a_running_sheet_leads_to_the_medicines_and_lists_none(nurse, db, world, running, clock):
    make_medicine(db, world.a, "50 mg", on=date(2026, 1, 5), now=clock())
    page = nurse.get_page(running)
    assert "Takes now" not in page.text
    assert f'href="/patients/{world.a.patient_id}/medicines"' in page.html


def test_what_is_taken_stands_above_a_list_that_does_not_ask_about_it(
    nurse, db, world, arrived, clock
):
    make_medicine(db, world.a, "50 mg", on=date(2026, 1, 5), now=clock())
    protocol = db.scalars(select(ProtocolRow).where(ProtocolRow.clinic_id == world.a.clinic.id))
    for each in protocol.all():
        each.definition = each.definition | {"checks_before": [{"key": "own", "words": "Ready"}]}
    db.commit()
    page = nurse.get_page(arrived).text
    assert page.index("Sertraline, 50 mg") < page.index("Ready")
