"""Pages of proxies: staff arrange it, the patient sees and ends it, the proxy reads visits."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from tests.browsing import BASE
from tests.make.accounts import PASSWORD
from tests.make.check_ins import send_daily
from tests.make.courses import make_course
from tests.make.everything import ids_of
from tests.make.patients import make_patient
from tests.make.proxies import make_proxy
from tracker.actions.restrictions import restrict
from tracker.domain.restrictions import RestrictionReason
from tracker.models.proxies import ProxyRow

WHO = {
    "name": "Avery Sample",
    "email": "avery@p.test",
    "authority": "written authorisation of the patient",
}
ARRANGED = ids_of("a")["proxy"]


@pytest.fixture
def path(world: Any) -> str:
    return f"/patients/{world.a.patient_id}/proxies"


@pytest.fixture
def course(db: Any, world: Any) -> Any:
    return make_course(db, world.a.clinician, world.a.patient_id)


@pytest.fixture
def proxy(db: Any, world: Any, clock: Any, course: Any, browser: Any) -> Any:
    """The browser of the proxy of the patient of clinic A."""
    make_proxy(db, world.a, ARRANGED, clock())
    return browser(world.a.proxy)


def token_of(text: str) -> str:
    found = re.search(r"/welcome/([\w-]{43})", text)
    assert found is not None
    return found[1]


def test_staff_arrange_it_the_proxy_opens_an_account_and_reads_the_visits(
    browser: Any, world: Any, path: str, course: Any
) -> None:
    nurse = browser(world.a.nurse)
    assert path in nurse.get(f"/patients/{world.a.patient_id}").text
    answer = nurse.submit(path, WHO, containing="last_on")
    assert "It is shown only now" in answer.text
    token = token_of(answer.text)
    listed = nurse.get_page(path).text
    assert "Avery Sample" in listed
    assert "Invited. The link works once, until Thu 26 Nov 2026" in listed
    assert token not in listed

    visitor = browser(None)
    page = visitor.get_page(f"/welcome/{token}")
    assert "somebody’s visits are" in page.text
    assert "name" not in page.form("password")["fields"]
    answer = visitor.submit(f"/welcome/{token}", {"password": PASSWORD})
    assert answer.status_code == 303
    page = visitor.get_page("/")
    assert page.headings == ["Visits"]
    assert "You see here the visits of Sam SampleA." in page.text
    assert "Tue 24 Nov 2026, 9:00 a.m. Visit 1 of 6" in page.text
    assert "Visit 6 of 6" in page.text
    assert "Talk with the therapist" in page.text
    assert "Sees the visits until somebody ends it." in nurse.get_page(path).text


def test_what_is_missing_is_said_beside_its_question(browser: Any, world: Any, path: str) -> None:
    answer = browser(world.a.clinician).submit(path, {"name": ""}, containing="last_on")
    assert answer.status_code == 422
    for words in ("Enter who it is.", "Enter e-mail address.", "Choose one of the answers."):
        assert words in answer.text
    over = WHO | {"last_on": "2026-11-22"}
    answer = browser(world.a.clinician).submit(path, over, containing="last_on")
    assert (answer.status_code, "from today on" in answer.text) == (422, True)


def test_a_proxy_reads_what_to_do_before_and_after_and_is_told_what_is_not_shown(
    proxy: Any,
) -> None:
    text = proxy.get_page("/for").text
    assert "Arrange who brings them home afterwards." in text
    assert "No driving, no machines" in text
    assert "Answers, results, notes and letters stay between Sam SampleA and the clinic." in text
    assert "there are no questions to answer here" in text
    assert "telephone number: +1 555 0100." in text
    assert "988" in text


def test_a_proxy_sees_no_answer_no_score_and_no_other_patient(
    db: Any, world: Any, clock: Any, proxy: Any
) -> None:
    send_daily(db, world.a, now=clock())
    other = make_patient(db, world.a.clinician, family_name="Nachbarin")
    make_course(db, world.a.clinician, other, start_on=clock().date(), room="Nachbarin")
    before = proxy.get("/for").text
    assert "Nachbarin" not in before
    assert "Mon 23 Nov" not in before  # the neighbour's first visit
    for words in ("ketamine", "infusion", "mg", "score", "check-in"):
        assert not re.search(rf"\b{words}\b", before, re.I), words


@pytest.mark.parametrize(
    "where",
    [
        "/me",
        "/me/progress",
        "/me/opened",
        "/me/proxies",
        "/me/settings",
        "/me/check-in/daily",
        "/board",
        "/patients",
        "/alerts",
        "/admin",
        "/outcomes",
    ],
)
def test_every_other_page_is_shut_to_a_proxy(proxy: Any, where: str) -> None:
    assert proxy.get(where).status_code == 403


def test_a_proxy_s_own_record_number_opens_nothing(proxy: Any, world: Any, course: Any) -> None:
    for where in (f"/patients/{world.a.patient_id}", f"/courses/{course}/progress"):
        assert proxy.get(where).status_code == 403
    assert proxy.post("/me/check-in/daily", {"memories": "3"}).status_code == 403


def test_the_patient_sees_who_reads_and_each_day_on_which_they_looked(
    browser: Any, world: Any, proxy: Any
) -> None:
    proxy.get("/for")
    proxy.get("/for")
    patient = browser(world.a.patient)
    opened = patient.get_page("/me/opened").text
    assert "Proxy A Mon 23 Nov 2026: looked 2 times" in opened
    text = patient.get_page("/me/proxies").text
    assert "Proxy A Arranged by Clinician A on Mon 23 Nov 2026" in text
    assert "Sees your visits until you or the clinic end it." in text


def test_the_patient_ends_it_and_the_next_click_signs_the_proxy_out(
    browser: Any, world: Any, proxy: Any
) -> None:
    assert proxy.get("/for").status_code == 200
    patient = browser(world.a.patient)
    answer = patient.submit("/me/proxies", {}, containing="proxy_id")
    assert answer.headers["Location"].endswith("/me/proxies")
    text = patient.get_page("/me/proxies").text
    assert "sees nothing any more" in text
    assert "Ended on Mon 23 Nov 2026." in text
    assert "End it now" not in text
    gone = proxy.client.get("/for", base_url=BASE)
    assert (gone.status_code, gone.headers["Location"]) == (303, "/login")


def test_staff_end_it(browser: Any, world: Any, proxy: Any, path: str) -> None:
    therapist = browser(world.a.therapist)
    assert therapist.post(f"/proxies/{ARRANGED}/end", {}).status_code == 303
    text = therapist.get_page(path).text
    assert "Ended by Therapist A on Mon 23 Nov 2026." in text
    assert "End it for" not in text
    assert proxy.client.get("/for", base_url=BASE).status_code == 303


def test_a_restriction_ends_it_and_says_so(
    browser: Any, db: Any, world: Any, clock: Any, proxy: Any, path: str
) -> None:
    restrict(
        db,
        world.a.clinician,
        world.a.patient_id,
        reason=RestrictionReason.OWN_WISH,
        readers=[],
        now=clock(),
    )
    assert proxy.client.get("/for", base_url=BASE).status_code == 303
    assert "the record was restricted" in browser(world.a.clinician).get_page(path).text
    assert browser(world.a.nurse).get(path).status_code == 404


def test_nobody_ends_what_is_not_of_their_own_record(
    browser: Any, db: Any, world: Any, proxy: Any
) -> None:
    sent = {"proxy_id": str(ARRANGED)}
    assert browser(world.b.patient).post("/me/proxies/end", sent).status_code == 404
    assert browser(world.a.patient).post("/me/proxies/end", {}).status_code == 400
    assert browser(world.b.clinician).post(f"/proxies/{ARRANGED}/end", {}).status_code == 404
    assert db.scalar(select(ProxyRow.ended_at)) is None
    assert proxy.get("/for").status_code == 200


def test_a_proxy_looks_after_their_own_account(proxy: Any) -> None:
    page = proxy.get_page("/account")
    assert "Change your password" in page.text
    assert "Set up a second factor" in page.text
    assert "data-person" not in page.html
    assert "data-sender" not in proxy.get("/for").text


def test_a_proxy_chooses_a_language_with_the_link_below(proxy: Any) -> None:
    assert "?language=es" in proxy.get("/for").text
    text = proxy.get("/for?language=es").text
    assert '<html lang="es">' in text
    assert "Aquí ve las visitas de Sam SampleA." in text


def test_a_patient_reads_the_same_advice(browser: Any, world: Any, course: Any) -> None:
    text = browser(world.a.patient).get_page("/me").text
    assert "Before and after a treatment visit" in text
    assert "Arrange who brings you home afterwards." in text
    assert "brings them home" not in text


def test_nobody_reads_yet(browser: Any, world: Any, path: str) -> None:
    assert "Nobody. If you want somebody" in browser(world.a.patient).get_page("/me/proxies").text
    assert "Nobody." in browser(world.a.nurse).get_page(path).text
