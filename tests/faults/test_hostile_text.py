"""Hostile words in every text that can be typed: stored as typed, shown as words, never run."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import String, text

from tests.browsing import BASE
from tests.conventions.test_routes import actors, address, rules
from tests.make import filled, filled_sheets
from tests.make.contacts import reach_everybody
from tests.make.everything import ids_of, make_everything
from tests.make.filled import Setting
from tracker.domain.contacts import Contact
from tracker.models import Base
from tracker.models.triggers import unguard_history, unguard_records, unguard_reports

pytestmark = pytest.mark.fault

HOSTILE = (
    "Zq<script>alert(1)</script>"
    "\"'><img src=x onerror=alert(2)>"
    "{{6*7+7}}${6*7+7}#{6*7+7}{% raise %}"
    "\u202egnp.exe\u202c'; DROP TABLE patients; --"
)
SHOWN = "Zq&lt;script&gt;alert(1)&lt;/script&gt;"
RUNS = re.compile(
    r"<script>alert|<img src=x|onerror=alert\(2\)>|Zq<|\b49\b.{0,3}\$?\b49\b|href=[\"']?javascript",
    re.I,
)


WITH_TEXT = (*filled.WITH_TEXT, *filled_sheets.ROOM_WITH_TEXT)


@pytest.fixture
def setting(browser: Any, world: Any, db: Any) -> Setting:
    return Setting(browser=browser, world=world, db=db)


TEXT_COLUMNS = {  # every column that holds what somebody typed
    "amendments": ("reason", "addendum", "author_name"),
    "clinic_closures": ("reason",),
    "clinics": ("name", "address", "phone"),
    "course_reviews": ("reason",),
    "course_assessments": ("assessment", "plan"),
    "courses": ("indication", "end_reason"),
    "given_infusions": ("dose_reason", "course_of_infusion", "stop_reason"),
    "glass_openings": ("words",),
    "infusion_events": ("correction_reason", "term", "action", "note"),
    "instrument_wordings": ("right_to_use",),
    "medicine_changes": ("correction_reason", "medicine", "dose", "note"),
    "medicines_given": ("correction_reason", "medicine", "dose", "route", "reason"),
    "notice_acknowledgements": ("notice_words", "action"),
    "passkeys": ("name",),
    "patient_proxies": ("name",),
    "patients": ("given_name", "family_name", "allergies"),
    "plan_changes": ("reason",),
    "planned_infusions": ("room", "not_given_reason"),
    "prior_treatments": ("correction_reason", "treatment", "treatment_class", "dose", "note"),
    "protocols": ("name",),
    "rate_changes": ("correction_reason", "reason"),
    "recovery_scores": ("correction_reason",),
    "report_batches": ("requester_name",),
    "run_sheet_moves": ("correction_reason", "reason", "left_with"),
    "safety_alerts": ("action_taken",),
    "score_imports": ("file_name",),
    "sheet_checks": ("correction_reason", "item_words", "reason", "note"),
    "sheet_notes": ("correction_reason", "note"),
    "signatures": ("gaps", "gaps_reason", "signer_name"),
    "signed_reports": ("signer_name",),
    "therapy_sessions": (
        "focus",
        "homework",
        "homework_done",
        "measures_reviewed",
        "next_steps",
        "risk",
    ),
    "users": ("name",),
    "vial_entries": ("reason",),
    "vials": ("label", "drug", "lot", "ndc", "supplier", "invoice"),
    "vital_signs": ("correction_reason",),
}
NOT_TYPED = {  # names, keys and addresses that the program itself makes or checks
    ("clinics", "timezone"),
    ("instruments", "title"),
    ("glass_openings", "reason"),
    ("record_restrictions", "reason"),
    ("users", "email"),
    ("asked_resets", "email"),
    ("users", "password_hash"),
    ("audit_events", "address"),
    ("sign_ins", "revoked_why"),
    ("sign_ins", "device"),
    ("sign_ins", "address"),
    ("check_in_drafts", "due_key"),
    ("check_ins", "due_key"),
    ("check_in_links", "due_key"),
    ("check_in_links", "revoked_why"),
    ("check_in_preferences", "timezone"),
    ("messages", "address"),
    ("messages", "dedupe_key"),
    ("messages", "due_key"),
    ("messages", "last_problem"),
    ("safety_alerts", "due_key"),
    ("safety_alerts", "rule"),
    ("invitations", "email"),
    ("invitations", "name"),
    ("amendments", "author_role"),
    ("amendments", "key_id"),
    ("batch_letters", "problem"),
    ("notice_acknowledgements", "notice_key"),
    ("patient_contacts", "key_id"),
    ("patient_proxies", "authority"),
    ("patient_proxies", "ended_why"),
    ("psychotherapy_notes", "key_id"),
    ("sheet_checks", "item_key"),
    ("signatures", "key_id"),
    ("signatures", "signer_role"),
    ("second_factors", "key_id"),
    ("signed_reports", "key_id"),
    ("signed_reports", "signer_role"),
}
MAY_BE_EMPTY = {
    "clinic_closures",
    "glass_openings",
    "passkeys",
    "plan_changes",
}


def poison(db: Any) -> None:
    """Write hostile words into every text column of every row, append-only or not."""
    unguard_records(db.connection())
    unguard_reports(db.connection())
    unguard_history(db.connection())
    for table, columns in TEXT_COLUMNS.items():
        if table not in MAY_BE_EMPTY:
            assert db.scalar(text(f'SELECT count(*) FROM "{table}"')), f"{table} has no row"
        for column in columns:
            words = HOSTILE[: Base.metadata.tables[table].c[column].type.length]
            db.execute(text(f'UPDATE "{table}" SET "{column}" = :words'), {"words": words})
    hostile = Contact(phone=HOSTILE[:80], email=HOSTILE[:254], escort=HOSTILE[:200])
    assert reach_everybody(db, hostile)
    db.commit()


def test_every_page_shows_hostile_words_as_words(
    app: Any, db: Any, browser: Any, world: Any, clock: Any
) -> None:
    make_everything(db, world, now=clock())
    db.rollback()
    poison(db)
    shown = 0
    for person in actors(world).values():
        visitor = browser(person)
        for rule in rules(app):
            if "GET" not in rule.methods:
                continue
            where = address(rule, ids_of("a"))
            answer = visitor.client.get(where, base_url=BASE)
            assert answer.status_code < 500, rule.rule
            if answer.mimetype in {"text/html", "image/svg+xml", "application/json"}:
                found = RUNS.search(answer.text.replace("\\u003c", "<").replace("\\u003C", "<"))
                assert found is None, f"{rule.rule}: {found and found[0]}"
                shown += SHOWN in answer.text
    assert shown > 10


@pytest.mark.parametrize("make", WITH_TEXT, ids=lambda make: make.__name__)
def test_hostile_words_are_stored_and_shown_again_as_typed(
    make: Any, setting: Setting, db: Any
) -> None:
    """Through the form: what comes back in the page is, unescaped, exactly what was typed."""
    form = make(setting)
    assert form.text
    column = Base.metadata.tables[form.table].c.get(form.text)
    words = HOSTILE[: min(column.type.length if column is not None else 90, 90)]
    answer = form.visitor.client_post(form.path, form.data | {form.text: words})
    if answer.status_code == 409:  # a preview's answers are fixed by its number
        pytest.fail("the form was stored before")
    assert answer.status_code == 303, answer.text
    db.rollback()
    if column is not None:
        stored = db.execute(text(f'SELECT "{form.text}" FROM "{form.table}"')).scalars().all()
        assert any(words in (each or "") for each in stored)
    page = form.visitor.client.get(answer.headers["Location"], base_url=BASE)
    assert RUNS.search(page.text) is None


@pytest.mark.parametrize("make", WITH_TEXT, ids=lambda make: make.__name__)
def test_hostile_words_that_do_not_fit_come_back_as_words(make: Any, setting: Setting) -> None:
    form = make(setting)
    words = HOSTILE * 60
    answer = form.visitor.client_post(form.path, form.data | {form.text: words})
    assert answer.status_code in {200, 409, 422}
    assert RUNS.search(answer.text) is None
    assert words in html.unescape(answer.text)


def test_no_text_column_is_left_out() -> None:
    """A new column for words has to be named here, or among those that hold no typed words."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String) and (column.type.length or 0) >= 80:
                is_tried = column.name in TEXT_COLUMNS.get(table.name, ())
                place = (table.name, column.name)
                assert is_tried or place in NOT_TYPED, place
