"""Restricted records: named people open them, others with a reason, for a while, and seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tests.make.everything import ids_of, make_everything
from tests.make.patients import make_patient
from tracker.actions import report_batches, restrictions
from tracker.actions.restrictions import break_glass, restrict
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import NotPermitted
from tracker.domain.report_batches import BatchWish, Month
from tracker.domain.report_kinds import ReportKind
from tracker.domain.restrictions import OpeningReason, RecordRestricted, RestrictionReason
from tracker.models import ownership
from tracker.models.accounts import UserRow
from tracker.models.audit import AuditEventRow
from tracker.models.database import transaction
from tracker.models.messages import MessageRow
from tracker.models.restrictions import GlassOpeningRow

WHY = {"reason": "emergency", "words": "Collapsed in the waiting room"}


@pytest.fixture
def patient_id(db, world, clock):
    """A restricted record: the clinician is named, the therapist is not."""
    restrict(
        db,
        world.a.clinician,
        world.a.patient_id,
        reason=RestrictionReason.COLLEAGUE,
        readers=[],
        now=clock(),
    )
    return world.a.patient_id


@pytest.fixture
def path(patient_id):
    return f"/patients/{patient_id}"


@pytest.fixture
def therapist(browser, world):
    return browser(world.a.therapist)


def events(db, event):
    found = db.execute(select(AuditEventRow).where(AuditEventRow.event == event)).scalars().all()
    db.rollback()
    return found


def test_named_people_open_it_and_others_find_nothing_but_a_way_in(
    browser, world, therapist, path, db
):
    assert browser(world.a.clinician).get(path).status_code == 200
    answer = therapist.get(path)
    assert (answer.status_code, "This record is restricted" in answer.text) == (404, True)
    assert "Sam" not in answer.text
    (refusal,) = events(db, "refused")
    assert refusal.detail["why"] == "restricted record"


def test_every_page_of_the_patient_is_shut(browser, db, world, clock):
    make_everything(db, world, now=clock())
    ids = ids_of("a")
    restrict(
        db,
        world.a.clinician,
        world.a.patient_id,
        reason=RestrictionReason.OWN_WISH,
        readers=[],
        now=clock(),
    )
    for kind, object_id in ids.items():
        if kind in ownership.KINDS - ownership.OF_NO_PATIENT:
            with pytest.raises(RecordRestricted):
                ownership.patient_of(db, world.a.therapist, kind, object_id)
            assert ownership.patient_of(db, world.a.clinician, kind, object_id)


def test_the_patient_goes_on_reading_their_own_record(browser, world, patient_id):
    assert browser(world.a.patient).get("/me").status_code == 200


def test_a_restriction_is_of_one_patient(browser, db, world, clock, path):
    other = make_patient(db, world.a.clinician)
    assert browser(world.a.therapist).get(f"/patients/{other}").status_code == 200


def test_with_a_reason_it_opens_for_an_hour_and_every_page_says_so(
    browser, therapist, path, db, clock, world
):
    answer = therapist.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    assert answer.headers["Location"] == path
    page = therapist.get_page(path)
    assert "You opened this restricted record. It closes at 11:00." in page.text
    assert "You opened this restricted record" in therapist.get_page(f"{path}/edit").text
    assert "You opened this restricted record" not in therapist.get_page("/patients").text
    clock.forward(minutes=30)
    therapist.get("/patients")  # the sign-in stays in use
    assert therapist.get(path).status_code == 200
    clock.forward(minutes=30)
    assert therapist.get(path).status_code == 404
    assert browser(world.a.therapist).get(path).status_code == 404
    (event,) = events(db, "restricted record opened without being named")
    assert event.detail == {"reason": "emergency", "minutes": 60}
    assert event.patient_id == world.a.patient_id


def test_the_button_closes_it_before(therapist, path, db):
    therapist.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    assert therapist.post(f"{path}/close-restricted", {}).status_code == 303
    assert therapist.get(path).status_code == 404
    assert len(events(db, "restricted record closed again")) == 1
    therapist.post(f"{path}/close-restricted", {})
    assert len(events(db, "restricted record closed again")) == 1


@pytest.mark.parametrize("missing", ["reason", "words"])
def test_without_a_reason_it_stays_shut(therapist, path, missing):
    answer = therapist.submit(
        f"{path}/open-restricted", WHY | {missing: ""}, containing="submission_id"
    )
    assert answer.status_code == 422
    assert therapist.get(path).status_code == 404


def test_somebody_who_is_named_has_nothing_to_break(browser, world, path, db, clock):
    visitor = browser(world.a.clinician)
    answer = visitor.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    assert (answer.status_code, "open to you" in answer.text) == (422, True)


def test_whoever_broke_the_glass_does_not_decide_who_opens_it(therapist, path, db):
    therapist.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    answer = therapist.submit(
        f"{path}/restriction", {"reason": "other"}, containing="submission_id"
    )
    assert (answer.status_code, "Only somebody who is named" in answer.text) == (422, True)
    therapist.post(f"{path}/restriction/lift", {})
    therapist.post(f"{path}/close-restricted", {})
    assert therapist.get(path).status_code == 404


def test_where_nobody_who_is_named_works_here_any_more_it_can_be_changed(
    therapist, path, db, world, clock
):
    with transaction(db):
        mine = UserRow.id == world.a.clinician.user_id
        db.execute(update(UserRow).where(mine).values(deactivated_at=clock()))
    therapist.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    therapist.post(f"{path}/restriction/lift", {})
    therapist.post(f"{path}/close-restricted", {})
    assert therapist.get(path).status_code == 200


def test_a_colleague_is_named_and_the_restriction_lifted(browser, world, therapist, path):
    clinician = browser(world.a.clinician)
    chosen = {"reason": "own wish", "readers": [str(world.a.therapist.user_id)]}
    assert (
        clinician.submit(f"{path}/restriction", chosen, containing="submission_id").status_code
        == 303
    )
    assert therapist.get(path).status_code == 200
    clinician.submit(
        f"{path}/restriction", {"reason": "own wish", "readers": []}, containing="submission_id"
    )
    assert therapist.get(path).status_code == 404
    clinician.post(f"{path}/restriction/lift", {})
    assert therapist.get(path).status_code == 200
    assert "Everybody here who sees patients" in clinician.get_page(path).text


def test_administrators_are_told_without_a_name_and_see_why(browser, db, world, therapist, path):
    therapist.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    (message,) = db.execute(select(MessageRow)).scalars().all()
    assert (message.kind, message.user_id) == ("glass", world.a.administrator.user_id)
    db.rollback()
    page = browser(world.a.administrator).get_page("/admin/trail")
    assert "Therapist A" in page.text
    assert "Collapsed in the waiting room" in page.text
    assert "A-1001" in page.text
    assert "SampleA" not in page.text


def test_the_patient_sees_it_among_who_opened_the_record(browser, world, therapist, path):
    therapist.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    page = browser(world.a.patient).get_page("/me/opened")
    assert "Therapist A" in page.text
    assert "opened it with a reason although it is restricted" in page.text


def test_the_list_names_the_patient_and_leads_to_the_way_in(therapist, path):
    page = therapist.get_page("/patients")
    assert f'href="{path}/open-restricted"' in page.html
    assert f'href="{path}"' not in page.html
    therapist.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    assert f'href="{path}"' in therapist.get_page("/patients").html


def test_letters_of_a_month_leave_it_out(db, world, clock, patient_id):
    make_everything(db, world, now=clock())
    wish = BatchWish(month=Month(2026, 11), kind=ReportKind.REFERRER)
    asked = {"submission": None, "now": clock()}
    with pytest.raises(Refused, match="No course has anything"):
        report_batches.order_batch(db, world.a.therapist, world.a.clinic, wish, **asked)
    assert report_batches.order_batch(db, world.a.clinician, world.a.clinic, wish, **asked)


def test_neither_administrators_nor_patients_nor_another_clinic_break_glass(
    browser, db, world, path, clock
):
    for person in (world.a.administrator, world.a.patient):
        assert browser(person).get(f"{path}/open-restricted").status_code == 403
    assert browser(world.b.clinician).get(f"{path}/open-restricted").status_code == 404
    asked = {"reason": OpeningReason.OTHER, "words": "x", "lasts": clock() - clock()}
    with pytest.raises(NotPermitted):
        break_glass(db, world.a.administrator, world.a.patient_id, now=clock(), **asked)
    with pytest.raises(NotFound):
        break_glass(db, world.b.clinician, world.a.patient_id, now=clock(), **asked)


def test_only_people_who_see_patients_are_named(db, world, clock):
    for user_id in (world.a.administrator.user_id, world.b.clinician.user_id):
        with pytest.raises(Refused, match="who see patients"):
            restrict(
                db,
                world.a.clinician,
                world.a.patient_id,
                reason=RestrictionReason.OTHER,
                readers=[user_id],
                now=clock(),
            )
    with pytest.raises(NotPermitted):
        restrictions.lift(db, world.a.nurse, world.a.patient_id, now=clock())


def test_another_installation_chooses_the_time(app, therapist, path, clock):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], glass_minutes=10)
    therapist.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    clock.forward(minutes=10)
    assert therapist.get(path).status_code == 404


def test_openings_are_kept(db, therapist, path):
    therapist.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    therapist.post(f"{path}/close-restricted", {})
    therapist.submit(f"{path}/open-restricted", WHY, containing="submission_id")
    assert len(db.scalars(select(GlassOpeningRow.id)).all()) == 2
