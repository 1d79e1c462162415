"""No page of one clinic shows a word of another, and none of a patient one of a neighbour."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from tests.browsing import BASE
from tests.conventions.test_routes import actors, address, rules
from tests.make.contacts import reach_everybody
from tests.make.courses import make_course
from tests.make.everything import ids_of, make_everything
from tests.make.patients import make_patient
from tracker.domain.contacts import Contact
from tracker.models.triggers import unguard_history, unguard_records

NEIGHBOUR = "Nachbarin"
WORDS_OF_B = {  # columns that hold words of a record; clinic B's get a mark
    "amendments": ("addendum", "reason", "author_name"),
    "course_reviews": ("reason",),
    "course_assessments": ("assessment", "plan"),
    "courses": ("indication",),
    "given_infusions": ("course_of_infusion",),
    "infusion_events": ("term", "note", "action"),
    "medicine_changes": ("medicine", "note"),
    "medicines_given": ("medicine", "reason"),
    "notice_acknowledgements": ("notice_words", "action"),
    "patients": ("given_name", "family_name", "record_number", "allergies"),
    "planned_infusions": ("room",),
    "prior_treatments": ("treatment", "treatment_class", "dose", "note"),
    "protocols": ("name",),
    "rate_changes": ("reason",),
    "run_sheet_moves": ("reason", "left_with"),
    "safety_alerts": ("action_taken",),
    "sheet_checks": ("item_words", "reason", "note"),
    "sheet_notes": ("note",),
    "signatures": ("signer_name", "gaps", "gaps_reason"),
    "therapy_sessions": ("focus", "homework", "homework_done", "measures_reviewed", "next_steps"),
    "vial_entries": ("reason",),
    "vials": ("label", "lot", "supplier", "invoice"),
}
MARK = "Bzzt"
NO_TEXT = {"application/pdf", "application/zip"}


@pytest.fixture
def two_clinics(app: Any, db: Any, world: Any, clock: Any) -> Any:
    make_everything(db, world, now=clock())
    db.rollback()
    unguard_records(db.connection())
    unguard_history(db.connection())
    for table, columns in WORDS_OF_B.items():
        for column in columns:
            db.execute(
                text(f'UPDATE "{table}" SET "{column}" = :mark WHERE clinic_id = :clinic'),
                {"mark": f"{MARK} {column}", "clinic": world.b.clinic.id.hex},
            )
        marked = f'SELECT count(*) FROM "{table}" WHERE "{columns[0]}" LIKE :mark'
        assert db.scalar(text(marked), {"mark": f"{MARK}%"}), f"{table} has no row of clinic B"
    db.execute(
        text("INSERT INTO clinic_closures VALUES (:c, '2026-12-24', :m)"),
        {"c": world.b.clinic.id.hex, "m": MARK},
    )
    marked_contact = Contact(phone=f"{MARK} phone", email=f"{MARK} email", escort=f"{MARK} escort")
    assert reach_everybody(db, marked_contact, clinic_id=world.b.clinic.id)
    db.commit()
    neighbour = make_patient(db, world.a.clinician, family_name=NEIGHBOUR, record_number="N-1")
    make_course(db, world.a.clinician, neighbour, room=NEIGHBOUR)
    return app


def pages(app: Any, visitor: Any) -> Any:
    """Every page that this visitor can open, in clinic A."""
    for rule in rules(app):
        if "GET" in rule.methods:
            answer = visitor.client.get(address(rule, ids_of("a")), base_url=BASE)
            assert answer.status_code < 500 or rule.endpoint == "health.ready", rule.rule
            if answer.status_code == 200 and answer.mimetype not in NO_TEXT:
                yield rule.rule, answer.text


def look_for_b(app: Any, browser: Any, world: Any) -> None:
    foreign = [MARK, "SampleB", "B-1001", "Clinic B", "@b.test"]
    foreign += [str(each) for each in ids_of("b").values()]
    seen = 0
    for person in actors(world).values():
        for where, page in pages(app, browser(person)):
            found = [words for words in foreign if words in page]
            assert not found, f"{where}: {found}"
            seen += 1
    assert seen > 30


def test_no_page_shows_anything_of_another_clinic(
    two_clinics: Any, browser: Any, world: Any
) -> None:
    look_for_b(two_clinics, browser, world)


def test_no_page_shows_a_closed_alert_of_another_clinic(
    two_clinics: Any, browser: Any, world: Any, db: Any
) -> None:
    close = (
        "UPDATE safety_alerts SET closed_at = raised_at, done_at = raised_at, "
        "action_taken = :mark, closed_by = :by"
    )
    for people, words in ((world.a, "done"), (world.b, MARK)):
        db.execute(
            text(f"{close} WHERE clinic_id = :clinic"),
            {
                "mark": words,
                "by": people.clinician.user_id.hex,
                "clinic": people.clinic.id.hex,
            },
        )
    db.commit()
    look_for_b(two_clinics, browser, world)


def test_no_search_finds_anybody_of_another_clinic(
    two_clinics: Any, browser: Any, world: Any
) -> None:
    nurse = browser(world.a.clinician)
    for words in (MARK, "family", "B-1001", "%", "_"):
        answer = nurse.post("/patients", {"q": words, "submission_id": ""})
        assert f"{MARK} family_name" not in answer.text


def test_no_page_of_a_patient_shows_a_neighbour(two_clinics: Any, browser: Any, world: Any) -> None:
    seen = 0
    for where, page in pages(two_clinics, browser(world.a.patient)):
        assert NEIGHBOUR not in page, where
        seen += where.startswith("/me")
    assert seen > 2
    shown = [page for _where, page in pages(two_clinics, browser(world.a.clinician))]
    assert any(NEIGHBOUR in page for page in shown), "the neighbour is there for staff"
