"""One-time links: the first administrator's, a colleague's, a patient's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.browsing import BASE
from tests.conftest import settings_for
from tests.make.schema import bring_schema_up
from tests.make.sessions import open_session
from tracker.actions import accounts
from tracker.app import create_app
from tracker.domain.errors import NotFound, Refused
from tracker.domain.people import Role
from tracker.domain.permissions import NotPermitted
from tracker.models import db as flask_db
from tracker.models.accounts import InvitationRow, UserRow
from tracker.models.clinics import ClinicRow, ProtocolRow

GOOD = {
    "name": "Robin Example",
    "email": "robin@example.test",
    "password": "four words in a row",
}


@pytest.fixture
def invitation(db, world, clock):
    """A link for a new therapist of clinic A."""
    return accounts.invite_staff(
        db,
        world.a.administrator,
        email="robin@example.test",
        name="Robin Example",
        role=Role.THERAPIST,
        now=clock(),
    )


def test_an_invited_colleague_opens_an_account_and_is_signed_in(invitation, browser):
    visitor = browser(None)
    answer = visitor.submit(f"/welcome/{invitation}", {"password": GOOD["password"]})
    assert answer.status_code == 303
    assert visitor.get("/board").status_code == 200
    assert visitor.get("/admin").status_code == 403


def test_looking_at_a_link_does_not_use_it_up(invitation, app, browser):
    scanner = app.test_client()
    for _ in range(5):
        assert scanner.head(f"/welcome/{invitation}", base_url=BASE).status_code == 200
        assert scanner.get(f"/welcome/{invitation}", base_url=BASE).status_code == 200
    answer = browser(None).submit(f"/welcome/{invitation}", {"password": GOOD["password"]})
    assert answer.status_code == 303


def test_a_link_works_once(invitation, browser):
    browser(None).submit(f"/welcome/{invitation}", {"password": GOOD["password"]})
    answer = browser(None).get(f"/welcome/{invitation}")
    assert answer.status_code == 404
    assert "used before or has run out" in answer.text


def test_a_link_runs_out(invitation, browser, clock):
    clock.forward(hours=73)
    assert browser(None).get(f"/welcome/{invitation}").status_code == 404


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Choose a password"),
        ("short", "at least 15 characters"),
        ("x" * 2000, "at most 1024"),
        ("aaaaaaaaaaaaaaaaaaaa", "easy to guess"),
    ],
)
def test_an_unfit_password_is_refused_and_the_rest_is_kept(invitation, browser, password, words):
    answer = browser(None).submit(
        f"/welcome/{invitation}", {"password": password, "name": "Robin <b>Example</b>"}
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert "Robin &lt;b&gt;Example&lt;/b&gt;" in answer.text


def test_an_address_that_is_taken_is_refused(invitation, browser):
    answer = browser(None).submit(
        f"/welcome/{invitation}", {"password": GOOD["password"], "email": "CLINICIAN@a.test"}
    )
    assert answer.status_code == 422
    assert "has an account already" in answer.text


def test_only_an_administrator_invites_colleagues(db, world, clock):
    for person in (world.a.clinician, world.a.therapist, world.a.patient):
        with pytest.raises(NotPermitted):
            accounts.invite_staff(
                db, person, email="x@y.test", name="X", role=Role.THERAPIST, now=clock()
            )


def test_a_patient_of_another_clinic_cannot_be_invited(db, world, clock):
    with pytest.raises(NotFound):
        accounts.invite_patient(db, world.a.clinician, world.b.patient_id, now=clock())


def test_a_patient_with_an_account_is_not_invited_again(db, world, clock):
    with pytest.raises(Refused, match="already has an account"):
        accounts.invite_patient(db, world.a.clinician, world.a.patient_id, now=clock())


def test_links_are_stored_as_hashes_only(invitation, db):
    rows = repr(db.execute(select(InvitationRow.__table__)).all())
    assert invitation not in rows


@pytest.fixture
def first_start(tmp_path, clock):
    """An installation that nobody has opened yet."""
    application = create_app(settings_for(tmp_path), CLOCK=clock, RATELIMIT_ENABLED=False)
    bring_schema_up(application)
    yield application
    with application.app_context():
        flask_db.engine.dispose()


@pytest.fixture
def first_db(first_start):
    """A database session of that installation."""
    with first_start.app_context():
        engine = flask_db.engine
    with open_session(engine) as session:
        yield session


def set_up(application, token, **answers):
    client = application.test_client()
    page = client.get(f"/welcome/{token}", base_url=BASE)
    if page.status_code != 200:
        return page
    from tests.browsing import Page

    fields = Page(page.text).form("clinic_name")["fields"]
    data = fields | {"clinic_name": "First Clinic"} | GOOD | answers
    return client.post(f"/welcome/{token}", base_url=BASE, data=data)


def test_the_first_link_makes_the_clinic_with_its_protocol_and_its_administrator(
    first_start, first_db, clock
):
    token = accounts.make_setup_link(first_db, now=clock())
    assert set_up(first_start, token, timezone="Europe/Berlin").status_code == 303
    first_db.rollback()
    clinic = first_db.execute(select(ClinicRow)).scalar_one()
    assert (clinic.name, clinic.timezone) == ("First Clinic", "Europe/Berlin")
    assert first_db.execute(select(ProtocolRow.version)).scalar_one() == 1
    with pytest.raises(Refused):
        accounts.make_setup_link(first_db, now=clock())


def test_the_first_link_lasts_half_an_hour(first_start, first_db, clock):
    token = accounts.make_setup_link(first_db, now=clock())
    clock.forward(minutes=31)
    assert set_up(first_start, token).status_code == 404


def test_two_first_links_make_one_clinic(first_start, first_db, clock):
    first = accounts.make_setup_link(first_db, now=clock())
    second = accounts.make_setup_link(first_db, now=clock() + timedelta(seconds=1))
    assert set_up(first_start, first).status_code == 404
    assert set_up(first_start, second).status_code == 303
    first_db.rollback()
    assert len(first_db.execute(select(UserRow.id)).all()) == 1
