from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select, text, update

from tests.make.accounts import PASSWORD, give_password, make_colleague
from tests.make.drug_ledger import make_draw, make_vial
from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_therapy_session,
    make_vital_signs,
    planned_id,
)
from tests.make.signed import make_records, sign_records
from tracker.actions import therapy_sessions
from tracker.domain.signing import RecordKind
from tracker.models.accounts import SubmissionRow
from tracker.models.database import transaction
from tracker.models.run_sheets import RunSheetRow
from tracker.models.signatures import SignatureRow
from tracker.models.therapy_sessions import TherapySessionRow
from tracker.models.triggers import unguard_records

GAPS = {"gaps_reason": "On paper", "password": PASSWORD}


@pytest.fixture
def over(db, world, clock):
    who = world.a.clinician
    give_password(db, who)
    course_id = course_of_today(db, who, world.a.patient_id)
    sheet_id = make_infusion(db, who, planned_id(db, course_id), now=clock())
    clock.forward(minutes=40)
    make_vital_signs(db, who, sheet_id, now=clock())
    make_end(db, who, sheet_id, now=clock())
    with transaction(db):
        db.execute(update(RunSheetRow).where(RunSheetRow.id == sheet_id).values(stage="left"))
    return sheet_id


def sign(visitor, sheet_id, **answers):
    return visitor.submit(
        f"/infusions/{sheet_id}/sign?with-gaps=yes", GAPS | answers, containing="password"
    )


def count(db):
    db.rollback()
    return len(db.scalars(select(SignatureRow.id)).all())


def test_the_page_lists_what_is_not_done_and_asks_before_signing_with_gaps(browser, world, over):
    page = browser(world.a.clinician).get_page(f"/infusions/{over}/sign")
    assert "Not done: No recovery score" in page.text
    assert "Sign with gaps" in page.text
    assert "Your password" not in page.text


def test_a_signed_sheet_shows_name_role_time_meaning_and_that_it_matches(browser, world, over, db):
    nurse = browser(world.a.clinician)
    assert sign(nurse, over).status_code == 303
    shown = nurse.get_page(f"/infusions/{over}").text
    assert "Performed by Clinician A, Clinician, Mon 23 Nov 2026, 10:40 EST" in shown
    assert "matches what was signed" in shown
    assert "Reason: On paper" in shown


def test_a_value_changed_by_hand_is_named_on_the_sheet(browser, world, over, db):
    nurse = browser(world.a.clinician)
    sign(nurse, over)
    with transaction(db):
        unguard_records(db.connection())
        db.execute(text("UPDATE vital_signs SET systolic_mmhg = 118"))
    shown = nurse.get_page(f"/infusions/{over}").text
    assert "DIFFERS from what was signed: vital_signs systolic_mmhg" in shown


@pytest.mark.parametrize(
    "answers",
    [
        {"password": ""},
        {"password": "wrong"},
        {"gaps_reason": ""},
        {"gaps_reason": "x" * 201},
        {"meaning": "owned"},
        {"meaning": "reviewed"},
    ],
)
def test_what_does_not_fit_signs_nothing_and_keeps_what_was_typed(
    browser, world, over, db, answers
):
    answer = sign(browser(world.a.clinician), over, **answers)
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
    if "gaps_reason" not in answers:
        assert "On paper" in answer.text
    assert count(db) == 0


def test_a_sheet_that_changed_meanwhile_is_shown_as_a_conflict(browser, world, over, db, clock):
    nurse = browser(world.a.clinician)
    page = nurse.get_page(f"/infusions/{over}/sign?with-gaps=yes")
    fields = page.form("password")["fields"] | GAPS
    make_vital_signs(db, world.a.clinician, over, now=clock())
    assert nurse.client_post(f"/infusions/{over}/sign", fields).status_code == 409
    assert count(db) == 0


