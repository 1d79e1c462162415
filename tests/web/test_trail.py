"""The audit trail as pages: asked by record, person, kind and time; a patient's own part."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.make.patients import make_patient
from tracker.domain.audit import AuditEvent, Trace, events_of, trace_of
from tracker.models.audit import AuditEventRow
from tracker.web.formatting import listing
from tracker.web.trail.pages import page_words


def ask(admin, **answers):
    answer = admin.submit("/admin/trail", answers, containing="record_number")
    assert answer.status_code == 200, answer.text
    return answer.text


def looks(browser, world, clock):
    browser(world.a.clinician).get(f"/patients/{world.a.patient_id}")
    clock.forward(days=1)
    browser(world.a.therapist).get(f"/patients/{world.a.patient_id}")
    browser(world.b.clinician).get(f"/patients/{world.b.patient_id}")
    browser(world.a.clinician).get("/admin")


def found(text):
    return [re.sub(r"<[^>]+>", " ", each) for each in re.findall(r"<tr>.*?</tr>", text, flags=re.S)]


def test_everything_of_the_clinic_and_nothing_of_another(browser, world, clock):
    looks(browser, world, clock)
    text = browser(world.a.administrator).get_page("/admin/trail").html
    assert "Clinician A" in text
    assert "Therapist A" in text
    assert "Clinician B" not in text
    assert "B-1001" not in text
    assert "SampleA" not in text, "records have numbers here, not names"


def test_by_record_person_kind_and_day(browser, world, clock):
    first_day = clock().date()
    looks(browser, world, clock)
    admin = browser(world.a.administrator)
    of_record = found(ask(admin, record_number="A-1001"))[1:]
    assert len(of_record) == 2
    assert all("A-1001" in each for each in of_record)
    of_person = found(ask(admin, person=str(world.a.therapist.user_id)))[1:]
    assert of_person
    assert all("Therapist A" in each for each in of_person)
    refused = found(ask(admin, trace="refused"))[1:]
    assert len(refused) == 1
    assert "Clinician A" in refused[0]
    day = first_day.isoformat()
    of_day = found(ask(admin, record_number="A-1001", first_on=day, last_on=day))[1:]
    assert len(of_day) == 1
    assert "Clinician A" in of_day[0]
    assert "Nothing fits" in ask(admin, record_number="nobody")
    assert "Nothing fits" in ask(admin, record_number="B-1001")


def test_looking_at_the_trail_is_in_the_trail(browser, world, db):
    browser(world.a.administrator).get("/admin/trail")
    events = db.scalars(select(AuditEventRow.event)).all()
    assert events.count("audit trail seen") == 1


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("trail.index", "Audit trail"),
        ("course_assessments.edit", "Course assessments: edit"),
        ("infusions.add_vital_signs", "Run sheet: add vital signs"),
        ("", ""),
    ],
)
def test_a_page_is_named_in_words(page, words):
    assert page_words(page) == words


def test_the_table_begins_each_cell_as_a_sentence_does(browser, world, clock):
    looks(browser, world, clock)
    text = browser(world.a.administrator).get_page("/admin/trail").html
    assert ">Page seen" in re.sub(r">\s+", ">", text)
    assert "patients.show" not in text
    assert ">Address<" in re.sub(r"\s*([<>])\s*", r"\1", text)


def test_a_long_trail_is_shown_a_page_at_a_time(browser, world, clock):
    clinician = browser(world.a.clinician)
    for _ in range(104):
        clock.forward(seconds=1)
        clinician.get("/alerts")
    admin = browser(world.a.administrator)
    page = admin.get_page("/admin/trail")
    first = found(page.html)[1:]
    assert len(first) == 100
    (further,) = [each for each in page.forms if any(each["fields"].get("before", []))]
    answer = admin.client_post("/admin/trail", further["fields"])
    second = found(answer.text)[1:]
    assert 0 < len(second) < 100
    assert not set(first) & set(second)


def test_only_administrators_see_it(browser, world):
    for person in (world.a.clinician, world.a.therapist, world.a.patient):
        assert browser(person).get("/admin/trail").status_code == 403


def test_a_patient_sees_who_opened_the_record_and_nobody_else_s(browser, world, clock, db):
    looks(browser, world, clock)
    other = make_patient(db, world.a.clinician)
    browser(world.a.clinician).get(f"/patients/{other}")
    phone = browser(world.a.patient)
    phone.get("/me")
    text = phone.get_page("/me/opened").text
    assert "Therapist A Tue 24 Nov 2026 : looked once" in text.replace("2026:", "2026 :")
    assert "Clinician A Mon 23 Nov 2026 : looked once" in text.replace("2026:", "2026 :")
    assert "Patient A" not in text
    assert text.count("looked") == 2


def test_in_spanish_the_last_two_are_joined_as_spanish_does(app):
    with app.test_request_context("/login?language=es"):
        app.preprocess_request()
        assert listing(["miró 2 veces", "imprimió una vez"]) == "miró 2 veces e imprimió una vez"
        assert listing(["miró", "escribió", "anotó"]) == "miró, escribió y anotó"
        assert listing(["hielo", "historia"]) == "hielo e historia"
        assert listing(["agua", "hielo"]) == "agua y hielo"
    assert listing(["a", "b", "c"]) == "a, b and c"


def test_nobody_opened_it_so_far(browser, world):
    assert "Nobody else opened it so far." in browser(world.a.patient).get_page("/me/opened").text


def test_every_event_is_one_kind_of_trace():
    kinds = [events_of(trace) for trace in Trace]
    assert sum(map(len, kinds)) == len(AuditEvent)
    assert trace_of("patient changed") is Trace.CHANGED
    assert trace_of("report printed") is Trace.PRINTED


def test_the_clock_of_the_clinic_bounds_a_day(browser, world, clock):
    clock.forward(hours=13, minutes=59)  # 23:59 in New York
    browser(world.a.clinician).get("/alerts")
    clock.forward(minutes=2)
    browser(world.a.therapist).get("/alerts")
    admin = browser(world.a.administrator)
    day = (clock() - timedelta(days=1)).date().isoformat()
    of_day = " ".join(found(ask(admin, first_on=day, last_on=day)))
    assert "Clinician A" in of_day
    assert "Therapist A" not in of_day
