"""The printed record of an infusion, made from a sheet as people fill it in."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.browsing import BASE
from tests.make.drug_ledger import make_draw, make_vial
from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_move,
    make_sheet,
    make_vital_signs,
    planned_id,
)
from tracker.actions.vital_signs import correct_vital_signs
from tracker.domain.audit import AuditEvent
from tracker.domain.run_sheet_stages import Move
from tracker.domain.vital_signs import VitalSigns
from tracker.models.audit import AuditEventRow


@pytest.fixture
def planned(db, world):
    return planned_id(db, course_of_today(db, world.a.clinician, world.a.patient_id))


@pytest.fixture
def staff(browser, world):
    return browser(world.a.clinician)


def printed(staff, sheet_id, paper="letter"):
    path = f"/infusions/{sheet_id}/record.pdf?paper={paper}"
    answer = staff.client.get(path, base_url=BASE)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.fixture
def sheet(db, world, planned, clock):
    """Forty minutes with a pause, a gap and a slip that was corrected."""
    who = world.a.clinician
    sheet_id = make_infusion(db, who, planned, now=clock())
    clock.forward(minutes=10)
    wrong = {"systolic_mmhg": 138, "diastolic_mmhg": 80}
    slip = make_vital_signs(db, who, sheet_id, now=clock(), **wrong)
    clock.forward(minutes=2)
    correct_vital_signs(
        db,
        who,
        slip,
        VitalSigns(systolic_mmhg=118, diastolic_mmhg=80),
        measured_at=clock(),
        reason="Typed the wrong line",
        submission=None,
        now=clock(),
    )
    make_move(db, who, sheet_id, Move.PAUSE, at=clock(), now=clock(), reason="Line looked at")
    clock.forward(minutes=4)
    make_move(db, who, sheet_id, Move.RESUME, at=clock(), now=clock())
    clock.forward(minutes=20)
    make_vital_signs(db, who, sheet_id, now=clock())
    make_draw(db, who, sheet_id, make_vial(db, who, now=clock()), now=clock())
    clock.forward(minutes=1)
    return sheet_id


def test_a_record_holds_what_stands_on_the_sheet_and_what_was_corrected(staff, sheet):
    text = printed(staff, sheet)
    assert "Infusion 1 of 6, Mon 23 Nov 2026" in text
    assert "DRAFT, not signed" in text
    assert "T+10 10:10 138/80" in text
    assert "T+12 10:12 118/80" in text
    assert re.search(r"Corrected 10:12 by [\w. ]+: Typed the wrong line", text)
    assert "No set between 10:12 and 10:36 (24 min; every 10 asked)" in text
    assert "Paused (Line looked at)" in text
    assert "33 min so far" in text
    assert "lot LOT-A7" in text
    assert "Not accounted for" in text
    assert "80 kg × 0.5 mg/kg" in text
    assert "ours, not reviewed by this clinic" in text


def test_a_record_of_somebody_who_only_arrived_invents_nothing(staff, db, world, planned, clock):
    text = printed(staff, make_sheet(db, world.a.clinician, planned, now=clock()))
    assert "Not started" in text
    assert "No vital signs were entered." in text
    assert "No draw from a vial was recorded." in text
    assert "Open" in text


def test_an_infusion_that_ended_says_how_long_it_ran(staff, db, world, sheet, clock):
    clock.forward(minutes=3)
    version = int(re.findall(r"seen_version\" value=\"(\d+)", staff.get_page(_end(sheet)).html)[0])
    make_end(db, world.a.clinician, sheet, now=clock(), version=version)
    text = printed(staff, sheet, paper="a4")
    assert "10:00 to 10:40, 36 min running, 4 min paused" in text


def _end(sheet_id):
    return f"/infusions/{sheet_id}/end"


def test_printing_a_record_is_written_down(staff, db, sheet):
    printed(staff, sheet)
    kinds = db.scalars(select(AuditEventRow.event)).all()
    assert AuditEvent.RECORD_PRINTED in kinds


def test_nobody_else_prints_a_record(browser, world, sheet):
    path = f"/infusions/{sheet}/record.pdf"
    assert browser(world.b.clinician).client.get(path, base_url=BASE).status_code == 404
    assert browser(world.a.patient).client.get(path, base_url=BASE).status_code in (403, 404)
    assert browser(world.a.administrator).client.get(path, base_url=BASE).status_code == 403