def test_a_form_that_is_sent_twice_signs_once_and_keeps_no_trace_of_the_password(
    browser, world, over, db
):
    nurse = browser(world.a.clinician)
    page = nurse.get_page(f"/infusions/{over}/sign?with-gaps=yes")
    fields = page.form("password")["fields"] | GAPS
    for _each in range(2):
        assert nurse.client_post(f"/infusions/{over}/sign", fields).status_code == 303
    assert count(db) == 1
    hashes = db.scalars(select(SubmissionRow.payload_hash)).all()
    fields["password"] = "another"
    assert nurse.client_post(f"/infusions/{over}/sign", fields).status_code == 422
    assert db.scalars(select(SubmissionRow.payload_hash)).all() == hashes


def test_a_therapist_signs_no_run_sheet_and_another_clinic_finds_none(browser, world, over):
    assert browser(world.a.therapist).get(f"/infusions/{over}/sign").status_code == 403
    assert browser(world.a.patient).get(f"/infusions/{over}/sign").status_code == 403
    assert browser(world.b.clinician).get(f"/infusions/{over}/sign").status_code == 404


def test_a_colleague_reviews_and_somebody_adds_an_addendum(browser, world, over, db):
    nurse = browser(world.a.clinician)
    sign(nurse, over)
    colleague = browser(make_colleague(db, world.a.clinic.id))
    answer = colleague.submit(f"/infusions/{over}/sign", {"password": PASSWORD})
    assert answer.status_code == 303
    wanted = {"addendum": "Left at 13:10.", "reason": "Wrong clock", "password": "wrong"}
    kept = nurse.submit(f"/infusions/{over}/amend", wanted)
    assert kept.status_code == 422
    assert "Left at 13:10." in kept.text
    assert (
        nurse.submit(f"/infusions/{over}/amend", wanted | {"password": PASSWORD}).status_code == 303
    )
    shown = nurse.get_page(f"/infusions/{over}").text
    assert "Reviewed by Second Colleague" in shown
    assert "Left at 13:10." in shown
    assert "Reason: Wrong clock" in shown


def test_a_therapy_session_is_signed_by_its_therapist(browser, world, db, clock):
    give_password(db, world.a.therapist)
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    found = make_therapy_session(db, world.a.therapist, course_id)
    visitor = browser(world.a.therapist)
    assert "Record first" in visitor.get_page(f"/therapy-sessions/{found}/sign").text
    with transaction(db):
        db.execute(
            update(TherapySessionRow).values(
                state="held",
                occurred_at=clock(),
                minutes=50,
                therapist_id=world.a.therapist.user_id,
                focus="sleep",
                risk="none",
            )
        )
    visitor.submit(f"/therapy-sessions/{found}/sign", {"password": PASSWORD})
    assert "Performed by Therapist A" in visitor.get_page(f"/therapy-sessions/{found}").text


@pytest.fixture
def signed(db, world):
    """A record of each kind, signed, reviewed and with an addendum."""
    records = make_records(db, world)
    sign_records(db, records)
    return records


PAGES = {
    RecordKind.RUN_SHEET: "/infusions",
    RecordKind.THERAPY_SESSION: "/therapy-sessions",
    RecordKind.COURSE_REVIEW: "/course-reviews",
}


@pytest.mark.parametrize("kind", RecordKind)
def test_a_record_shows_both_signatures_and_the_addendum_to_whoever_reads_it(
    browser, world, signed, kind
):
    nurse = browser(world.a.clinician)
    shown = nurse.get_page(f"{PAGES[kind]}/{signed.ids[kind]}").text
    at = "Mon 23 Nov 2026, 13:00 EST"
    assert f"Performed by Clinician A, Clinician, {at}" in shown
    assert f"Reviewed by Second Colleague, Clinician, {at}" in shown
    assert f"Addendum by Second Colleague, Clinician, {at}" in shown
    assert "Slept well." in shown
    assert "Reason: Left out" in shown


