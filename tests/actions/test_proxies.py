"""Arranging what a proxy reads, accepting it, and everything that ends it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.make.accounts import PASSWORD
from tests.make.patients import NOW, make_patient
from tracker.actions import accounts, proxies, proxy_ends, restrictions, sign_ins
from tracker.actions.proxies import ProxyWish
from tracker.actions.sign_ins import SignInRefused
from tracker.actions.tokens import token_hash
from tracker.domain.errors import NotFound, Refused
from tracker.domain.people import Role
from tracker.domain.permissions import NotPermitted
from tracker.domain.proxies import MOST_PROXIES, ProxyAuthority, ProxyEnd
from tracker.domain.restrictions import RestrictionReason
from tracker.models.accounts import InvitationRow, SignInRow, UserRow
from tracker.models.audit import AuditEventRow
from tracker.models.proxies import ProxyRow
from tracker.queries import accounts as account_queries

WISH = ProxyWish(name="Avery Sample", email="avery@p.test", authority=ProxyAuthority.AUTHORISED)
FROM = {"address": "127.0.0.1", "device": "test"}


def arrange(db, people, wish=WISH, now=NOW):
    return proxies.arrange(db, people.clinician, people.patient_id, wish, now=now)


def accept(db, token, email="avery@p.test", now=NOW, name="Somebody Else"):
    return accounts.accept_invitation(
        db, token, email=email, name=name, password=PASSWORD, now=now, **FROM
    )


def signed_in(db, new, now=NOW):
    return account_queries.find_signed_in(db, token_hash(new.token), now=now)


def sign_in(db, now=NOW):
    return sign_ins.sign_in(db, email="avery@p.test", password=PASSWORD, now=now, **FROM)


def proxy_row(db):
    found = db.execute(select(ProxyRow)).scalar_one()
    db.rollback()
    return found


def events(db, event):
    found = db.scalars(select(AuditEventRow).where(AuditEventRow.event == event)).all()
    db.rollback()
    return found


@pytest.fixture
def reading(db, world):
    """A proxy of the patient of clinic A who is signed in."""
    return accept(db, arrange(db, world.a))


def test_a_proxy_has_an_account_of_their_own_tied_to_one_patient(db, world, reading):
    found = signed_in(db, reading).person
    assert found.roles == {Role.PROXY}
    assert (found.proxy_for, found.patient_id) == (world.a.patient_id, None)
    row = proxy_row(db)
    assert (row.user_id, row.accepted_at, row.arranged_by) == (
        found.user_id,
        NOW,
        world.a.clinician.user_id,
    )
    assert sign_in(db)


def test_a_proxy_goes_by_the_name_that_the_clinic_wrote_down(db, reading):
    assert signed_in(db, reading).person.name == "Avery Sample"


def test_arranging_and_ending_are_in_the_trail_with_the_patient(db, world, reading):
    proxy_ends.end(db, world.a.nurse, proxy_row(db).id, now=NOW)
    (arranged,), (ended,) = events(db, "proxy arranged"), events(db, "proxy ended")
    assert arranged.patient_id == ended.patient_id == world.a.patient_id
    assert arranged.detail == {"authority": "written authorisation of the patient"}
    assert (ended.user_id, ended.detail) == (world.a.nurse.user_id, {"why": "by the clinic"})


def end_by_clinic(db, people):
    proxy_ends.end(db, people.therapist, proxy_row(db).id, now=NOW)


def end_by_patient(db, people):
    proxy_ends.end_own(db, people.patient, proxy_row(db).id, now=NOW)


def close_patient_s_account(db, people):
    accounts.set_active(db, people.administrator, people.patient.user_id, active=False, now=NOW)


def close_own_account(db, people):
    user_id = proxy_row(db).user_id
    accounts.set_active(db, people.administrator, user_id, active=False, now=NOW)


def restrict(db, people):
    restrictions.restrict(
        db,
        people.clinician,
        people.patient_id,
        reason=RestrictionReason.OWN_WISH,
        readers=[],
        now=NOW,
    )


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (end_by_clinic, ProxyEnd.BY_CLINIC),
        (end_by_patient, ProxyEnd.BY_PATIENT),
        (close_patient_s_account, ProxyEnd.ACCOUNT_CLOSED),
        (close_own_account, ProxyEnd.ACCOUNT_CLOSED),
        (restrict, ProxyEnd.RESTRICTED),
    ],
)
def test_what_ends_it_ends_every_sign_in_at_once(db, world, reading, act, why):
    second = sign_in(db)
    act(db, world.a)
    assert signed_in(db, reading) is None
    assert signed_in(db, second) is None
    row = proxy_row(db)
    assert (row.ended_at, row.ended_why) == (NOW, why)
    live = db.scalar(
        select(func.count()).where(SignInRow.user_id == row.user_id, SignInRow.revoked_at.is_(None))
    )
    assert live == 0
    db.rollback()
    with pytest.raises(SignInRefused):
        sign_in(db)


def test_ending_twice_is_as_good_as_once(db, world, reading):
    end_by_patient(db, world.a)
    end_by_clinic(db, world.a)
    assert proxy_row(db).ended_why == ProxyEnd.BY_PATIENT
    assert len(events(db, "proxy ended")) == 1


def test_an_account_that_is_opened_again_reads_nothing(db, world, reading):
    end_by_patient(db, world.a)
    user_id = proxy_row(db).user_id
    accounts.set_active(db, world.a.administrator, user_id, active=True, now=NOW)
    with pytest.raises(SignInRefused):
        sign_in(db)


def test_the_address_is_given_back_and_its_person_can_be_invited_again(db, world, reading):
    end_by_patient(db, world.a)
    assert accept(db, arrange(db, world.a))
    assert sign_in(db)
    emails = db.scalars(select(UserRow.email).where(UserRow.name == "Avery Sample")).all()
    assert sorted(each.split("@")[1] for each in emails) == ["closed.invalid", "p.test"]


def test_the_last_day_ends_it_without_anybody_s_doing(db, world):
    wish = ProxyWish(**_values(last_on=date(2026, 11, 23)))
    token = arrange(db, world.a, wish)
    new = accept(db, token)
    evening = NOW + timedelta(hours=13, minutes=59)  # 23:59 in New York
    assert signed_in(db, new, evening)
    assert signed_in(db, new, evening + timedelta(minutes=1)) is None
    with pytest.raises(SignInRefused):
        sign_in(db, evening + timedelta(minutes=1))
    later = NOW + timedelta(days=2)
    assert accept(db, arrange(db, world.a, now=later), now=later)
    ended = db.scalars(select(ProxyRow.ended_why).where(ProxyRow.ended_at.is_not(None))).all()
    assert ended == [ProxyEnd.RAN_OUT]


def _values(**changes):
    return {
        "name": WISH.name,
        "email": WISH.email,
        "authority": WISH.authority,
    } | changes


def test_a_link_of_what_was_ended_opens_nothing(db, world):
    token = arrange(db, world.a)
    end_by_clinic(db, world.a)
    assert account_queries.find_invitation(db, token_hash(token), now=NOW) is None
    with pytest.raises(Refused, match="used before or has run out"):
        accept(db, token)


def test_a_link_works_for_three_days(db, world):
    token = arrange(db, world.a)
    with pytest.raises(Refused, match="run out"):
        accept(db, token, now=NOW + timedelta(hours=73))


def test_a_patient_s_own_invitation_leaves_a_proxy_s_alone(db, world):
    patient_id = make_patient(db, world.a.clinician)
    token = proxies.arrange(db, world.a.clinician, patient_id, WISH, now=NOW)
    own = accounts.invite_patient(db, world.a.clinician, patient_id, now=NOW)
    assert accept(db, token)
    assert account_queries.find_invitation(db, token_hash(own), now=NOW).role is Role.PATIENT


@pytest.mark.parametrize("email", ["patient@a.test", "clinician@b.test"])
def test_an_address_has_one_account_whoever_s_it_is(db, world, email):
    with pytest.raises(Refused, match="has an account already"):
        arrange(db, world.a, ProxyWish(**_values(email=email)))


def test_the_same_form_twice_makes_one_link(db, world):
    arrange(db, world.a)
    with pytest.raises(Refused, match="invited already"):
        arrange(db, world.a)
    links = select(func.count()).where(InvitationRow.role == Role.PROXY)
    assert db.scalar(links) == 1


def test_more_than_so_many_are_refused(db, world):
    for number in range(MOST_PROXIES):
        arrange(db, world.a, ProxyWish(**_values(email=f"p{number}@p.test")))
    with pytest.raises(Refused, match="End one first"):
        arrange(db, world.a)


def test_changing_who_is_named_does_not_end_what_was_arranged_since(db, world):
    restrict(db, world.a)
    arrange(db, world.a)
    restrict(db, world.a)
    assert proxy_row(db).ended_at is None


@pytest.mark.parametrize("name", ["administrator", "patient", "proxy"])
def test_only_clinical_staff_arrange_and_end_it(db, world, name):
    somebody = getattr(world.a, name)
    with pytest.raises(NotPermitted):
        proxies.arrange(db, somebody, world.a.patient_id, WISH, now=NOW)
    with pytest.raises(NotPermitted):
        proxy_ends.end(db, somebody, uuid4(), now=NOW)


def test_another_clinic_and_another_patient_reach_none(db, world, reading):
    proxy_id = proxy_row(db).id
    with pytest.raises(NotFound):
        proxies.arrange(db, world.b.clinician, world.a.patient_id, WISH, now=NOW)
    with pytest.raises(NotFound):
        proxy_ends.end(db, world.b.clinician, proxy_id, now=NOW)
    with pytest.raises(NotFound):
        proxy_ends.end_own(db, world.b.patient, proxy_id, now=NOW)
    assert proxy_row(db).ended_at is None


def test_somebody_who_is_not_named_arranges_nothing_for_a_restricted_record(db, world):
    restrict(db, world.a)
    with pytest.raises(NotFound):
        proxies.arrange(db, world.a.nurse, world.a.patient_id, WISH, now=NOW)


def test_staff_are_not_invited_as_proxies(db, world):
    with pytest.raises(Refused, match="from the patient's page"):
        accounts.invite_staff(
            db,
            world.a.administrator,
            email="x@p.test",
            name="X",
            role=Role.PROXY,
            now=NOW,
        )


def test_a_proxy_is_no_colleague(db, world, reading):
    listed = account_queries.list_accounts(db, world.a.administrator)
    assert "Avery Sample" not in {each.name for each in listed}
    assert account_queries.find_colleague(db, "avery@p.test") is None
    assert account_queries.find_colleague(db, "nurse@a.test") is not None
