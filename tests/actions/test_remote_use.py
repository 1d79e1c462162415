"""PHQ-9 is asked from afar only where somebody is named who is told; PHQ-8 stands in its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.make.courses import make_course
from tracker.actions.check_in_links import make_link
from tracker.actions.on_call import name_on_call
from tracker.actions.protocols import add_version
from tracker.domain.errors import Refused
from tracker.domain.instrument_uses import Daily, InstrumentUse
from tracker.models import check_in_plans
from tracker.queries.on_call import get_on_call
from tracker.queries.protocols import newest_protocols

PHQ_9 = InstrumentUse(key="phq-9", rules=(Daily(every_days=14),), least_days_apart=14)


def name(db, world, clock, *people):
    name_on_call(
        db,
        world.a.administrator,
        first=[each.user_id for each in people],
        backup=[],
        seen_version=get_on_call(db, world.a.administrator).version,
        submission=None,
        now=clock(),
    )


def ask_for_phq_9(db, world, clock):
    (found,) = newest_protocols(db, world.a.clinician)
    asking = replace(found.protocol, instruments=(*found.protocol.instruments, PHQ_9))
    add_version(db, world.a.clinician, found.id, asking, submission=None, now=clock())


@pytest.fixture
def asked(db, world, clock):
    """What the patient is asked: from afar, and by staff who enter a form."""

    def ask():
        remote = check_in_plans.of_patient(db, world.a.clinic.id, world.a.patient_id)
        here = check_in_plans.of_course(db, world.a.clinic.id, remote.course_id)
        db.rollback()
        return {use.key for use in remote.uses}, {use.key for use in here.uses}

    return ask


def test_a_protocol_cannot_begin_to_ask_while_nobody_is_named(db, world, clock):
    with pytest.raises(Refused, match="PHQ-8 can be asked instead"):
        ask_for_phq_9(db, world, clock)
    name(db, world, clock, world.a.therapist)
    ask_for_phq_9(db, world, clock)


def test_the_patient_is_asked_the_other_form_once_nobody_is_named_any_more(db, world, clock, asked):
    name(db, world, clock, world.a.therapist)
    ask_for_phq_9(db, world, clock)
    make_course(db, world.a.clinician, world.a.patient_id)
    assert "phq-9" in asked()[0]
    name(db, world, clock)
    remote, here = asked()
    assert ("phq-9" in remote, "phq-8" in remote) == (False, True)
    assert "phq-9" in here


def test_a_link_to_it_is_refused_with_the_reason(db, world, clock):
    make_course(db, world.a.clinician, world.a.patient_id)
    with pytest.raises(Refused, match="nobody is named who is told"):
        make_link(db, world.a.clinician, world.a.patient_id, "phq-9:2026-11-23", now=clock())