@pytest.mark.parametrize("kind", RecordKind)
def test_every_kind_of_record_is_signed_and_amended_on_pages_of_its_own(browser, world, db, kind):
    records = make_records(db, world)
    nurse, path = browser(world.a.clinician), f"{PAGES[kind]}/{records.ids[kind]}"
    signed = nurse.submit(f"{path}/sign?with-gaps=yes", GAPS, containing="password")
    assert signed.status_code == 303
    wanted = {"addendum": "Slept well.", "reason": "Left out", "password": PASSWORD}
    assert nurse.submit(f"{path}/amend", wanted).status_code == 303
    shown = nurse.get_page(path).text
    assert "matches what was signed" in shown
    assert "Slept well." in shown
    assert "You have signed this already." in nurse.get_page(f"{path}/sign").text


def test_drug_that_is_missing_is_said_on_the_page_and_cannot_be_signed_over(
    browser, world, over, db, clock
):
    who = world.a.clinician
    make_draw(db, who, over, make_vial(db, who, now=clock()), now=clock())
    page = browser(who).get_page(f"/infusions/{over}/sign?with-gaps=yes")
    assert "drawn 40 mg, given 0, wasted 0. 40 mg is missing." in page.text
    assert 'type="password"' not in page.html


def test_a_write_that_only_the_database_refuses_ends_in_words(
    browser, world, db, signed, monkeypatch
):
    found = signed.ids[RecordKind.THERAPY_SESSION]
    other = make_therapy_session(db, world.a.therapist, signed.course_id)
    therapist = browser(world.a.therapist)
    fields = therapist.get_page(f"/therapy-sessions/{other}").form("kind")["fields"]
    late = therapist.post(f"/therapy-sessions/{found}", fields | {"homework": "Breathing"})
    assert late.status_code == 422
    assert "is signed" in late.text

    def forget_to_ask(db, _who, therapy_session_id):
        return db.get_one(TherapySessionRow, therapy_session_id)

    monkeypatch.setattr(therapy_sessions, "_lock", forget_to_ask)
    late = therapist.post(f"/therapy-sessions/{found}", fields | {"homework": "Breathing"})
    assert late.status_code == 409
    assert "This record is signed." in late.text
    assert "unexpected" not in late.text


def test_the_command_line_says_what_it_checked_and_ends_with_1_when_something_differs(
    app, browser, world, over, db
):
    sign(browser(world.a.clinician), over)
    runner = app.test_cli_runner()
    fine = runner.invoke(args=["audit", "verify"])
    assert fine.exit_code == 0
    signatures, trail = fine.stdout.splitlines()
    assert signatures == "Checked 1 signatures and 0 addenda: 0 records differ."
    assert re.fullmatch(r"Checked \d+ events of the trail: 0 places differ\.", trail)
    with transaction(db):
        unguard_records(db.connection())
        db.execute(text("DELETE FROM vital_signs"))
    broken = runner.invoke(args=["audit", "verify", "--json"])
    assert broken.exit_code == 1
    (line,) = re.findall(r"^\{.*\}$", broken.output, re.M)
    assert json.loads(line)["differing"][0]["id"] == str(over)


def test_only_whoever_has_an_entry_is_offered_the_signature(browser, db, world, over, clock):
    colleague = make_colleague(db, world.a.clinic.id)
    sheet = f"/infusions/{over}"
    assert f"{sheet}/sign" in browser(world.a.clinician).get_page(sheet).html
    assert f"{sheet}/sign" not in browser(colleague).get_page(sheet).html
    page = browser(colleague).get_page(f"{sheet}/sign")
    assert "Clinician A can sign that it was performed" in page.text
    clock.forward(days=1)
    sign_links = f'href="{sheet}/sign"'
    assert sign_links in browser(world.a.clinician).get_page("/board").html
    assert sign_links not in browser(colleague).get_page("/board").html
    make_vital_signs(db, colleague, over, now=clock())
    assert sign_links in browser(colleague).get_page("/board").html
