from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.make.accounts import PASSWORD, give_password, make_colleague
from tests.make.drug_ledger import WITNESS, make_account, make_draw, make_vial
from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import NOW
from tracker.actions import sheet_notes, signatures
from tracker.actions.missed_infusions import not_given
from tracker.actions.signatures import Addition, SignOff
from tracker.domain.courses import PlannedState
from tracker.domain.errors import NotFound, Refused, StaleForm
from tracker.domain.permissions import NotPermitted
from tracker.domain.sign_off_lines import STAND_IN
from tracker.domain.signing import Meaning, RecordKind, SigningKey
from tracker.models import signed_content
from tracker.models.accounts import UserRow
from tracker.models.database import transaction
from tracker.models.run_sheets import RunSheetRow
from tracker.models.signatures import SignatureRow
from tracker.queries.signatures import get_signed_record

KEY = SigningKey(secret="k" * 48)
LATER = NOW + timedelta(hours=2)
SHEET = RecordKind.RUN_SHEET


@pytest.fixture
def over(db, world):
    """The run sheet of an infusion that is over; the clinician can sign."""
    who = world.a.clinician
    give_password(db, who)
    course_id = course_of_today(db, who, world.a.patient_id)
    sheet_id = make_infusion(db, who, planned_id(db, course_id))
    make_vital_signs(db, who, sheet_id, now=NOW + timedelta(minutes=5))
    make_end(db, who, sheet_id, now=NOW + timedelta(minutes=40))
    with transaction(db):
        db.execute(update(RunSheetRow).where(RunSheetRow.id == sheet_id).values(stage="left"))
    return sheet_id


def seen(db, who, sheet_id):
    found = signed_content.collect(db, who.clinic_id, SHEET, sheet_id).content_hash
    db.rollback()
    return found


def sign(db, who, sheet_id, *, meaning=Meaning.PERFORMED, now=LATER, **changes):
    values = {
        "kind": SHEET,
        "record_id": sheet_id,
        "meaning": meaning,
        "seen_hash": changes.pop("seen_hash", None) or seen(db, who, sheet_id),
        "password": PASSWORD,
        "gaps_reason": "Paper form is attached",
    }
    return signatures.sign(
        db, who, SignOff(**(values | changes)), key=KEY, submission=None, now=now
    )


def amend(db, who, sheet_id, **changes):
    values = {
        "kind": SHEET,
        "record_id": sheet_id,
        "addendum": "Nausea was grade 1.",
        "reason": "Left out",
        "password": PASSWORD,
    }
    return signatures.amend(
        db, who, Addition(**(values | changes)), key=KEY, submission=None, now=LATER
    )


def make_note(db, who, sheet_id):
    note = "Sat with the patient"
    sheet_notes.record_note(
        db, who, sheet_id, note, noted_at=NOW, submission=None, now=NOW + timedelta(hours=1)
    )


def checked(db, who, sheet_id, key=KEY):
    db.rollback()
    return get_signed_record(db, who, SHEET, sheet_id, key=key)


def test_a_signed_sheet_names_signer_role_meaning_and_matches(db, world, over):
    sign(db, world.a.clinician, over)
    found = checked(db, world.a.clinician, over)
    (one,) = found.signatures
    assert (one.signer_name, one.signer_role) == ("Clinician A", "Clinician")
    assert (one.meaning, one.is_late_entry, found.differing) == (Meaning.PERFORMED, False, ())
    assert one.gaps_reason == "Paper form is attached"


def test_a_sheet_is_signed_as_performed_once(db, world, over):
    sign(db, world.a.clinician, over)
    with pytest.raises(Refused, match="Clinician A has signed this run sheet already"):
        sign(db, world.a.clinician, over)


def test_gaps_need_a_reason(db, world, over):
    with pytest.raises(Refused) as problem:
        sign(db, world.a.clinician, over, gaps_reason="")
    assert problem.value.field == "gaps_reason"


def test_a_wrong_password_signs_nothing(db, world, over):
    with pytest.raises(Refused) as problem:
        sign(db, world.a.clinician, over, password="wrong")
    assert problem.value.field == "password"
    assert db.scalars(select(SignatureRow.id)).all() == []


def test_signing_more_than_a_day_later_is_a_late_entry(db, world, over):
    sign(db, world.a.clinician, over, now=NOW + timedelta(hours=26))
    assert checked(db, world.a.clinician, over).signatures[0].is_late_entry


def test_a_sheet_that_changed_after_the_page_was_opened_is_not_signed(db, world, over):
    with pytest.raises(StaleForm):
        sign(db, world.a.clinician, over, seen_hash="0" * 64)


def test_a_running_sheet_cannot_be_signed(db, world, over):
    with transaction(db):
        db.execute(update(RunSheetRow).where(RunSheetRow.id == over).values(stage="recovery"))
    with pytest.raises(Refused, match="after the patient left"):
        sign(db, world.a.clinician, over)


