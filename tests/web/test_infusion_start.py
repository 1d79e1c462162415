"""Starting an infusion from its run sheet: the working, the questions, the start."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.browsing import Page
from tests.make.drug_ledger import make_draw, make_vial
from tests.make.infusions import (
    course_of_today,
    make_checked_sheet,
    make_checks,
    make_move,
    make_sheet,
    planned_id,
)
from tests.make.patients import NOW
from tests.make.progress import make_better_course
from tracker.actions.course_reviews import review_course
from tracker.actions.sheet_checks import GivenAnswer, answer_checks
from tracker.domain.checklist import CheckAnswer
from tracker.domain.course_review import Review
from tracker.domain.errors import Refused
from tracker.domain.run_sheet_stages import Move
from tracker.domain.sheet_log import CheckPhase, CheckResult
from tracker.domain.treatment_decisions import ReviewDecision
from tracker.models.infusions import GivenInfusionRow

DOSE = {"weight_kg": "82.4", "dose_mg_per_kg": "0.5", "planned_minutes": "40"}


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def planned(db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    return planned_id(db, course_id)


@pytest.fixture
def start_path(db, world, planned):
    return f"/infusions/{make_checked_sheet(db, world.a.clinician, planned)}/start"


def rows(db):
    db.rollback()
    return db.scalars(select(GivenInfusionRow)).all()


def how_many(db):
    db.rollback()
    return db.scalar(select(func.count()).select_from(GivenInfusionRow))


def again(nurse, answer, path, **changes):
    """Send the form of an answer again, as a person would after looking at it."""
    form = Page(answer.text).form("weight_kg")
    return nurse.client_post(form["action"] or path, form["fields"] | changes)


def test_every_step_of_the_working_is_shown_before_the_infusion_starts(nurse, db, start_path):
    vial = {"vial_mg_per_ml": "50", "bag_ml": "100"}
    answer = nurse.submit(start_path, DOSE | vial | {"step": "calculate"})
    assert answer.status_code == 200
    for words in (
        "82.4 kg × 0.5 mg/kg = 41.2 mg",
        "41.2 mg over 40 min = 1.03 mg per minute",
        "41.2 mg ÷ 50 mg/mL = 0.82 mL (rounded) to draw up",
        "Diluted to 100 mL in all",
        "100 mL ÷ 40 min × 60 = 150 mL/h",
    ):
        assert words in answer.text
    assert how_many(db) == 0
    started = again(nurse, answer, start_path, step="start")
    assert started.status_code == 303
    (row,) = rows(db)
    assert (row.ordered_mg, row.vial_mg_per_ml, row.total_ml) == (
        Decimal("41.2"),
        Decimal(50),
        Decimal(100),
    )
    assert (row.weight_basis, row.dosing_weight_kg) == ("actual", Decimal("82.4"))


def test_the_ideal_weight_is_worked_out_from_the_height_and_stored(nurse, db, start_path):
    ideal = {"weight_basis": "ideal", "height_cm": "170", "ideal_weight_for": "woman"}
    answer = nurse.submit(start_path, DOSE | ideal | {"step": "calculate"})
    assert "45.5 kg + 0.9055 kg/cm × (170 cm − 152.4 cm) = 61.4368 kg" in answer.text
    assert "= 30.7184 mg, rounded to 30.7 mg" in answer.text
    assert again(nurse, answer, start_path, step="start").status_code == 303
    (row,) = rows(db)
    assert (row.weight_basis, row.weight_kg, row.dosing_weight_kg, row.ordered_mg) == (
        "ideal",
        Decimal("82.4"),
        Decimal("61.44"),
        Decimal("30.7"),
    )
    assert (row.height_cm, row.ideal_weight_for) == (170, "woman")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weight_basis": "ideal"}, "Enter the height, from 100 to 250 cm"),
        ({"weight_basis": "ideal", "height_cm": "170"}, "Choose by which formula"),
        ({"weight_basis": "ideal", "height_cm": "90"}, "from 100 to 250 cm"),
        ({"weight_basis": "capped"}, "This protocol has no weight cap"),
        ({"weight_basis": "guessed"}, "Choose what the dose is computed from."),
        ({"vial_mg_per_ml": "0"}, "from 1 to 1000 mg/mL"),
        ({"vial_mg_per_ml": "ten"}, "from 1 to 1000 mg/mL"),
        ({"vial_mg_per_ml": "10", "bag_ml": "3"}, "The drug alone is 4.12 mL"),
        ({"vial_mg_per_ml": "1000", "bag_ml": ""}, "0.04 mL cannot be infused"),
        ({"weight_kg": ""}, "Enter a number from 20 to 400 kg."),
        ({"weight_kg": "sNaN"}, "Enter a number from 20 to 400 kg."),
        ({"weight_kg": "82,45x"}, "Enter a number from 20 to 400 kg."),
        ({"weight_kg": "8"}, "Enter a number from 20 to 400 kg."),
        ({"dose_mg_per_kg": "2.5"}, "no dose above 2 mg/kg"),
        ({"dose_mg_per_kg": "1.2"}, "asks for a reason"),
        ({"planned_minutes": "9999"}, "from 1 to 600"),
        ({"started_time": "23:59"}, "cannot be in the future"),
        ({"started_time": "25:61"}, "Enter a time such as 14:05."),
        ({"started_day": "2026-02-30"}, "does not exist"),
        ({"dose_reason": "x" * 201}, "Shorten this to 200 characters"),
        ({"systolic_mmhg": "120"}, "Enter the diastolic pressure too."),
        ({"rass": "guessed"}, "Choose"),
        ({"systolic_mmhg": "1200"}, "from 30 to 300"),
    ],
)
def test_what_cannot_be_comes_back_with_what_was_typed(nurse, db, start_path, changes, words):
    answer = nurse.submit(start_path, DOSE | {"step": "calculate"} | changes)
    assert answer.status_code == 422
    assert words in answer.text
    fields = Page(answer.text).form("weight_kg")["fields"]
    for name, typed in changes.items():
        if typed != "guessed":
            assert fields[name] == [typed]
    assert how_many(db) == 0


def test_a_working_that_nobody_has_seen_does_not_start(nurse, db, start_path):
    assert nurse.submit(start_path, DOSE | {"step": "start"}).status_code == 200
    shown = nurse.submit(start_path, DOSE | {"vial_mg_per_ml": "50", "step": "calculate"})
    changed = again(nurse, shown, start_path, step="start", vial_mg_per_ml="10")
    assert changed.status_code == 200
    assert "The infusion was not started" in changed.text
    assert "41.2 mg ÷ 10 mg/mL = 4.12 mL" in changed.text
    assert how_many(db) == 0
    assert again(nurse, changed, start_path, step="start").status_code == 303


def test_undiluted_100_mg_per_ml_is_asked_about_and_then_started(nurse, db, start_path):
    answer = nurse.submit(start_path, DOSE | {"vial_mg_per_ml": "100", "step": "calculate"})
    assert "must be diluted before it is given into a vein" in answer.text
    assert again(nurse, answer, start_path, step="start").status_code == 422
    assert how_many(db) == 0
    key = "undiluted 100"
    assert again(nurse, answer, start_path, step="start", confirmed=key).status_code == 303


def test_a_dose_above_the_usual_range_is_asked_about(nurse, db, start_path):
    answer = nurse.submit(start_path, DOSE | {"dose_mg_per_kg": "0.8", "step": "calculate"})
    assert "0.8 mg/kg is above the usual range of 0.1 to 0.75 mg/kg" in answer.text
    assert again(nurse, answer, start_path, step="start").status_code == 422
    assert how_many(db) == 0


def test_the_same_form_twice_starts_one_infusion(nurse, db, start_path):
    shown = nurse.submit(start_path, DOSE | {"step": "calculate"})
    first = again(nurse, shown, start_path, step="start")
    second = again(nurse, shown, start_path, step="start")
    assert first.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert how_many(db) == 1


def test_the_start_leads_to_the_sheet_unless_its_checks_are_done(nurse, db, world, planned):
    sheet_id = make_sheet(db, world.a.clinician, planned)
    answer = nurse.get(f"/infusions/{sheet_id}/start")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/infusions/{sheet_id}"


def test_markup_in_a_reason_stays_text(nurse, start_path):
    high = DOSE | {"dose_mg_per_kg": "1.2", "dose_reason": "<b>why</b>\x00"}
    answer = nurse.submit(start_path, high | {"step": "calculate"})
    assert "&lt;b&gt;why&lt;/b&gt;" in answer.text
    assert "<b>why" not in answer.text


def test_the_protocols_dose_is_filled_in_and_named_while_nothing_else_was_agreed(nurse, start_path):
    page = nurse.get_page(start_path)
    assert page.form("weight_kg")["fields"]["dose_mg_per_kg"] == ["0.5"]
    assert "Filled in: 0.5 mg/kg, as the protocol says." in page.text


def test_the_dose_that_a_review_agreed_on_is_filled_in_and_says_where_it_is_from(
    nurse, db, world, clock
):
    who = world.a.clinician
    course_id = make_better_course(db, world.a)
    review = Review(
        decision=ReviewDecision.CHANGE_DOSE, reason="Little relief", dose_mg_per_kg=Decimal("0.6")
    )
    review_course(db, who, course_id, review, submission=None, now=clock())
    sheet_id = make_checked_sheet(db, who, planned_id(db, course_id, 4), at=clock(), now=clock())
    page = nurse.get_page(f"/infusions/{sheet_id}/start")
    assert page.form("weight_kg")["fields"]["dose_mg_per_kg"] == ["0.6"]
    assert (
        "Filled in: 0.6 mg/kg, agreed in the review after infusion 3. The protocol says 0.5 mg/kg."
    ) in page.text
    typed = {"weight_kg": "80", "dose_mg_per_kg": "0.5", "planned_minutes": "40"}
    answer = nurse.submit(f"/infusions/{sheet_id}/start", typed | {"step": "calculate"})
    assert "80 kg × 0.5 mg/kg = 40 mg" in answer.text


def test_the_strength_is_read_off_the_vial_and_another_than_the_drawn_ones_is_asked_about(
    nurse, db, world, start_path
):
    who, sheet_id = world.a.clinician, UUID(start_path.split("/")[2])
    vial = make_vial(db, who, first_label="V-0011", mg_per_ml=Decimal(50), volume_ml=Decimal(4))
    make_draw(db, who, sheet_id, vial, amount_ug=200_000)
    page = nurse.get_page(start_path)
    assert page.form("weight_kg")["fields"]["vial_mg_per_ml"] == [""]
    assert "Drawn for this infusion: 200 mg from V-0011 (50 mg/mL)." in page.text
    answer = nurse.submit(start_path, DOSE | {"vial_mg_per_ml": "10", "step": "calculate"})
    assert "vial V-0011, drawn for this infusion, holds 50 mg/mL" in answer.text
    assert "200 mg is drawn for this infusion, much more than the 41.2 mg ordered" in answer.text
    assert again(nurse, answer, start_path, step="start").status_code == 422
    assert how_many(db) == 0
    both = ["strength 10 50 V-0011", "drawn 200000 41200"]
    assert again(nurse, answer, start_path, step="start", confirmed=both).status_code == 303


def test_the_weight_of_the_checks_is_filled_in_and_another_one_asked_about(
    nurse, db, world, planned
):
    who = world.a.clinician
    sheet_id = make_sheet(db, who, planned)
    make_checks(db, who, sheet_id, CheckPhase.BEFORE, now=NOW, besides=frozenset({"weight"}))
    wrong = {"weight": GivenAnswer(answer=CheckAnswer(result=CheckResult.DONE, words="heavy"))}
    right = {"weight": GivenAnswer(answer=CheckAnswer(result=CheckResult.DONE, words="84"))}
    sent = {"submission": None, "now": NOW}
    with pytest.raises(Refused, match="weight in kg"):
        answer_checks(db, who, sheet_id, CheckPhase.BEFORE, wrong, **sent)
    answer_checks(db, who, sheet_id, CheckPhase.BEFORE, right, **sent)
    make_move(db, who, sheet_id, Move.FINISH_CHECKS, at=NOW, now=NOW)
    path = f"/infusions/{sheet_id}/start"
    assert nurse.get_page(path).form("weight_kg")["fields"]["weight_kg"] == ["84"]
    answer = nurse.submit(path, DOSE | {"weight_kg": "48", "step": "calculate"})
    assert "48 kg here, and 84 kg in the checks before the start" in answer.text
    assert again(nurse, answer, path, step="start").status_code == 422
    assert how_many(db) == 0
    confirmed = again(nurse, answer, path, step="start", confirmed="checked 48 84")
    assert confirmed.status_code == 303
