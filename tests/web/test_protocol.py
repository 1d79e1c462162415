"""The protocol's page: every change is a new version, and a review is of what it saw."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.browsing import Page
from tests.make.courses import make_course
from tracker.models.audit import AuditEventRow
from tracker.models.clinics import ProtocolRow
from tracker.models.courses import CourseRow
from tracker.queries.protocols import newest_protocols


@pytest.fixture
def lead(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def newest(db, world):
    def ask():
        db.rollback()
        (found,) = newest_protocols(db, world.a.clinician)
        return found

    return ask


def edit_path(newest):
    return f"/admin/protocols/{newest().id}/edit"


def versions(db, clinic_id):
    db.rollback()
    return db.scalar(
        select(func.count()).select_from(ProtocolRow).where(ProtocolRow.clinic_id == clinic_id)
    )


def test_the_page_says_that_nobody_has_reviewed_our_limits(lead):
    page = lead.get_page("/admin/protocol")
    assert "Ours, not reviewed by this clinic: default, needs clinical review" in page.html
    assert "Systolic twice within 5 min, from 180 mmHg" in page.html


def test_a_change_is_a_new_version_and_courses_keep_theirs(lead, db, world, newest):
    old = newest()
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    changes = {
        "during_every_minutes": "5",
        "weight_cap_kg": "100",
        "before_0": "Name, date of birth and wristband agree",
        "before_1": "",
        "before_14": "Contact lenses are out",
        "limit_0": "",
        "limit_1": "85",
        "review_after_infusions": "3",
        "sedation_scale": "moaas",
        "reviewed_by": "Dr Lee",
        "reviewed_on": "2026-11-20",
    }
    assert lead.submit(edit_path(newest), changes).status_code == 303
    new = newest().protocol
    assert (new.version, new.monitoring.during_every_minutes) == (2, 5)
    assert str(new.dose.weight_cap_kg) == "100"
    assert [item.words for item in new.checks_before][0] == changes["before_0"]
    assert "allergies" not in {item.key for item in new.checks_before}
    assert new.checks_before[-1].words == "Contact lenses are out"
    assert len(new.vital_limits) == len(old.protocol.vital_limits) - 1
    assert new.vital_limits[0].value == 85
    assert new.review_after_infusions == (3,)
    assert new.monitoring.sedation_scale == "moaas"
    assert new.limits_review.by == "Dr Lee"
    assert db.get(CourseRow, course_id).protocol_id == old.id
    added = db.scalars(select(AuditEventRow).where(AuditEventRow.event == "protocol version added"))
    assert added.one().object_id == newest().id


def test_a_review_does_not_outlive_the_limits_that_it_saw(lead, newest):
    review = {"reviewed_by": "Dr Lee", "reviewed_on": "2026-11-20"}
    lead.submit(edit_path(newest), review)
    lead.submit(edit_path(newest), {"observe_minutes": "150"})
    assert newest().protocol.limits_review.by == "Dr Lee"
    lead.submit(edit_path(newest), {"limit_1": "85"})
    assert newest().protocol.version == 4
    assert newest().protocol.limits_review is None


def test_nothing_changed_stores_nothing(lead, db, world, newest):
    assert lead.submit(edit_path(newest), {}).status_code == 303
    assert versions(db, world.a.clinic.id) == 1


def test_a_version_that_is_not_the_newest_cannot_be_changed(lead, db, world, newest):
    old = edit_path(newest)
    lead.submit(old, {"observe_minutes": "150"})
    assert lead.submit(old, {"observe_minutes": "180"}).status_code == 409
    assert versions(db, world.a.clinic.id) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"preferred_gap_days": "9"}, "lies between the smallest and the largest"),
        ({"usual_high_mg_per_kg": "0.05"}, "cannot be less than the bound before it"),
        ({"dose_mg_per_kg": "1.5"}, "cannot lie above the bound that asks twice"),
        ({"limit_10": "250"}, "of the same measure"),
        ({"review_after_infusions": "three"}, "Enter numbers with commas"),
        ({"review_after_infusions": "99"}, "Enter numbers of infusions from 1 to 8"),
        ({"reviewed_by": "Dr Lee"}, "Enter both"),
        ({"reviewed_by": "Dr Lee", "reviewed_on": "2027-01-01"}, "cannot be in the future"),
        ({"before_1": "Identity confirmed by two identifiers"}, "on the checklist twice"),
        ({"observe_minutes": "0"}, "from 1 to 600"),
        ({"infusion_count": "sNaN"}, "from 1 to 60"),
        ({"sedation_scale": "none"}, "Choose"),
        ({"before_0": "x" * 161}, "Shorten this to 160 characters"),
    ],
)
def test_what_contradicts_itself_is_refused_with_what_was_typed(
    lead, db, world, newest, changes, words
):
    answer = lead.submit(edit_path(newest), changes)
    assert answer.status_code == 422
    assert words in answer.text
    fields = Page(answer.text).form("infusion_count")["fields"]
    for name, typed in changes.items():
        assert typed == "none" or fields[name] == [typed]
    assert versions(db, world.a.clinic.id) == 1


def test_another_clinics_protocol_is_not_found(browser, world, newest):
    stranger = browser(world.b.clinician)
    assert stranger.get(edit_path(newest)).status_code == 404


def test_a_therapist_may_not_change_the_protocol(browser, world, newest):
    assert browser(world.a.therapist).get("/admin/protocol").status_code == 403


def test_the_thresholds_of_change_are_edited_and_shown(lead, newest):
    changes = {
        "pcl_5_points": "18",
        "pcl_5_week_points": "15",
        "who_5_points": "",
        "relapse_rules": ["pcl5_rise", "new_ideation"],
        "benefit_due_by": "6",
    }
    assert lead.submit(edit_path(newest), changes).status_code == 303
    change = newest().protocol.change
    assert (change.pcl_5_points, change.pcl_5_week_points, change.who_5_points) == (18, 15, None)
    assert (change.relapse_rules, change.benefit_due_by) == (("pcl5_rise", "new_ideation"), 6)
    assert "PCL-5 of the week 15" in lead.get_page("/admin/protocol").text


def test_a_partial_response_cannot_ask_for_more_than_a_response(lead, newest):
    answer = lead.submit(edit_path(newest), {"response_percent": "30", "worse_percent": "40"})
    assert answer.status_code == 422
    assert "A partial response cannot ask for more than a response." in answer.text
