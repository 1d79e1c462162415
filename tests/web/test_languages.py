"""Which language a page is in: the patient's choice, this browser's, what the browser asks for."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browsing import BASE, Page
from tests.make.progress import make_running_course
from tracker.domain.languages import Language
from tracker.domain.people import Person
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.check_ins import CheckInRow
from tracker.models.database import transaction
from tracker.web.formatting import NO_BREAK

MEXICAN = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}


def choose(db: Session, person: Person, language: Language | None, *, now: Any) -> None:
    with transaction(db):
        db.merge(
            CheckInPreferencesRow(
                patient_id=person.patient_id,
                clinic_id=person.clinic_id,
                language=language,
                changed_at=now,
            )
        )


def language_of(answer: Any) -> str:
    start = answer.text.split("<html lang=", 1)[1]
    return start[1:3]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.5", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr,es;q=0.8", "es"),
        ("fr", "en"),
        ("*", "en"),
        ("\x7f;;q=x", "en"),
        ("", "en"),
    ],
)
def test_a_page_for_nobody_yet_is_in_what_the_browser_asks_for(
    browser: Any, asked: str, shown: str
) -> None:
    answer = browser().get("/login", headers={"Accept-Language": asked})
    assert language_of(answer) == shown
    assert ("Contraseña" in answer.text) == (shown == "es")
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_link_chooses_and_the_choice_outlives_signing_out(
    browser: Any, world: Any, db: Session
) -> None:
    visitor = browser()
    page = visitor.get("/login")
    assert 'href="?language=es"' in page.text
    assert language_of(visitor.get("/login?language=es")) == "es"
    assert language_of(visitor.get("/help")) == "es"
    assert language_of(visitor.get("/nowhere")) == "es"
    assert language_of(visitor.get("/help?language=xx")) == "es"

    patient = browser(world.a.patient)
    assert language_of(patient.get("/me?language=es")) == "es"
    patient.submit_logout()
    answer = patient.get("/login")
    assert language_of(answer) == "es"
    assert "Ha salido de su cuenta." in answer.text


def test_what_a_patient_chose_comes_before_what_the_browser_asks_for(
    browser: Any, world: Any, db: Session, clock: Any
) -> None:
    person = world.a.patient
    assert language_of(browser(person).get("/me", headers=MEXICAN)) == "es"
    choose(db, person, Language.ENGLISH, now=clock())
    assert language_of(browser(person).get("/me", headers=MEXICAN)) == "en"
    choose(db, person, Language.SPANISH, now=clock())
    answer = browser(person).get("/me")
    assert language_of(answer) == "es"
    assert "Buenos días" in answer.text
    assert '<a href="/me/settings" hreflang="en" lang="en">English</a>' in answer.text


def test_staff_are_spoken_to_in_english(browser: Any, world: Any) -> None:
    for person in (world.a.clinician, world.a.therapist, world.a.administrator):
        visitor = browser(person)
        for path in ("/patients", "/admin", "/nowhere", "/help"):
            answer = visitor.get(f"{path}?language=es", headers=MEXICAN)
            assert language_of(answer) == "en", path
            assert "?language=" not in answer.text


def test_a_refused_form_says_why_in_the_language_of_the_page(browser: Any) -> None:
    visitor = browser()
    page = Page(visitor.get("/login", headers=MEXICAN).text)
    fields = page.form("password")["fields"]
    sent = {**fields, "email": ["kim"], "password": [""]}
    answer = visitor.client.post("/login", base_url=BASE, data=sent, headers=MEXICAN)
    assert answer.status_code == 422
    assert "Escriba un correo electrónico como nombre@example.org." in answer.text
    assert "Escriba su contraseña." in answer.text
    assert "Hay un problema. Todavía no se guardó nada." in answer.text


def test_a_rule_of_another_layer_is_said_in_the_language_of_the_page(browser: Any) -> None:
    visitor = browser()
    fields = Page(visitor.get("/login", headers=MEXICAN).text).form("password")["fields"]
    sent = {**fields, "email": ["kim@example.org"], "password": ["wrong"]}
    for _ in range(6):
        answer = visitor.client.post("/login", base_url=BASE, data=sent, headers=MEXICAN)
    assert "Demasiados intentos. Espere 1 min e intente otra vez." in answer.text


def test_the_language_costs_no_statement_of_its_own(browser: Any, world: Any) -> None:
    from tracker.queries import accounts

    assert "check_in_preferences" in str(accounts._BY_TOKEN.statement)


CALM = {"memories": "2", "sleep": "3", "anxiety": "1", "mood": "2", "safety": "1", "self_harm": "0"}


@pytest.fixture
def speaks_spanish(browser: Any, world: Any, db: Session, clock: Any) -> Any:
    make_running_course(db, world.a)
    choose(db, world.a.patient, Language.SPANISH, now=clock())
    return browser(world.a.patient)


def test_a_check_in_is_asked_answered_and_received_in_spanish(
    speaks_spanish: Any, db: Session
) -> None:
    asked = speaks_spanish.get_page("/me/check-in/daily")
    assert "Registro de hoy" in asked.text
    assert "¿Cuánto ha sentido hoy que no está a salvo?" in asked.text
    assert "How" not in asked.text
    answers = {f"answer_{name}": value for name, value in CALM.items()}
    answer = speaks_spanish.submit("/me/check-in/daily", answers, containing="due_key")
    assert answer.status_code == 303
    receipt = speaks_spanish.get_page("/me/check-ins/sent")
    assert f"Enviado: 10:00{NO_BREAK}a.{NO_BREAK}m." in receipt.html
    assert "Respondió 6 preguntas." in receipt.text
    newest = select(CheckInRow.language).order_by(CheckInRow.recorded_at.desc()).limit(1)
    assert db.scalars(newest).one() == "es"


def test_what_was_read_is_kept_although_the_language_changed_meanwhile(
    speaks_spanish: Any, world: Any, db: Session, clock: Any
) -> None:
    form = speaks_spanish.get_page("/me/check-in/daily").form("due_key")
    choose(db, world.a.patient, Language.ENGLISH, now=clock())
    answers = {f"answer_{name}": value for name, value in CALM.items()}
    sent = speaks_spanish.client_post("/me/check-in/daily", form["fields"] | answers)
    assert sent.status_code == 303
    newest = select(CheckInRow.language).order_by(CheckInRow.recorded_at.desc()).limit(1)
    assert db.scalars(newest).one() == "es"


def test_an_answer_that_worries_is_met_with_help_in_spanish(speaks_spanish: Any) -> None:
    answers = {f"answer_{name}": value for name, value in (CALM | {"self_harm": "3"}).items()}
    speaks_spanish.submit("/me/check-in/daily", answers, containing="due_key")
    page = speaks_spanish.get_page("/me/check-ins/sent")
    assert "Puede hablar con alguien ahora" in page.text
    assert "Veteranos: Llame al 988 y luego oprima 1" in page.text
    assert "Si una vida está en peligro ahora: Llame al 911" in page.text
    assert "Le pedimos a su equipo de atención que vea su respuesta ahora." in page.text


def test_an_answer_that_is_missing_is_asked_for_in_spanish(speaks_spanish: Any) -> None:
    answer = speaks_spanish.submit("/me/check-in/daily", {"answer_mood": "2"}, containing="due_key")
    assert answer.status_code == 422
    assert "Elija una respuesta u “Omitir esta pregunta”." in answer.text
