"""What tells a nurse from whoever prescribes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.actions.test_signatures import over, sign  # noqa: F401 - a fixture
from tests.make.accounts import PASSWORD, give_password
from tests.make.infusions import course_of_today, make_infusion, planned_id
from tests.make.patients import NOW
from tracker.actions import course_states, identity
from tracker.domain.errors import Refused
from tracker.domain.people import Role
from tracker.domain.permissions import ROLES_THAT_MAY, Act, NotPermitted, may
from tracker.domain.signing import Meaning

NOT_A_NURSE_S = {
    Act.PLAN_COURSE,
    Act.REVIEW_COURSE,
    Act.COSIGN_INFUSION,
    Act.RAISE_DOSE,
    Act.IMPORT_SCORES,
    Act.LOAD_WORDING,
    Act.EDIT_PROTOCOL,
    Act.RECORD_THERAPY,
    Act.SIGN_THERAPY,
    Act.RESTRICT_RECORD,
}


def test_a_nurse_may_what_a_clinician_may_but_for_what_a_prescriber_decides():
    of_clinicians = {act for act, roles in ROLES_THAT_MAY.items() if Role.CLINICIAN in roles}
    of_nurses = {act for act, roles in ROLES_THAT_MAY.items() if Role.NURSE in roles}
    assert of_clinicians - of_nurses == NOT_A_NURSE_S
    assert of_nurses < of_clinicians


def test_every_act_belongs_to_somebody(world):
    assert set(ROLES_THAT_MAY) == set(Act)
    assert not may(world.a.patient, Act.LOG_INFUSION)


def test_a_nurse_runs_an_infusion_at_the_agreed_dose_and_at_none_above(db, world):
    nurse = world.a.nurse
    planned = planned_id(db, course_of_today(db, world.a.clinician, world.a.patient_id))
    with pytest.raises(Refused, match="0.5 mg/kg is agreed"):
        make_infusion(db, nurse, planned, dose_mg_per_kg=Decimal("0.6"))


def test_a_nurse_starts_what_was_agreed(db, world):
    planned = planned_id(db, course_of_today(db, world.a.clinician, world.a.patient_id))
    assert make_infusion(db, world.a.nurse, planned)


def test_a_nurse_signs_only_what_they_performed_and_reviews_nothing(db, world, over):  # noqa: F811
    nurse = world.a.nurse
    give_password(db, nurse)
    with pytest.raises(Refused, match="You have no entry on this run sheet"):
        sign(db, nurse, over)
    sign(db, world.a.clinician, over)
    with pytest.raises(NotPermitted):
        sign(db, nurse, over, meaning=Meaning.REVIEWED)


def test_a_nurse_changes_no_course(db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    with pytest.raises(NotPermitted):
        course_states.add_booster(
            db,
            world.a.nurse,
            course_id,
            on=NOW.date(),
            time_of_day=NOW.time(),
            seen_version=None,
            submission=None,
            now=NOW,
        )


def test_a_nurse_witnesses(db, world):
    give_password(db, world.a.nurse)
    found = identity.confirm_colleague(
        db, world.a.clinician, email="nurse@a.test", password=PASSWORD, now=NOW
    )
    assert found.user_id == world.a.nurse.user_id
