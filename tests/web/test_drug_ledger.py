"""The pages of the drug ledger, filled in well and badly."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.browsing import Page
from tests.make.accounts import PASSWORD, give_app, give_password, make_colleague
from tests.make.drug_ledger import (
    make_account,
    make_draw,
    make_ledger_infusion,
    make_vial,
)
from tests.make.infusions import make_end
from tests.make.patients import NOW
from tracker.models.audit import AuditEventRow
from tracker.models.drug_ledger import DrawAccountRow, VialEntryRow, VialRow
from tracker.queries import drug_ledger

RECEIVED = {
    "drug": "Ketamine",
    "lot": "LOT-B2",
    "expires_on": "2027-05-31",
    "mg_per_ml": "50",
    "volume_ml": "10",
    "how_many": "2",
    "first_label": "K-07",
}
WITNESS = {"witness_email": "second@a.test", "witness_password": PASSWORD}


@pytest.fixture
def nurse(world, browser):
    return browser(world.a.clinician)


@pytest.fixture
def vial(db, world):
    return make_vial(db, world.a.clinician)


@pytest.fixture
def sheet(db, world):
    return make_ledger_infusion(db, world.a.clinician, world.a.patient_id)


def rows(db, table=VialEntryRow):
    found = db.scalars(select(func.count()).select_from(table)).one()
    db.rollback()
    return found


def holds(db, world, vial):
    found = drug_ledger.get_vial(db, world.a.clinician, vial).line.balance_ug
    db.rollback()
    return found


def test_vials_are_on_the_ledger_when_they_were_received(nurse, db):
    answer = nurse.submit("/ledger/vials/new", RECEIVED, containing="lot")
    assert answer.status_code == 303
    page = nurse.get_page("/ledger")
    assert "2 vials: 1000 mg of Ketamine 50 mg/mL." in page.text
    assert "K-07" in page.text
    assert "K-08" in page.text
    assert "Mon 31 May 2027" in page.text
    assert nurse.get_page("/ledger/vials/new").form("lot")["fields"]["first_label"] == ["K-09"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lot": ""}, "Enter lot."),
        ({"lot": "x" * 81}, "Shorten this to 80"),
        ({"lot": "\x00"}, "Enter lot."),
        ({"expires_on": "2026-02-30"}, "does not exist"),
        ({"expires_on": "2026-11-22"}, "has expired"),
        ({"mg_per_ml": "1000"}, "from 1 to 200"),
        ({"mg_per_ml": "ten"}, "from 1 to 200"),
        ({"mg_per_ml": "0.05"}, "from 1 to 200"),
        ({"volume_ml": "-1"}, "from 0.5 to 100"),
        ({"volume_ml": "1.234"}, "at most 2 decimal places"),
        ({"how_many": "0"}, "from 1 to 50"),
        ({"how_many": "51"}, "from 1 to 50"),
        ({"first_label": "box"}, "End the label in a number"),
        ({"received_time": "25:00"}, "Enter a time"),
        ({"received_time": "23:59"}, "in the future"),
        ({"received_time": "09:00", "received_day": "2026-11-20"}, "3 days ago"),
    ],
)
def test_nothing_is_received_when_an_answer_does_not_fit(nurse, db, changes, words):
    answer = nurse.submit("/ledger/vials/new", RECEIVED | changes, containing="lot")
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert rows(db, VialRow) == 0


def test_a_draw_is_in_the_ledger_and_its_page_says_what_the_dose_is_in_ml(
    nurse, db, world, vial, sheet
):
    path = f"/infusions/{sheet}/draws/new"
    assert "40 mg are 4 mL" in nurse.get_page(path).text
    answer = nurse.submit(path, {"vial": str(vial), "amount_ml": "4.5"}, containing="amount_ml")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/infusions/{sheet}"
    assert holds(db, world, vial) == 155_000
    page = nurse.get_page("/ledger")
    assert "Not accounted for yet" in page.text
    assert "Drawn for Sam SampleA (A-1001), infusion 1" in page.text


def test_the_run_sheet_shows_what_was_drawn_and_what_does_not_fit(
    nurse, browser, db, world, vial, sheet
):
    who = world.a.clinician
    assert "Nothing was drawn for this infusion yet." in nurse.get_page(f"/infusions/{sheet}").text
    entry = make_draw(db, who, sheet, vial)
    page = nurse.get_page(f"/infusions/{sheet}")
    assert f'href="/vial-entries/{entry}/account"' in page.html
    assert "40 mg (4 mL)" in page.text
    fewer = {"given_mg": Decimal(38), "stop_reason": "Line blocked"}
    make_end(db, who, sheet, now=NOW + timedelta(minutes=4), **fewer)
    assert "is accounted for" in nurse.get_page(f"/infusions/{sheet}").text
    make_account(db, who, entry)
    page = nurse.get_page(f"/infusions/{sheet}")
    assert "Drawn 40 mg, given 40 mg, wasted 0 mg." in page.text
    assert "The run sheet says 38 mg given, the drug ledger 40 mg." in page.text
    as_therapist = browser(world.a.therapist).get_page(f"/infusions/{sheet}")
    assert "Drawn 40 mg" in as_therapist.text
    assert "/ledger" not in as_therapist.html


def draw(nurse, sheet, **answers):
    path = f"/infusions/{sheet}/draws/new"
    return nurse.submit(path, answers, containing="amount_mg")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, "Enter the amount in mg or in mL"),
        ({"amount_mg": "0"}, "above 0"),
        ({"amount_mg": "200.001"}, "Vial K-01 holds 200 mg (20 mL), and 200.001 mg"),
        ({"amount_mg": "-1"}, "Enter a number from 0"),
        ({"amount_mg": "0.0001"}, "at most 3 decimal places"),
        ({"amount_mg": "sNaN"}, "Enter a number from 0"),
        ({"amount_mg": "40", "amount_ml": "5"}, "are not the same"),
        ({"amount_mg": "40", "vial": ""}, "Choose the vial"),
        ({"amount_mg": "40", "vial": "x" * 200}, "Choose the vial"),
        ({"amount_mg": "40", "occurred_time": "23:59"}, "in the future"),
        ({"amount_mg": "40", "occurred_time": "08:00"}, "before the vial was received"),
        ({"amount_mg": "40", "occurred_day": "2026-11-22"}, "Enter the time too"),
    ],
)
def test_nothing_is_drawn_when_an_answer_does_not_fit(nurse, db, vial, sheet, answers, words):
    answer = draw(nurse, sheet, **({"vial": str(vial)} | answers))
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert rows(db) == 1


def test_both_amounts_are_taken_when_they_say_the_same(nurse, db, world, vial, sheet):
    draw(nurse, sheet, vial=str(vial), amount_mg="40", amount_ml="4,0")
    assert holds(db, world, vial) == 160_000


def test_the_last_of_a_vial_is_drawn_once_when_the_button_is_pressed_twice(
    nurse, db, world, vial, sheet
):
    path = f"/infusions/{sheet}/draws/new"
    fields = nurse.get_page(path).form("amount_mg")["fields"]
    sent = fields | {"vial": str(vial), "amount_mg": "200"}
    assert [nurse.post(path, sent).status_code for _ in range(2)] == [303, 303]
    assert (rows(db), holds(db, world, vial)) == (2, 0)


def account(nurse, entry, **answers):
    return nurse.submit(f"/vial-entries/{entry}/account", answers, containing="given_mg")


def test_a_witness_who_signs_in_with_a_code_witnesses_with_one(nurse, db, world, vial, sheet):
    entry = make_draw(db, world.a.clinician, sheet, vial, amount_ug=50_000)
    make_end(db, world.a.clinician, sheet, now=NOW + timedelta(minutes=4))
    app_on_phone, _ring = give_app(db, make_colleague(db, world.a.clinic.id))
    amounts = {"given_mg": "40", "wasted_mg": "10"} | WITNESS
    refused = account(nurse, entry, **amounts)
    assert (refused.status_code, "password and code of another" in refused.text) == (422, True)
    answer = account(nurse, entry, witness_code=app_on_phone.at(NOW), **amounts)
    assert answer.status_code == 303


def test_a_draw_is_accounted_for_before_a_witness(nurse, db, world, vial, sheet):
    make_colleague(db, world.a.clinic.id)
    entry = make_draw(db, world.a.clinician, sheet, vial, amount_ug=50_000)
    make_end(db, world.a.clinician, sheet, now=NOW + timedelta(minutes=4))
    page = nurse.get_page(f"/vial-entries/{entry}/account")
    assert "50 mg (5 mL) from vial K-01" in page.text
    assert "40 mg in all" in page.text
    assert page.form("given_mg")["fields"]["given_mg"] == [""]  # shown beside, never filled in
    answer = account(nurse, entry, given_mg="40", wasted_mg="10", **WITNESS)
    assert answer.headers["Location"] == f"/infusions/{sheet}"
    page = nurse.get_page(f"/ledger/vials/{vial}")
    assert "40 mg given, 10 mg wasted" in page.text
    assert "witness Second Colleague" in page.text


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"given_mg": "25", "wasted_mg": "10"}, "The drug amounts do not add up: 25 mg given"),
        ({"given_mg": "40"}, "Enter a number from 0"),
        ({"given_mg": "x", "wasted_mg": "0"}, "Enter a number from 0"),
        ({"given_mg": "30", "wasted_mg": "10"}, "A second person has to witness"),
        ({"witness_email": "second@a.test", "witness_password": ""}, "This is not the e-mail"),
        ({"witness_email": "second@a.test", "witness_password": "wrong"}, "This is not the e-mail"),
        ({"witness_email": "clinician@a.test"}, "This is not the e-mail"),
        ({"witness_email": "clinician@b.test"}, "This is not the e-mail"),
        ({"witness_email": "no address"}, "Enter an e-mail address such as"),
    ],
)
def test_nothing_is_accounted_for_when_an_answer_does_not_fit(
    nurse, db, world, vial, sheet, answers, words
):
    make_colleague(db, world.a.clinic.id)
    give_password(db, world.a.clinician)
    give_password(db, world.b.clinician)
    entry = make_draw(db, world.a.clinician, sheet, vial)
    wanted = {"given_mg": "30", "wasted_mg": "10"} | answers
    if "witness_email" in answers:
        wanted = {"witness_password": PASSWORD} | wanted
    if "given_mg" in answers and "wasted_mg" not in answers:
        wanted.pop("wasted_mg")
    answer = account(nurse, entry, **wanted)
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert PASSWORD not in answer.text
    assert rows(db, DrawAccountRow) == 0


def test_the_rest_is_wasted_and_the_vial_leaves_the_stock(nurse, db, world, vial):
    make_colleague(db, world.a.clinic.id)
    path = f"/ledger/vials/{vial}/waste"
    wanted = {"amount_ml": "20", "reason": "Opened yesterday"}
    assert nurse.submit(path, wanted, containing="reason").status_code == 422
    assert nurse.submit(path, wanted | WITNESS, containing="reason").status_code == 303
    assert holds(db, world, vial) == 0
    assert "Wasted: Opened yesterday" in nurse.get_page(f"/ledger/vials/{vial}").text
    assert "No vial holds anything." in nurse.get_page("/ledger").text


def test_a_count_is_blind_and_leads_to_an_adjustment_when_it_differs(nurse, db, world, vial):
    make_colleague(db, world.a.clinic.id)
    page = nurse.get_page("/ledger/count")
    assert "200" not in page.text
    question = f"counted_{vial.hex}"
    answer = nurse.submit("/ledger/count", {question: "19.5"}, containing=question)
    assert answer.headers["Location"] == f"/ledger/vials/{vial}"
    page = nurse.get_page(f"/ledger/vials/{vial}")
    assert "Counted 195 mg (19.5 mL): 5 mg less than the ledger" in page.text
    assert "The latest count differs from the ledger." in page.text
    assert "Counts that differ from the ledger" in nurse.get_page("/ledger").text
    wanted = {"found_ml": "19.5", "reason": "Spilled at the sink"} | WITNESS
    answer = nurse.submit(f"/ledger/vials/{vial}/adjust", wanted, containing="found_ml")
    assert answer.status_code == 303
    page = nurse.get_page(f"/ledger/vials/{vial}")
    assert "Adjusted: Spilled at the sink" in page.text
    assert "The latest count differs" not in page.text
    assert holds(db, world, vial) == 195_000


def test_a_count_is_refused_when_nothing_was_counted(nurse, db, vial):
    answer = nurse.submit("/ledger/count", {}, containing=f"counted_{vial.hex}")
    assert answer.status_code == 422
    assert "Enter what is in at least one vial." in answer.text
    assert rows(db) == 1


def test_an_adjustment_is_refused_when_somebody_drew_meanwhile(nurse, db, world, vial, sheet):
    make_colleague(db, world.a.clinic.id)
    path = f"/ledger/vials/{vial}/adjust"
    fields = nurse.get_page(path).form("found_mg")["fields"]
    make_draw(db, world.a.clinician, sheet, vial)
    answer = nurse.post(path, fields | {"found_mg": "150", "reason": "Spilled"} | WITNESS)
    assert answer.status_code == 422
    assert "drew from this vial or adjusted it meanwhile" in answer.text
    assert holds(db, world, vial) == 160_000


def test_everybody_who_received_a_lot_is_found_and_no_lot_is_in_the_trail(
    nurse, db, world, vial, sheet
):
    entry = make_draw(db, world.a.clinician, sheet, vial)
    make_account(db, world.a.clinician, entry)
    answer = nurse.submit("/ledger", {"lot": "lot-a7"}, containing="lot")
    page = Page(answer.text)
    assert "Lot lot-a7: 1 vial, drawn for 1 patient in 1 draw." in page.text
    for words in ("Sam SampleA", "A-1001", "Infusion 1", "40 mg given, 0 mg wasted"):
        assert words in page.text
    trail = db.execute(
        select(AuditEventRow.event, AuditEventRow.detail).order_by(AuditEventRow.seq.desc())
    ).first()
    assert trail.event == "ledger searched"
    assert "a7" not in str(trail.detail).lower()


def test_a_lot_of_another_clinic_is_unknown(nurse, db, world):
    make_vial(db, world.b.clinician, lot="LOT-B9")
    answer = nurse.submit("/ledger", {"lot": "LOT-B9"}, containing="lot")
    assert "No vial of lot LOT-B9 was received here." in Page(answer.text).text


def test_the_ledger_has_pages_when_there_are_many_entries(nurse, db, world):
    for number in range(2):
        make_vial(db, world.a.clinician, first_label=f"{number}-01", how_many=30)
    assert "1 to 50 of 60 entries" in nurse.get_page("/ledger").text
    assert "51 to 60 of 60 entries" in nurse.get_page("/ledger?page=2").text
    for junk in ("0", "-1", "x", "99999999", "٢"):
        assert nurse.get(f"/ledger?page={junk}").status_code == 200


@pytest.mark.parametrize("role", ["therapist", "administrator", "patient"])
def test_nobody_but_a_clinician_sees_the_ledger(browser, world, role):
    visitor = browser(getattr(world.a, role))
    assert visitor.get("/ledger").status_code == 403
    assert visitor.get("/ledger/ledger.pdf").status_code == 403


def test_the_link_to_the_ledger_is_there_for_those_who_may_follow_it(browser, world, nurse):
    assert 'href="/ledger"' in nurse.get("/board").text
    assert 'href="/ledger"' not in browser(world.a.therapist).get("/board").text