def test_a_colleague_reviews_what_was_performed_and_nobody_reviews_twice(db, world, over):
    colleague = make_colleague(db, world.a.clinic.id)
    with pytest.raises(Refused, match="signs this run sheet first"):
        sign(db, colleague, over, meaning=Meaning.REVIEWED)
    sign(db, world.a.clinician, over)
    sign(db, colleague, over, meaning=Meaning.REVIEWED)
    for who in (world.a.clinician, colleague):
        with pytest.raises(Refused, match="You have signed"):
            sign(db, who, over, meaning=Meaning.REVIEWED)


def test_a_therapist_and_another_clinic_cannot_sign(db, world, over):
    known = seen(db, world.a.clinician, over)
    with pytest.raises(NotPermitted):
        sign(db, world.a.therapist, over, seen_hash=known)
    with pytest.raises(NotFound):
        sign(db, world.b.clinician, over, seen_hash=known)


def test_only_a_signed_record_takes_an_addendum_and_it_stands_beside_what_was_signed(
    db, world, over
):
    with pytest.raises(Refused, match="Nobody has signed this yet"):
        amend(db, world.a.clinician, over)
    sign(db, world.a.clinician, over)
    for missing in ("addendum", "reason"):
        with pytest.raises(Refused):
            amend(db, world.a.clinician, over, **{missing: ""})
    amend(db, world.a.clinician, over)
    found = checked(db, world.a.clinician, over)
    assert (found.addenda[0].addendum, found.differing) == ("Nausea was grade 1.", ())


def test_a_signature_under_another_key_is_named(db, world, over):
    sign(db, world.a.clinician, over)
    found = checked(db, world.a.clinician, over, key=SigningKey(secret="other"))
    assert "sealed with a key that is not here" in found.differing[0]


def draws(db, who, sheet_id):
    """50 mg drawn, 40 given and 10 wasted, as the sheet says too."""
    vial = make_vial(db, who)
    make_colleague(db, who.clinic_id)
    return make_draw(db, who, sheet_id, vial, amount_ug=50_000, reason="A whole syringe")


def test_drug_that_is_not_accounted_for_refuses_the_signature_in_words(db, world, over):
    who = world.a.clinician
    entry = draws(db, who, over)
    with pytest.raises(Refused) as problem:
        sign(db, who, over)
    assert str(problem.value) == (
        "The drug amounts do not add up: drawn 50 mg, given 0, wasted 0. 50 mg is missing."
    )
    make_account(db, who, entry, wasted_ug=10_000, witness=WITNESS)
    sign(db, who, over)
    assert checked(db, who, over).is_signed


def test_a_ledger_that_says_another_amount_than_the_sheet_refuses_the_signature(db, world, over):
    who = world.a.clinician
    entry = draws(db, who, over)
    make_account(db, who, entry, given_ug=36_000, wasted_ug=14_000, witness=WITNESS)
    with pytest.raises(Refused) as problem:
        sign(db, who, over)
    assert str(problem.value) == (
        "The drug amounts do not add up: the run sheet says 40 mg given, the ledger 36 mg."
    )


def test_a_sheet_of_somebody_who_did_not_come_is_signed_without_a_gap(db, world):
    who, course_id = world.a.clinician, course_of_today(db, world.a.clinician, world.a.patient_id)
    give_password(db, who)
    not_given(
        db,
        who,
        planned_id(db, course_id),
        state=PlannedState.MISSED,
        reason="Did not come",
        submission=None,
        now=NOW,
    )
    sheet_id = db.scalars(select(RunSheetRow.id)).one()
    sign(db, who, sheet_id)
    assert checked(db, who, sheet_id).signatures[0].gaps == ()


def test_nobody_signs_as_performed_what_a_colleague_performed(db, world, over):
    colleague = make_colleague(db, world.a.clinic.id)
    with pytest.raises(Refused, match="Clinician A can sign that it was performed"):
        sign(db, colleague, over)
    assert db.scalars(select(SignatureRow.id)).all() == []
    db.rollback()
    make_note(db, colleague, over)
    sign(db, colleague, over)


def test_a_stand_in_signs_with_a_reason_when_whoever_performed_it_has_left(db, world, over):
    colleague = make_colleague(db, world.a.clinic.id)
    with transaction(db):
        gone = update(UserRow).where(UserRow.id == world.a.clinician.user_id)
        db.execute(gone.values(deactivated_at=NOW))
    with pytest.raises(Refused) as problem:
        sign(db, colleague, over, gaps_reason="")
    assert problem.value.field == "gaps_reason"
    sign(db, colleague, over, gaps_reason="Clinician A has left the clinic")
    (one,) = checked(db, colleague, over).signatures
    assert STAND_IN in one.gaps
    assert one.gaps_reason == "Clinician A has left the clinic"
