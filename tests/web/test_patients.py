"""The pages about patients, as a browser sees them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.make.contacts import contact_of, reach_everybody
from tests.make.patients import NOW, make_patient
from tests.make.progress import make_running_course
from tests.make.world import World
from tests.statements import count_reads
from tracker.actions import submissions
from tracker.domain.contacts import CANNOT_BE_READ, NOT_READABLE, Contact
from tracker.models.accounts import SubmissionRow
from tracker.models.patient_contacts import PatientContactRow
from tracker.models.patients import PatientRow
from tracker.models.run_sheets import RunSheetRow
from tracker.queries.patients import get_patient, list_patients, search_patients
from tracker.reports.infusion_record import RecordPatient

GOOD = {
    "record_number": "R-77",
    "given_name": "Robin",
    "family_name": "Ångström",
    "born_on": "1980-02-29",
    "phone": "+1 555 0101",
    "email": "robin@example.org",
    "allergies": "latex",
    "escort": "Kim, +1 555 0102",
    "unavailable_on": "2026-12-24, 26 Dec 2026 to 28 Dec 2026",
}


def stored(db: Session) -> int:
    return db.execute(select(func.count()).select_from(PatientRow)).scalar_one()


def test_a_registered_patient_reads_back_as_typed(browser: Any, world: World, db: Session) -> None:
    clinician = browser(world.a.clinician)
    answer = clinician.submit("/patients/new", GOOD)
    assert answer.status_code == 303
    page = clinician.get_page(answer.headers["Location"])
    for words in (
        "Robin Ångström",
        "29 Feb 1980 (46 years)",
        "R-77",
        "latex",
        "Kim, +1 555 0102",
        "Thu 24 Dec, Sat 26 Dec, Sun 27 Dec, Mon 28 Dec",
    ):
        assert words in page.text
    assert re.search(r"Saved at \d\d:\d\d\.", page.text)
    edit = clinician.get_page(answer.headers["Location"] + "/edit").form("born_on")["fields"]
    assert edit["born_on"] == ["1980-02-29"]
    assert "2026-12-27" in edit["unavailable_on"][0]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("record_number", ""),
        ("record_number", "x" * 41),
        ("record_number", "A-1001"),
        ("given_name", ""),
        ("given_name", "x" * 81),
        ("family_name", "\x00\x07"),
        ("born_on", ""),
        ("born_on", "2026-02-30"),
        ("born_on", "29/02/1980"),
        ("born_on", "2026-11-24"),
        ("born_on", "1899-12-31"),
        ("born_on", "١٩٨٠-٠٢-٢٨"),
        ("email", "not an address"),
        ("allergies", "x" * 401),
        ("escort", "x" * 201),
        ("unavailable_on", "next week"),
        ("unavailable_on", "2026-02-30"),
        ("unavailable_on", "2020-01-01 to 2099-01-01"),
    ],
)
def test_the_form_comes_back_and_nothing_is_stored_when_an_answer_does_not_fit(
    browser: Any, world: World, db: Session, name: str, typed: str
) -> None:
    before = stored(db)
    answer = browser(world.a.clinician).submit("/patients/new", GOOD | {name: typed})
    assert answer.status_code == 422
    assert "Ångström" in answer.text or name == "family_name"
    assert f'id="{name}-error"' in answer.text
    assert "<title>Error: " in answer.text
    db.rollback()
    assert stored(db) == before


def test_markup_stays_text_when_somebody_types_it(browser: Any, world: World, db: Session) -> None:
    clinician = browser(world.a.clinician)
    nasty = "<script>alert(1)</script>{{7*7}}"
    answer = clinician.submit("/patients/new", GOOD | {"family_name": nasty})
    page = clinician.get(answer.headers["Location"]).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_one_patient_is_stored_when_the_form_is_sent_twice(
    browser: Any, world: World, db: Session
) -> None:
    clinician = browser(world.a.clinician)
    fields = clinician.get_page("/patients/new").form("record_number")["fields"] | GOOD
    before = stored(db)
    first = clinician.client_post("/patients/new", fields)
    second = clinician.client_post("/patients/new", fields)
    assert first.headers["Location"] == second.headers["Location"]
    db.rollback()
    assert stored(db) == before + 1


def test_both_versions_are_shown_when_a_stale_form_is_sent(
    browser: Any, world: World, db: Session
) -> None:
    path = f"/patients/{world.a.patient_id}/edit"
    clinician, therapist = browser(world.a.clinician), browser(world.a.therapist)
    fields = therapist.get_page(path).form("phone")["fields"]
    assert clinician.submit(path, {"phone": "111"}).status_code == 303
    answer = therapist.client_post(path, fields | {"phone": "222"})
    assert answer.status_code == 409
    assert "111" in answer.text
    assert "222" in answer.text
    db.rollback()
    assert get_patient(db, world.a.clinician, world.a.patient_id, now=NOW).details.phone == "111"


def test_a_search_finds_by_part_of_a_name_or_number_and_takes_signs_as_they_are(
    browser: Any, world: World, db: Session
) -> None:
    make_patient(db, world.a.clinician, record_number="50%_X", family_name="O'Brien")
    make_patient(db, world.b.clinician, record_number="B-50%", family_name="O'Brien")
    clinician = browser(world.a.clinician)
    for text in ("o'br", "0%_x", "robin O'BRIEN", "  50%  "):
        answer = clinician.submit("/patients", {"q": text})
        assert answer.status_code == 200, text
        assert "50%_X" in answer.text, text
        assert "A-1001" not in answer.text
        assert "B-50%" not in answer.text
    for text in ("50%A", "_____", "'; DROP TABLE patients; --"):
        assert "Nobody found" in clinician.submit("/patients", {"q": text}).text
    for text in ("", "  ", "\x00", "x" * 81):
        assert clinician.submit("/patients", {"q": text}).status_code == 422


def test_the_list_is_paged_when_there_are_many(browser: Any, world: World, db: Session) -> None:
    for number in range(26):
        make_patient(db, world.a.clinician, family_name=f"Name{number:02}")
    clinician = browser(world.a.clinician)
    first = clinician.get_page("/patients")
    assert "1 to 25 of 27 patients" in first.text
    assert "Name00" in first.text
    second = clinician.get_page("/patients?page=2")
    assert "26 to 27 of 27 patients" in second.text
    assert "Name00" not in second.text
    for odd in ("0", "-1", "x", "99999", "9" * 30):
        assert clinician.get(f"/patients?page={odd}").status_code == 200


def test_the_list_shows_no_patient_of_another_clinic(
    browser: Any, world: World, db: Session
) -> None:
    page = browser(world.a.clinician).get_page("/patients")
    assert "SampleA" in page.text
    assert "SampleB" not in page.text


def test_an_invitation_link_is_shown_once_and_opens_an_account(
    browser: Any, world: World, db: Session, caplog: pytest.LogCaptureFixture
) -> None:
    patient_id = make_patient(db, world.a.clinician)
    therapist = browser(world.a.therapist)
    page = therapist.get_page(f"/patients/{patient_id}")
    form = next(each for each in page.forms if each["action"].endswith("/invitation"))
    answer = therapist.client_post(form["action"], form["fields"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    link = re.search(r"http://127\.0\.0\.1:8000(/welcome/[\w-]{43})", answer.text)
    assert link
    assert link[1].rsplit("/", 1)[1] not in caplog.text
    assert "Invited. The link works once" in therapist.get_page(f"/patients/{patient_id}").text
    opened = browser(None).submit(
        link[1],
        {"name": "Robin", "email": "robin@home.test", "password": "correct horse battery"},
    )
    assert opened.status_code == 303
    after = therapist.get_page(f"/patients/{patient_id}")
    assert "has an account" in after.text
    again = therapist.client_post(form["action"], form["fields"])
    assert again.status_code == 303


def test_the_list_and_the_page_take_a_fixed_number_of_statements(world: World, db: Session) -> None:
    who = world.a.clinician
    for _ in range(3):
        make_patient(db, who)
    db.rollback()
    today = NOW.date()
    assert count_reads(db, lambda: list_patients(db, who, today=today)) == 2
    assert count_reads(db, lambda: search_patients(db, who, "robin", today=today)) == 2
    assert count_reads(db, lambda: get_patient(db, who, world.a.patient_id, now=NOW)) == 3


def test_allergies_that_nobody_recorded_never_read_as_none(
    browser: Any, world: World, db: Session
) -> None:
    course_id = make_running_course(db, world.a, given=1)
    sheet_id = db.scalars(select(RunSheetRow.id)).one()
    db.rollback()
    nurse = browser(world.a.clinician)
    patient, course = f"/patients/{world.a.patient_id}", f"/courses/{course_id}"
    for path in (
        patient,
        f"{patient}/prior-treatments",
        f"{patient}/medicines",
        course,
        f"{course}/progress",
        f"{course}/therapy-sessions/new",
        f"/infusions/{sheet_id}",
        f"/infusions/{sheet_id}/sign",
    ):
        html = nurse.get_page(path).html
        assert "<dt>Allergies</dt><dd>Not recorded</dd>" in html, f"{path}: {html}"


def test_a_printed_run_sheet_says_so_too() -> None:
    assert RecordPatient(name="Sam Sample").allergies == "Not recorded"


def test_what_no_key_opens_is_said_on_every_page_and_not_written_over(
    browser: Any, world: World, db: Session
) -> None:
    make_running_course(db, world.a)
    assert reach_everybody(db, Contact(phone="+1 555 0142", escort="Kim Quarrier"))
    db.execute(update(PatientContactRow).values(key_id="00000000"))
    db.commit()
    clinician = browser(world.a.clinician)
    path = f"/patients/{world.a.patient_id}"
    page = clinician.get_page(path).text
    assert page.count(NOT_READABLE) == 2
    assert "0142" not in page
    assert NOT_READABLE in clinician.get_page("/check-ins").text
    asking = clinician.get_page(path + "/check-in-settings").text
    assert f"In the record: {NOT_READABLE}, {NOT_READABLE}." in asking
    before = db.execute(select(PatientContactRow.ciphertext)).scalars().all()
    db.rollback()
    answer = clinician.submit(path + "/edit", {"phone": "111", "escort": ""})
    assert answer.status_code == 422
    assert CANNOT_BE_READ in answer.text
    assert db.execute(select(PatientContactRow.ciphertext)).scalars().all() == before
    db.rollback()
    assert clinician.submit(path + "/edit", {"allergies": "Latex"}).status_code == 303
    assert "Latex" in clinician.get_page(path).text
    assert db.execute(select(PatientContactRow.ciphertext)).scalars().all() == before


def test_a_form_opened_without_the_key_writes_nothing_over_what_opens_again(
    browser: Any, world: World, db: Session
) -> None:
    contact = Contact(phone="+1 555 0142", escort="Kim Quarrier")
    assert reach_everybody(db, contact)
    right = db.execute(select(PatientContactRow.key_id).limit(1)).scalar_one()
    db.execute(update(PatientContactRow).values(key_id="00000000"))
    db.commit()
    clinician = browser(world.a.clinician)
    path = f"/patients/{world.a.patient_id}/edit"
    fields = clinician.get_page(path).form("record_number")["fields"]
    assert fields["phone"] == [NOT_READABLE]
    db.execute(update(PatientContactRow).values(key_id=right))
    db.commit()
    assert clinician.client_post(path, fields | {"allergies": "Latex"}).status_code == 409
    assert contact_of(db, world.a.patient_id) == contact


def test_a_clinic_reads_no_contact_under_the_id_of_another(
    browser: Any, world: World, db: Session
) -> None:
    """A row that was copied to another patient says nothing there."""
    reach_everybody(db, Contact(phone="+1 555 0142"), clinic_id=world.b.clinic.id)
    table = PatientContactRow.__table__
    row = db.execute(select(table).where(table.c.clinic_id == world.b.clinic.id)).one()
    reach_everybody(db, Contact(phone="111"), clinic_id=world.a.clinic.id)
    values = {"key_id": row.key_id, "nonce": row.nonce, "ciphertext": row.ciphertext}
    db.execute(update(PatientContactRow).values(**values))
    db.commit()
    assert contact_of(db, world.b.patient_id).phone == "+1 555 0142"
    db.rollback()
    page = browser(world.a.clinician).get_page(f"/patients/{world.a.patient_id}").text
    assert NOT_READABLE in page
    assert "0142" not in page


def test_the_hash_of_a_form_that_was_sent_needs_the_key(
    browser: Any, world: World, db: Session
) -> None:
    """Names and number stand beside it: a plain one would tell whether a telephone fits."""
    clinician = browser(world.a.clinician)
    fields = clinician.get_page("/patients/new").form("record_number")["fields"] | GOOD
    plain: list[bytes] = []
    keyed = submissions.keyed

    def seen(submission: Any, ring: Any) -> Any:
        plain.append(submission.payload_hash)
        return keyed(submission, ring)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(submissions, "keyed", seen)
        assert clinician.client_post("/patients/new", fields).status_code == 303
    (stored_hash,) = db.scalars(select(SubmissionRow.payload_hash)).all()
    assert len(plain) == 1
    assert stored_hash != plain[0]
