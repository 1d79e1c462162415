"""What the ledger takes and what it refuses: receipts, draws, accounts, waste, counts."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.make.accounts import PASSWORD, give_password, make_colleague
from tests.make.drug_ledger import (
    WITNESS,
    make_account,
    make_draw,
    make_ledger_infusion,
    make_vial,
    receipt_of,
)
from tests.make.infusions import make_move
from tests.make.patients import NOW
from tests.make.sessions import open_session
from tracker.actions import drug_counts, drug_draws, vials
from tracker.actions.drug_counts import Adjustment, Counted
from tracker.actions.drug_draws import Account, Draw
from tracker.actions.submissions import Submission
from tracker.actions.vial_entries import Credential
from tracker.actions.vials import Waste
from tracker.domain.errors import NotFound, Refused, SubmittedDifferently
from tracker.domain.permissions import NotPermitted
from tracker.domain.run_sheet_stages import Move
from tracker.models.audit import AuditEventRow
from tracker.models.drug_ledger import DrawAccountRow, VialEntryRow, VialRow
from tracker.queries import drug_ledger


@pytest.fixture
def nurse(world):
    return world.a.clinician


@pytest.fixture
def sheet(db, world):
    return make_ledger_infusion(db, world.a.clinician, world.a.patient_id)


@pytest.fixture
def vial(db, nurse):
    return make_vial(db, nurse)


def balance(db, who, vial_id):
    found = drug_ledger.get_vial(db, who, vial_id).line.balance_ug
    db.rollback()
    return found


def entries(db):
    found = db.scalars(select(func.count()).select_from(VialEntryRow)).one()
    db.rollback()
    return found


def latest_event(db):
    found = db.execute(
        select(AuditEventRow.event, AuditEventRow.patient_id, AuditEventRow.detail)
        .order_by(AuditEventRow.seq.desc())
        .limit(1)
    ).one()
    db.rollback()
    return found


def submission(text="x"):
    return Submission(id=uuid4(), payload_hash=text.encode().ljust(32, b"0"))


def test_a_vial_holds_what_its_label_says_when_it_is_received(db, nurse, vial):
    assert balance(db, nurse, vial) == 200_000
    assert latest_event(db).event == "vial received"


def test_labels_count_on_when_several_vials_are_received(db, nurse):
    wanted = receipt_of(first_label="K-09", how_many=3)
    ids = vials.receive_vials(db, nurse, wanted, submission=None, now=NOW)
    labels = [drug_ledger.get_vial(db, nurse, each).line.label for each in ids]
    assert labels == ["K-09", "K-10", "K-11"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"first_label": "K-01"}, "first_label", "labelled K-01 already"),
        ({"first_label": "box", "how_many": 2}, "first_label", "End the label in a number"),
        ({"first_label": ""}, "first_label", "Enter a label"),
        ({"lot": ""}, "lot", "Enter the lot"),
        ({"expires_on": date(2026, 11, 22)}, "expires_on", "has expired"),
        ({"received_at": NOW + timedelta(hours=1)}, "received_time", "in the future"),
        ({"received_at": NOW - timedelta(days=4)}, "reason", "4 days ago"),
        ({"mg_per_ml": Decimal(0)}, "mg_per_ml", "from 1 to 200"),
        ({"volume_ml": Decimal(1000)}, "volume_ml", "from 0.5 to 100"),
        ({"volume_ml": Decimal("0.501"), "mg_per_ml": Decimal("1.5")}, "volume_ml", "3 decimal"),
        ({"how_many": 0}, "how_many", "from 1 to 50"),
        ({"how_many": 51}, "how_many", "from 1 to 50"),
    ],
)
def test_a_receipt_is_refused_when_it_cannot_be(db, nurse, vial, changes, field, words):
    wanted = receipt_of(**({"first_label": "K-02"} | changes))
    with pytest.raises(Refused, match=words) as problem:
        vials.receive_vials(db, nurse, wanted, submission=None, now=NOW)
    assert problem.value.field == field
    assert entries(db) == 1


def test_an_expired_vial_is_taken_in_when_the_reason_is_given(db, nurse):
    found = make_vial(db, nurse, expires_on=date(2026, 1, 1), reason="For destruction")
    assert drug_ledger.get_vial(db, nurse, found).lines[0].reason == "For destruction"


def test_a_draw_lowers_the_balance_when_there_is_enough(db, nurse, world, vial, sheet):
    make_draw(db, nurse, sheet, vial)
    assert balance(db, nurse, vial) == 160_000
    event = latest_event(db)
    assert (event.event, event.patient_id) == ("drug drawn", world.a.patient_id)
    assert event.detail == {"infusion": str(sheet)}


def test_a_draw_says_what_is_left_when_there_is_too_little(db, nurse, vial, sheet):
    make_draw(db, nurse, sheet, vial, amount_ug=195_000)
    with pytest.raises(Refused, match=r"holds 5 mg \(0\.5 mL\), and 40 mg \(4 mL\)"):
        make_draw(db, nurse, sheet, vial)
    assert balance(db, nurse, vial) == 5_000


@pytest.mark.parametrize("amount_ug", [0, -1, -40_000])
def test_a_draw_is_refused_when_it_is_of_nothing(db, nurse, vial, sheet, amount_ug):
    with pytest.raises(Refused, match="above 0"):
        make_draw(db, nurse, sheet, vial, amount_ug=amount_ug)
    assert entries(db) == 1


def test_an_expired_vial_is_drawn_from_only_when_a_reason_is_given(db, nurse, sheet):
    vial = make_vial(db, nurse, expires_on=date(2026, 11, 22), reason="None other came")
    with pytest.raises(Refused, match="expired on 22 Nov 2026") as problem:
        make_draw(db, nurse, sheet, vial)
    assert problem.value.field == "reason"
    make_draw(db, nurse, sheet, vial, reason="No other vial in the house")
    assert balance(db, nurse, vial) == 160_000


def test_a_vial_is_good_when_it_is_the_day_of_its_expiry(db, nurse, sheet):
    vial = make_vial(db, nurse, expires_on=date(2026, 11, 23))
    make_draw(db, nurse, sheet, vial)
    assert balance(db, nurse, vial) == 160_000


@pytest.mark.parametrize(
    ("at", "field", "words"),
    [
        (NOW + timedelta(minutes=6), "occurred_time", "in the future"),
        (NOW - timedelta(hours=2), "occurred_time", "before the vial was received"),
    ],
)
def test_a_draw_is_refused_when_its_time_cannot_be(db, nurse, vial, sheet, at, field, words):
    drawn = Draw(vial_id=vial, amount_ug=1000, occurred_at=at)
    with pytest.raises(Refused, match=words) as problem:
        drug_draws.draw(db, nurse, sheet, drawn, submission=None, now=NOW)
    assert problem.value.field == field


def test_nothing_is_drawn_when_the_infusion_was_cancelled(db, nurse, world, vial):
    from tests.make.infusions import course_of_today, make_sheet, planned_id

    course_id = course_of_today(db, nurse, world.a.patient_id)
    cancelled = make_sheet(db, nurse, planned_id(db, course_id))
    make_move(db, nurse, cancelled, Move.CANCEL, at=NOW, now=NOW, reason="Fever")
    with pytest.raises(Refused, match="not given"):
        make_draw(db, nurse, cancelled, vial)


def test_a_draw_is_stored_once_when_the_form_comes_twice(db, nurse, vial, sheet):
    drawn, once = Draw(vial_id=vial, amount_ug=40_000, occurred_at=NOW), submission()
    first = drug_draws.draw(db, nurse, sheet, drawn, submission=once, now=NOW)
    assert drug_draws.draw(db, nurse, sheet, drawn, submission=once, now=NOW) == first
    assert balance(db, nurse, vial) == 160_000
    other = Submission(id=once.id, payload_hash=b"1" * 32)
    with pytest.raises(SubmittedDifferently):
        drug_draws.draw(db, nurse, sheet, drawn, submission=other, now=NOW)


def test_one_of_twenty_gets_the_last_amount_when_all_draw_at_once(db, nurse, vial, sheet):
    make_draw(db, nurse, sheet, vial, amount_ug=160_000)
    outcome: list[str] = []
    start = threading.Barrier(20)

    def one() -> None:
        with open_session(db.get_bind()) as own:
            start.wait()
            try:
                make_draw(own, nurse, sheet, vial)
                outcome.append("drawn")
            except Refused as problem:
                outcome.append(str(problem))

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome.count("drawn") == 1
    assert len(outcome) == 20
    assert {each for each in outcome if each != "drawn"} == {
        "Vial K-01 holds 0 mg (0 mL), and 40 mg (4 mL) were entered. Nothing was stored."
    }
    assert balance(db, nurse, vial) == 0


def test_all_given_needs_no_witness_when_it_adds_up(db, nurse, vial, sheet):
    make_account(db, nurse, make_draw(db, nurse, sheet, vial))
    drug = drug_ledger.for_sheet(db, nurse, sheet)
    assert (drug.drawn_ug, drug.given_ug, drug.wasted_ug, drug.open_draws) == (40000, 40000, 0, ())
    assert latest_event(db).event == "drug accounted for"


@pytest.mark.parametrize(
    ("given", "wasted", "words"),
    [
        (25_000, 5_000, "25 mg given and 5 mg wasted are 30 mg, but 40 mg were drawn. 10 mg are m"),
        (40_000, 1, "40 mg given and 0.001 mg wasted are 40.001 mg, .* 0.001 mg are too much"),
        (0, 0, "0 mg given and 0 mg wasted are 0 mg, but 40 mg were drawn. 40 mg are missing"),
    ],
)
def test_an_account_is_refused_when_it_does_not_add_up(
    db, nurse, vial, sheet, given, wasted, words
):
    entry = make_draw(db, nurse, sheet, vial)
    with pytest.raises(Refused, match=f"The drug amounts do not add up: {words}"):
        make_account(db, nurse, entry, given_ug=given, wasted_ug=wasted)
    assert drug_ledger.for_sheet(db, nurse, sheet).open_draws


def test_waste_is_accounted_for_when_a_colleague_stands_by(db, nurse, vial, sheet):
    second = make_colleague(db, nurse.clinic_id)
    entry = make_draw(db, nurse, sheet, vial, amount_ug=50_000)
    with pytest.raises(Refused, match="second person"):
        make_account(db, nurse, entry, wasted_ug=10_000)
    make_account(db, nurse, entry, wasted_ug=10_000, witness=WITNESS)
    account = drug_ledger.for_sheet(db, nurse, sheet).draws[0].account
    assert account is not None
    assert (account.witness, account.wasted_ug) == (second.name, 10_000)


def test_nobody_witnesses_when_it_is_oneself_wrong_or_from_elsewhere(db, nurse, world, vial, sheet):
    make_colleague(db, nurse.clinic_id)
    give_password(db, nurse)
    give_password(db, world.b.clinician)
    give_password(db, world.a.therapist)
    entry = make_draw(db, nurse, sheet, vial)
    for email, password in (
        ("clinician@a.test", PASSWORD),
        ("second@a.test", "wrong"),
        ("clinician@b.test", PASSWORD),
        ("therapist@a.test", PASSWORD),
        ("nobody@a.test", PASSWORD),
        ("", PASSWORD),
    ):
        someone = Credential(email=email, password=password)
        with pytest.raises(Refused) as problem:
            make_account(db, nurse, entry, given_ug=0, wasted_ug=40_000, witness=someone)
        assert problem.value.field in {"witness_password", "witness_email"}, email
    assert db.scalars(select(func.count()).select_from(DrawAccountRow)).one() == 0


def test_a_draw_is_accounted_for_once_when_two_do_it(db, nurse, vial, sheet):
    entry = make_draw(db, nurse, sheet, vial)
    make_account(db, nurse, entry)
    with pytest.raises(Refused, match="accounted for this draw already"):
        make_account(db, nurse, entry)


def test_an_account_answers_the_same_when_the_form_comes_twice(db, nurse, vial, sheet):
    entry, once = make_draw(db, nurse, sheet, vial), submission()
    account = Account(given_ug=40_000, wasted_ug=0, occurred_at=NOW)
    for _ in range(2):
        found = drug_draws.account_for_draw(
            db, nurse, entry, account, witness=None, submission=once, now=NOW
        )
        assert found == sheet


def test_an_account_is_refused_when_it_is_before_the_draw(db, nurse, vial, sheet):
    entry = make_draw(db, nurse, sheet, vial)
    account = Account(given_ug=40_000, wasted_ug=0, occurred_at=NOW - timedelta(minutes=5))
    with pytest.raises(Refused, match="before it was drawn"):
        drug_draws.account_for_draw(
            db, nurse, entry, account, witness=None, submission=None, now=NOW
        )


def waste(db, who, vial, amount_ug=200_000, reason="Opened yesterday", witness=WITNESS, **more):
    wanted = Waste(amount_ug=amount_ug, occurred_at=NOW, reason=reason)
    return vials.waste_rest(
        db, who, vial, wanted, witness=witness, now=NOW, **({"submission": None} | more)
    )


def test_the_rest_is_wasted_when_a_colleague_stands_by(db, nurse, vial):
    make_colleague(db, nurse.clinic_id)
    once = submission()
    assert waste(db, nurse, vial, submission=once) == waste(db, nurse, vial, submission=once)
    assert balance(db, nurse, vial) == 0
    assert latest_event(db).event == "drug wasted"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount_ug": 200_001}, "holds 200 mg"),
        ({"amount_ug": 0}, "above 0"),
        ({"reason": ""}, "Say why"),
        ({"witness": None}, "second person"),
    ],
)
def test_waste_is_refused_when_something_is_missing(db, nurse, vial, changes, words):
    make_colleague(db, nurse.clinic_id)
    with pytest.raises(Refused, match=words):
        waste(db, nurse, vial, **changes)
    assert entries(db) == 1


def adjust(db, who, vial, found_ug=195_000, seen=200_000, reason="Spilled", witness=WITNESS):
    wanted = Adjustment(found_ug=found_ug, occurred_at=NOW, reason=reason)
    return drug_counts.adjust(
        db,
        who,
        vial,
        wanted,
        seen_balance_ug=seen,
        witness=witness,
        submission=None,
        now=NOW,
    )


def test_the_balance_is_what_two_people_found_when_they_adjust(db, nurse, vial):
    make_colleague(db, nurse.clinic_id)
    adjust(db, nurse, vial)
    assert balance(db, nurse, vial) == 195_000
    adjust(db, nurse, vial, found_ug=201_000, seen=195_000)
    assert balance(db, nurse, vial) == 201_000


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seen": 190_000}, "meanwhile"),
        ({"seen": None}, "meanwhile"),
        ({"found_ug": 200_000}, "nothing to adjust"),
        ({"found_ug": -1}, "0 or more"),
        ({"reason": ""}, "Say why"),
        ({"witness": None}, "second person"),
    ],
)
def test_an_adjustment_is_refused_when_something_is_missing(db, nurse, vial, changes, words):
    make_colleague(db, nurse.clinic_id)
    with pytest.raises(Refused, match=words):
        adjust(db, nurse, vial, **changes)
    assert entries(db) == 1


def test_a_count_changes_nothing_and_names_what_differs_when_it_is_stored(db, nurse, vial):
    other = make_vial(db, nurse, first_label="K-02")
    counted = [Counted(vial_id=vial, found_ug=200_000), Counted(vial_id=other, found_ug=180_000)]
    once = submission()
    for _ in range(2):
        found = drug_counts.count(db, nurse, counted, occurred_at=NOW, submission=once, now=NOW)
        assert found == (other,)
    assert balance(db, nurse, other) == 200_000
    assert entries(db) == 4
    assert drug_ledger.get_vial(db, nurse, other).line.differs
    assert not drug_ledger.get_vial(db, nurse, vial).line.differs
    make_colleague(db, nurse.clinic_id)
    adjust(db, nurse, other, found_ug=180_000)
    assert not drug_ledger.get_vial(db, nurse, other).line.differs


def test_nothing_of_a_count_is_kept_when_one_vial_is_of_another_clinic(db, nurse, world, vial):
    foreign = make_vial(db, world.b.clinician)
    counted = [Counted(vial_id=vial, found_ug=1), Counted(vial_id=foreign, found_ug=1)]
    with pytest.raises(NotFound):
        drug_counts.count(db, nurse, counted, occurred_at=NOW, submission=None, now=NOW)
    assert entries(db) == 2


def test_nothing_of_another_clinic_is_touched_when_its_ids_are_sent(db, nurse, world, sheet):
    foreign = make_vial(db, world.b.clinician)
    foreign_sheet = make_ledger_infusion(db, world.b.clinician, world.b.patient_id)
    entry = make_draw(db, world.b.clinician, foreign_sheet, foreign)
    make_colleague(db, nurse.clinic_id)
    for attempt in (
        lambda: make_draw(db, nurse, sheet, foreign),
        lambda: make_draw(db, nurse, foreign_sheet, foreign),
        lambda: make_account(db, nurse, entry),
        lambda: waste(db, nurse, foreign, amount_ug=1),
        lambda: adjust(db, nurse, foreign),
        lambda: drug_ledger.get_vial(db, nurse, foreign),
        lambda: drug_ledger.get_draw(db, nurse, entry),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert drug_ledger.for_sheet(db, nurse, foreign_sheet).draws == ()
    assert entries(db) == 2


@pytest.mark.parametrize("role", ["therapist", "administrator", "patient"])
def test_nobody_but_a_clinician_keeps_the_ledger(db, world, nurse, vial, sheet, role):
    entry = make_draw(db, nurse, sheet, vial)
    who = getattr(world.a, role)
    for attempt in (
        lambda: make_vial(db, who, first_label="K-9"),
        lambda: make_draw(db, who, sheet, vial),
        lambda: make_account(db, who, entry),
        lambda: waste(db, who, vial),
        lambda: adjust(db, who, vial),
        lambda: drug_counts.count(
            db,
            who,
            [Counted(vial_id=vial, found_ug=0)],
            occurred_at=NOW,
            submission=None,
            now=NOW,
        ),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert db.scalars(select(func.count()).select_from(VialRow)).one() == 1
    assert entries(db) == 2
