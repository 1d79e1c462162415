"""What the pages of the drug ledger read: a fixed number of statements, whatever is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.make.drug_ledger import make_account, make_draw, make_ledger_infusion, make_vial
from tests.make.patients import NOW
from tests.statements import count_statements
from tracker.queries import drug_ledger, drug_records


def statements(db, ask):
    db.rollback()
    db.connection()  # BEGIN is no statement of a page
    sent = count_statements(db, ask)
    db.rollback()
    return sent


def test_pages_take_the_same_number_of_statements_however_long_the_ledger_is(db, world):
    who = world.a.clinician
    sheet = make_ledger_infusion(db, who, world.a.patient_id)
    vial = make_vial(db, who)
    entry = make_draw(db, who, sheet, vial, amount_ug=1000)
    since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
    asks = {
        "ledger": lambda: drug_ledger.get_ledger(db, who),
        "vial": lambda: drug_ledger.get_vial(db, who, vial),
        "sheet": lambda: drug_ledger.for_sheet(db, who, sheet),
        "draw": lambda: drug_ledger.get_draw(db, who, entry),
        "stock": lambda: drug_ledger.list_stock(db, who),
        "lot": lambda: drug_records.find_lot(db, who, "LOT-A7"),
        "period": lambda: drug_records.get_period(db, who, since=since, until=until),
    }
    expected = {"ledger": 4, "vial": 2, "sheet": 1, "draw": 1, "stock": 1, "lot": 1, "period": 2}
    assert {name: statements(db, ask) for name, ask in asks.items()} == expected
    for number in range(5):
        other = make_vial(db, who, first_label=f"X-{number}")
        make_account(db, who, make_draw(db, who, sheet, other))
        make_draw(db, who, sheet, vial, amount_ug=1000)
    assert {name: statements(db, ask) for name, ask in asks.items()} == expected


@pytest.mark.parametrize(
    ("hours", "entries", "before"), [(-2, 2, 0), (0, 1, 200_000), (1, 0, 160_000)]
)
def test_a_period_begins_with_what_was_there_before_it(db, world, hours, entries, before):
    """Received an hour before `NOW`, 40 mg drawn at `NOW`."""
    who = world.a.clinician
    sheet = make_ledger_infusion(db, who, world.a.patient_id)
    make_draw(db, who, sheet, make_vial(db, who))
    found = drug_records.get_period(
        db, who, since=NOW + timedelta(hours=hours), until=NOW + timedelta(days=1)
    )
    assert len(found.lines) == found.total == entries
    (total,) = found.totals
    assert total.before_ug == before
    assert total.after_ug == 160_000
