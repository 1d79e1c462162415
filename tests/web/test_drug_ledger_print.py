"""The printed ledger and the count sheet, read back from the file."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.make.accounts import make_colleague
from tests.make.drug_ledger import (
    WITNESS,
    make_account,
    make_draw,
    make_ledger_infusion,
    make_vial,
)
from tests.make.patients import NOW
from tracker.actions import drug_counts, vials
from tracker.actions.drug_counts import Adjustment, Counted
from tracker.actions.vials import Waste
from tracker.models.audit import AuditEventRow


@pytest.fixture
def nurse(world, browser):
    return browser(world.a.clinician)


@pytest.fixture
def full_ledger(db, world):
    """One vial from its receipt to its end, another in stock, and one draw not accounted for."""
    who = world.a.clinician
    make_colleague(db, world.a.clinic.id)
    sheet = make_ledger_infusion(db, who, world.a.patient_id)
    vial = make_vial(db, who)
    make_vial(
        db, who, first_label="K-02", lot="LOT-Q8", mg_per_ml=Decimal(50), volume_ml=Decimal(10)
    )
    entry = make_draw(db, who, sheet, vial, amount_ug=50_000)
    make_account(db, who, entry, wasted_ug=10_000, witness=WITNESS)
    counted = [Counted(vial_id=vial, found_ug=149_000)]
    drug_counts.count(db, who, counted, occurred_at=NOW, submission=None, now=NOW)
    found = Adjustment(found_ug=149_000, occurred_at=NOW, reason="Spilled at the sink")
    drug_counts.adjust(
        db, who, vial, found, seen_balance_ug=150_000, witness=WITNESS, submission=None, now=NOW
    )
    make_draw(db, who, sheet, vial, amount_ug=9_000)
    rest = Waste(amount_ug=140_000, occurred_at=NOW, reason="Opened yesterday")
    vials.waste_rest(db, who, vial, rest, witness=WITNESS, submission=None, now=NOW)
    return vial


def pages(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return [
        re.sub(r"\s+", " ", page.extract_text().replace("\u200b", ""))
        for page in PdfReader(io.BytesIO(answer.data)).pages
    ]


def test_every_entry_is_on_the_printed_ledger(nurse, db, full_ledger):
    answer = nurse.get("/ledger/ledger.pdf?from=2026-11-01&to=2026-11-30")
    text = " ".join(pages(answer))
    for words in (
        "Clinic A",
        "1 Test Street",
        "Controlled-drug ledger",
        "Sun 1 Nov 2026 to Mon 30 Nov 2026",
        "K-01, lot LOT-A7, 10 mg/mL",
        "Drawn for Sam SampleA (A-1001), infusion 1",
        "Clinician A, witness Second Colleague",
        "Counted 149 mg (14.9 mL): 1 mg less than the ledger",
        "Adjusted: Spilled at the sink",
        "Wasted: Opened yesterday",
        "Not accounted for yet",
        "1 draw in this period not accounted for yet.",
        "Made Mon 23 Nov 2026, 10:00 (America/New_York) by Clinician A",
        "Page 1 of",
        "LOT-Q8",
    ):
        assert words.replace(" ", "") in text.replace(" ", ""), words  # lines may break anywhere
    event = db.scalars(select(AuditEventRow.event).order_by(AuditEventRow.seq.desc())).first()
    assert event == "ledger printed"


def test_totals_add_up_from_before_to_after_when_a_period_is_printed(nurse, full_ledger):
    text = " ".join(pages(nurse.get("/ledger/ledger.pdf?from=2026-11-01&to=2026-11-30")))
    minus = "\N{MINUS SIGN}"
    assert f"Ketamine 10 mg/mL 0 200 {minus}59 {minus}140 {minus}1 0" in text
    assert "Ketamine 50 mg/mL 0 500 0 0 0 500" in text
    later = " ".join(pages(nurse.get("/ledger/ledger.pdf?from=2026-11-24&to=2026-11-30")))
    assert "Ketamine 50 mg/mL 500 0 0 0 0 500" in later
    assert "No entries in this period." in later


@pytest.mark.parametrize(
    "query",
    [
        "",
        "from=x&to=y",
        "from=2026-13-01",
        "from=2026-11-30&to=2026-11-01",
        "from=0001-01-01&to=9999-12-31",
        "paper=a4",
        "paper=x",
    ],
)
def test_a_period_that_makes_no_sense_prints_something_all_the_same(nurse, full_ledger, query):
    assert "Controlled-drug ledger" in pages(nurse.get(f"/ledger/ledger.pdf?{query}"))[0]


def test_the_period_is_chosen_on_a_page(nurse):
    wanted = {"from_day": "2026-10-01", "to_day": "2026-10-31"}
    answer = nurse.submit("/ledger/print", wanted, containing="from_day")
    assert answer.headers["Location"] == "/ledger/ledger.pdf?from=2026-10-01&to=2026-10-31"
    wrong = nurse.submit("/ledger/print", wanted | {"to_day": "2026-09-30"}, containing="from_day")
    assert wrong.status_code == 422
    assert "ends before it begins" in wrong.text


def test_the_count_sheet_names_every_vial_and_no_balance(nurse, full_ledger):
    (text,) = pages(nurse.get("/ledger/count-sheet.pdf"))
    for words in ("K-02", "LOT-Q8", "Wed 30 Jun 2027", "Counted by", "Witnessed by", "Page 1 of 1"):
        assert words in text, words
    assert "K-01" not in text  # it is empty
    assert "500" not in text


def test_a_long_ledger_says_what_is_not_printed(nurse, db, world):
    for number in range(13):
        make_vial(db, world.a.clinician, first_label=f"{number:02d}-01", how_many=50)
    text = pages(nurse.get("/ledger/ledger.pdf"))
    assert len(text) > 10
    assert "This period has 650 entries; the first 600 are printed." in text[-1]


def test_nothing_of_another_clinic_is_printed(nurse, db, world):
    make_vial(db, world.b.clinician, lot="LOT-B9")
    text = " ".join(pages(nurse.get("/ledger/ledger.pdf")))
    assert "LOT-B9" not in text
    assert "Nothing was in the ledger" in text
